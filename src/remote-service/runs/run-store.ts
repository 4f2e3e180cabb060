import { Injectable } from '@nestjs/common';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import type { RunAmendment, RunRow } from './run-row.js';

/** Writes runs to the database. */
@Injectable()
export class RunStore {
  constructor(private readonly db: DbService) {}

  /**
   * Inserts the runs whose connector still exists, in one statement. Such as are there already, by
   * an attempt whose answer was lost, stay as they are.
   */
  async insert(rows: readonly RunRow[]): Promise<void> {
    const json = `[${rows.map(rowJson).join(',')}]`;
    // Locked in the order in which a user's deletion locks them, so that neither waits for the other.
    await this.db.$executeRaw`
      insert into runs (id, user_id, connector_id, version, function, table_id, started_at,
        duration_ms, outcome, error, request_count, requests_dropped, bytes, log_dropped, summary,
        responses, requests, log)
      select r.id, r."userId", c.id, r.version, r.function, r."tableId", r."startedAt",
        r."durationMs", r.outcome, r.error, r."requestCount", r."requestsDropped", r.bytes,
        r."logDropped", r.summary, r.responses, r.requests, r.log
      from json_to_recordset(${json}::json) as r (
        id text, "userId" text, "connectorId" text, version int, function text, "tableId" text,
        "startedAt" timestamptz, "durationMs" int, outcome text, error json, "requestCount" int,
        "requestsDropped" int, bytes bigint, "logDropped" int, summary json, responses json,
        requests json, log json)
      join custom_connectors c on c.id = r."connectorId" and c.user_id = r."userId"
      order by c.user_id, c.created_at, c.id
      for key share of c
      on conflict (id) do nothing`;
  }

  /** Changes a run that is written; does nothing where it is gone. */
  async amend(id: string, { outcome, error, responses }: RunAmendment): Promise<void> {
    const changes = [
      ...(outcome === undefined ? [] : [Prisma.sql`outcome = ${outcome}`]),
      ...(error === undefined ? [] : [Prisma.sql`error = ${error}::json`]),
      ...(responses === undefined ? [] : [Prisma.sql`responses = ${responses}::json`]),
    ];
    if (changes.length === 0) return;
    await this.db.$executeRaw`update runs set ${Prisma.join(changes)} where id = ${id}`;
  }

  /** Whether the database answers at all. */
  async answers(): Promise<boolean> {
    return this.db.ping().then(
      () => true,
      () => false,
    );
  }
}

/** The columns of JSON go in as the texts that they are. */
function rowJson({ error, summary, responses, requests, log, ...plain }: RunRow): string {
  const columns = { error, summary, responses, requests, log };
  const raw = Object.entries(columns).map(([name, text]) => `"${name}":${text ?? 'null'}`);
  return `${JSON.stringify(plain).slice(0, -1)},${raw.join(',')}}`;
}
