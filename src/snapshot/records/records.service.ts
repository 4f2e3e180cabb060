import { Injectable } from '@nestjs/common';
import { isStorable } from '../../common/check-text.js';
import type { Fault } from '../../common/problem.js';
import { InvalidRequestError } from '../../common/request.errors.js';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import { SnapshotAccess } from '../snapshot-access.js';
import { SnapshotTableNotFoundError } from '../snapshot.errors.js';
import type { CopiedColumn } from '../snapshot.types.js';
import { readFilter, type Condition } from './read-filter.js';
import { readSort } from './read-sort.js';
import { BadValueError, inOneView, type Ask } from './read-view.js';
import {
  CURSOR_FAULT,
  decodeRecordCursor,
  encodeRecordCursor,
  listDigest,
  type Position,
} from './record-cursor.js';
import { countSql, pageSql, type PageRow, planningOf, type RecordList } from './record-page.js';
import type { RecordSource, RecordState } from './record-source.js';
import { recordJson } from './write-record.js';

/** What is asked of a table; texts as they stand in the query. */
export interface RecordsRequest {
  limit: number;
  isCounted: boolean;
  state?: RecordState;
  filter?: string;
  sort?: string;
  cursor?: string;
}

/** A table as it is read: which copy, and what is known of its fields. */
export interface ReadTable extends RecordSource {
  columns: CopiedColumn[] | null;
}

/** Records of copied tables, each with what is staged on it. */
@Injectable()
export class RecordsService {
  constructor(
    private readonly db: DbService,
    private readonly access: SnapshotAccess,
  ) {}

  /** A page, as the JSON text of `{ records, nextCursor?, count? }`, in which no number lost a digit. */
  async list(userId: string, id: string, tableId: string, request: RecordsRequest) {
    await this.access.table(userId, id, tableId);
    try {
      return await inOneView(this.db, async (ask) => {
        const table = await readTable(ask, userId, id, tableId);
        return this.page(ask, table, request);
      });
    } catch (error) {
      if (error instanceof BadValueError) throw new InvalidRequestError(suspects(request));
      throw error;
    }
  }

  private async page(ask: Ask, table: ReadTable, request: RecordsRequest): Promise<string> {
    const { limit, isCounted } = request;
    const { list, digest, after } = readRequest(table, request);
    await ask(planningOf(list));
    const rows = await ask<PageRow>(pageSql(table, list, { after, limit }));
    const parts = [`"records":[${rows.map(recordJson).join(',')}]`];
    const last = rows.at(-1);
    if (last && last.found > rows.length) {
      const position = { id: last.id, ...(list.sort === null ? {} : { key: last.key }) };
      parts.push(`"nextCursor":${JSON.stringify(encodeRecordCursor(position, digest))}`);
    }
    if (isCounted) {
      const [counted] = await ask<{ count: number }>(countSql(table, list));
      parts.push(`"count":${counted?.count ?? 0}`);
    }
    return `{${parts.join(',')}}`;
  }
}

/** The copy of a table that is read at this moment. Throws a SnapshotTableNotFoundError. */
export async function readTable(
  ask: Ask,
  userId: string,
  snapshotId: string,
  tableId: string,
): Promise<ReadTable> {
  const [row] = await ask<{ generation: string | null; columns: CopiedColumn[] | null }>(Prisma.sql`
    select generation::text as generation, columns from snapshot_tables
    where user_id = ${userId} and snapshot_id = ${snapshotId} and table_id = ${tableId}`);
  if (row === undefined) throw new SnapshotTableNotFoundError();
  const generation = row.generation === null ? null : BigInt(row.generation);
  return { userId, snapshotId, tableId, generation, columns: row.columns };
}

/** Holds a request against the table; an InvalidRequestError names all faults. */
function readRequest(
  table: ReadTable,
  request: RecordsRequest,
): { list: RecordList; digest: string; after: Position | null } {
  const { filter, sort: sortText, cursor } = request;
  const state = request.state ?? null;
  const faults: Fault[] = [];
  let conditions: Condition[] = [];
  if (filter !== undefined) {
    const read = readFilter(filter, table.columns);
    faults.push(...read.faults);
    conditions = read.conditions;
  }
  const sort = sortText === undefined ? null : readSort(sortText, table.columns);
  if (sort !== null && !isStorable(sort.field)) {
    faults.push({ parameter: 'sort', detail: 'is not the name of a field' });
  }
  const { snapshotId, tableId } = table;
  // The comparison counts too: a new copy may have the column in another type.
  const digest = listDigest([snapshotId, tableId, state, filter, sort]);
  let after: Position | null = null;
  if (cursor !== undefined) {
    const read = decodeRecordCursor(cursor, digest, sort !== null);
    if ('detail' in read) faults.push(read);
    else after = read;
  }
  if (faults.length > 0) throw new InvalidRequestError(faults);
  return { list: { state, conditions, sort }, digest, after };
}

/** Where a value can stand that the database makes nothing of. */
function suspects({ cursor, filter }: RecordsRequest): Fault[] {
  const detail = 'holds a value that can’t be compared';
  return [
    ...(cursor === undefined ? [] : [CURSOR_FAULT]),
    ...(filter === undefined ? [] : [{ parameter: 'filter', detail }]),
  ];
}
