import { Injectable } from '@nestjs/common';
import { stringify } from 'csv-stringify/sync';
import type { Request, Response } from 'express';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import { ClientLeftError, PacedResponse } from '../paced-response.js';
import { SnapshotAccess } from '../snapshot-access.js';
import { withPinned, type PinnedTable } from './pinned-table.js';
import type { Ask } from './read-view.js';
import { pageSql, type PageRow, planningOf, type RecordList } from './record-page.js';
import type { RecordSource } from './record-source.js';
import { ExportBusyError } from './records.errors.js';
import { readTable } from './records.service.js';
import type { ExportFormat } from './records.dto.js';
import { recordJson } from './write-record.js';

/** Exports at once in a process: each has a connection to the database for as long as it takes. */
const MOST_EXPORTS = 4;
const PAGE = 1_000;
const ALL: RecordList = { state: null, conditions: [], sort: null };
const TYPES = { ndjson: 'application/x-ndjson', csv: 'text/csv' };
const MOST_NAME = 100;

/** Sends whole tables. */
@Injectable()
export class ExportService {
  private running = 0;

  constructor(
    private readonly db: DbService,
    private readonly access: SnapshotAccess,
  ) {}

  /**
   * Sends the records of a table in the order of their ids, as the client takes them. A failure after
   * the first bytes breaks the connection; a client that leaves ends the work.
   */
  async send(
    { userId, id, tableId }: { userId: string; id: string; tableId: string },
    format: ExportFormat,
    { req, res }: { req: Request; res: Response },
  ): Promise<void> {
    const { name } = await this.access.table(userId, id, tableId);
    if (this.running >= MOST_EXPORTS) throw new ExportBusyError();
    this.running += 1;
    try {
      const find = (ask: Ask) => readTable(ask, userId, id, tableId);
      await withPinned(this.db, find, async (pinned) => {
        const columns = format === 'csv' ? await columnsOf(pinned) : undefined;
        res.attachment(fileName(name, format)).type(TYPES[format]);
        if (req.method === 'HEAD') res.end();
        else await sendAll(pinned, columns, new PacedResponse(res));
      });
    } catch (error) {
      if (!(error instanceof ClientLeftError)) throw error;
    } finally {
      this.running -= 1;
    }
  }
}

async function sendAll(
  { table, view }: PinnedTable,
  cells: string[] | undefined,
  response: PacedResponse,
): Promise<void> {
  if (cells) await response.write(csv([['id', 'state', ...cells]]));
  for (let after: { id: string } | null = null; ;) {
    const range = { after, limit: PAGE, ...(cells ? { cells } : {}) };
    const rows: PageRow[] = await view(async (ask) => {
      await ask(planningOf(ALL));
      return ask<PageRow>(pageSql(table, ALL, range));
    });
    const last = rows.at(-1);
    if (last === undefined) break;
    await response.write(
      cells
        ? csv(rows.map((row) => [row.id, row.state, ...(row.cells ?? [])]))
        : rows.map((row) => `${recordJson(row)}\n`).join(''),
    );
    if (last.found <= rows.length) break;
    after = { id: last.id };
  }
  response.end();
}

/** An empty text, so that it can be told from a null, and what a reader may cut or divide. */
const QUOTED = /^$|^\s|\s$|[\r\n]/;

/** RFC 4180. */
function csv(rows: (string | null)[][]): string {
  return stringify(rows, { record_delimiter: '\r\n', quoted_match: QUOTED });
}

/** The columns of the copy, or where none are known the names that occur in it. */
async function columnsOf({ table, view }: PinnedTable): Promise<string[]> {
  if (table.columns) return table.columns.map(({ name }) => name);
  const names = await view((ask) => ask<{ name: string }>(namesSql(table)));
  return names.map(({ name }) => name);
}

function namesSql({ userId, snapshotId, tableId, generation }: RecordSource): Prisma.Sql {
  return Prisma.sql`
    select name from (
      select jsonb_object_keys(r.fields) as name from snapshot_records r
      where r.user_id = ${userId} and r.generation = ${generation}::bigint
      union
      select jsonb_object_keys(e.fields) from snapshot_edits e
      where e.user_id = ${userId} and e.snapshot_id = ${snapshotId} and e.table_id = ${tableId}
    ) names order by name collate "C"`;
}

function fileName(table: string, format: ExportFormat): string {
  const plain = table.replace(/[\p{C}/\\]+/gu, ' ').trim();
  return `${plain.slice(0, MOST_NAME).toWellFormed() || 'records'}.${format}`;
}
