import { Injectable } from '@nestjs/common';
import type { Response } from 'express';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import { parseJson } from '../../json/parse-json.js';
import { writeJson } from '../../json/write-json.js';
import { ClientLeftError, PacedResponse } from '../paced-response.js';
import { judgeChange, type ChangeOp } from '../publish/judge-change.js';
import { inOneView } from '../records/read-view.js';
import { SnapshotAccess } from '../snapshot-access.js';

/** Changes that are read together, and how large they may be as stored. */
const PART = 200;
const PART_BYTES = 8 * 1024 * 1024;

interface ChangeRow {
  changeId: string;
  tableId: string;
  id: string;
  op: ChangeOp;
  fields: string;
  base: string | null;
  theirs: string | null;
  error: object | null;
}

/** What is staged in snapshots, held against what is copied. */
@Injectable()
export class ChangesService {
  constructor(
    private readonly db: DbService,
    private readonly access: SnapshotAccess,
  ) {}

  /** Sends `{ changes }` as the client takes it; a client that leaves ends the work. */
  async send(userId: string, snapshotId: string, response: Response): Promise<void> {
    await this.access.snapshot(userId, snapshotId);
    const parts = await this.parts(userId, snapshotId);
    const paced = new PacedResponse(response.type('application/json'));
    try {
      let opening = '{"changes":[';
      for (const ids of parts) {
        const rows = await inOneView(this.db, (ask) =>
          ask<ChangeRow>(changesSql(userId, snapshotId, ids)),
        );
        // What was published or discarded meanwhile is not there any more.
        if (rows.length === 0) continue;
        await paced.write(opening + rows.map(changeJson).join(','));
        opening = ',';
      }
      paced.end(opening === ',' ? ']}' : `${opening}]}`);
    } catch (error) {
      if (!(error instanceof ClientLeftError)) throw error;
    }
  }

  /** The ids of all changes in their order, in parts that are read together. */
  private async parts(userId: string, snapshotId: string): Promise<string[][]> {
    const rows = await this.db.$queryRaw<{ changeId: string; bytes: number }[]>`
      select e.change_id as "changeId",
        pg_column_size(e.fields) + pg_column_size(e.base) as bytes
      from snapshot_edits e left join snapshot_tables t
        on t.user_id = e.user_id and t.snapshot_id = e.snapshot_id and t.table_id = e.table_id
      where e.user_id = ${userId} and e.snapshot_id = ${snapshotId}
      order by t.position, e.table_id collate "C", e.record_id`;
    const parts: string[][] = [];
    let bytes = Infinity;
    for (const row of rows) {
      const last = parts.at(-1);
      bytes += row.bytes;
      if (last && last.length < PART && bytes <= PART_BYTES) last.push(row.changeId);
      else {
        parts.push([row.changeId]);
        ({ bytes } = row);
      }
    }
    return parts;
  }
}

/** Of a record that is to be deleted only what has changed since leaves the database. */
function changesSql(userId: string, snapshotId: string, ids: string[]): Prisma.Sql {
  const { sql } = Prisma;
  const pick = (values: Prisma.Sql, names: Prisma.Sql) => sql`
    coalesce((select jsonb_object_agg(k.name, ${values} -> k.name) from (${names}) as k (name)
      where jsonb_exists(${values}, k.name)), '{}'::jsonb)::text`;
  const [base, theirs] = [sql`e.base`, sql`r.fields`];
  const staged = sql`select jsonb_object_keys(e.fields)`;
  const changed = sql`
    select n.name from (
      select jsonb_object_keys(e.base) union select jsonb_object_keys(r.fields)) as n (name)
    where nullif(e.base -> n.name, 'null'::jsonb)
      is distinct from nullif(r.fields -> n.name, 'null'::jsonb)`;
  return sql`
    select e.change_id as "changeId", e.table_id as "tableId", e.record_id as id, e.op, e.error,
      case when e.op = 'delete' then '{}' else e.fields::text end as fields,
      case when e.op = 'delete' then ${pick(base, changed)} else e.base::text end as base,
      case when e.op = 'create' or r.id is null or r.gone then null
        when e.op = 'delete' then ${pick(theirs, changed)} else ${pick(theirs, staged)}
        end as theirs
    from unnest(${ids}::text[]) with ordinality as wanted (id, place)
    join snapshot_edits e on e.user_id = ${userId} and e.snapshot_id = ${snapshotId}
      and e.change_id = wanted.id
    left join snapshot_tables t
      on t.user_id = e.user_id and t.snapshot_id = e.snapshot_id and t.table_id = e.table_id
    left join lateral (
      select r.id, r.fields, r.gone from snapshot_records r
      where r.user_id = e.user_id and r.generation = t.generation and r.id = e.record_id offset 0
    ) r on true
    order by wanted.place`;
}

function changeJson({ changeId, tableId, id, op, error, ...texts }: ChangeRow): string {
  const [fields, base, theirs] = [texts.fields, texts.base ?? '{}', texts.theirs].map((text) =>
    text === null ? null : (parseJson(text) as Record<string, unknown>),
  );
  const judged = judgeChange({ op, fields: fields ?? {}, base: base ?? {} }, theirs ?? null);
  const { outcome, fields: triples } = judged;
  const told = { changeId, tableId, id, op, outcome, fields: triples };
  return writeJson(error === null ? told : { ...told, error });
}
