import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import type { HeldJob } from '../../jobs/jobs.types.js';
import { JobLostError } from '../../jobs/jobs.errors.js';
import type { ReadSummary } from '../../remote-service/summary.js';
import type { CopiedColumn, ReadProgress, StoredProblem } from '../snapshot.types.js';

/** A copy in the making. */
export interface Staging {
  userId: string;
  snapshotId: string;
  tableId: string;
  generation: bigint;
}

/** What a read of a table came to. */
export interface ReadEnd {
  /** Null where the read failed, and `error` says how. */
  summary: ReadSummary | null;
  error: StoredProblem | null;
  columns: CopiedColumn[] | null;
  mappingHash: Buffer;
  progress: ReadProgress;
  /** Rows that were inserted. */
  records: number;
}

/** The end of a large copy may have to look at every record that there was. */
const FINISH_MS = 600_000;

/** Copies of tables in the database, each generation written beside the one that is read. */
@Injectable()
export class CopyStore {
  constructor(private readonly db: DbService) {}

  /** Begins a copy; what an earlier try has left of one is dropped. */
  async begin(job: HeldJob, tableId: string): Promise<Staging> {
    const { userId, subjectId: snapshotId } = job;
    return this.db.transaction(async (tx) => {
      await job.hold(tx);
      await tx.$executeRaw`
        update snapshot_generations g set dead = true from snapshot_tables t
        where t.user_id = ${userId} and t.snapshot_id = ${snapshotId} and t.table_id = ${tableId}
          and g.user_id = t.user_id and g.generation = t.staging`;
      const { generation } = await tx.snapshotGeneration.create({
        data: { userId, snapshotId, tableId },
      });
      await tx.snapshotTable.update({
        where: { userId_snapshotId_tableId: { userId, snapshotId, tableId } },
        data: { state: 'active', staging: generation, progress: Prisma.DbNull },
      });
      return { userId, snapshotId, tableId, generation };
    });
  }

  /**
   * Adds a batch of records: a JSON array of `{ id, fields }`. Gives how many were new. Throws a
   * JobLostError where the copy was dropped meanwhile.
   */
  async add({ userId, generation }: Staging, records: string): Promise<number> {
    const { rows } = await this.db.pool.query<{ alive: boolean; added: number }>(ADD_RECORDS, [
      ...[userId, String(generation), records],
    ]);
    const [row] = rows;
    if (row?.alive !== true) throw new JobLostError();
    return row.added;
  }

  /** Ends a copy with what its read came to. */
  async finish(job: HeldJob, staging: Staging, end: ReadEnd): Promise<void> {
    const { userId, snapshotId, tableId, generation } = staging;
    const key = { userId_snapshotId_tableId: { userId, snapshotId, tableId } };
    await this.db.transaction(async (tx) => {
      await job.hold(tx);
      await tx.$queryRaw`select 1 from snapshots where id = ${snapshotId} for no key update`;
      const before = await tx.snapshotTable.findUniqueOrThrow({ where: key });
      const isWhole = end.summary?.complete === true;
      const replaces = isWhole || (before.generation === null && end.records > 0);
      if (isWhole && before.generation !== null) {
        await keepGone(tx, userId, before.generation, generation);
      }
      const dropped = replaces ? before.generation : generation;
      if (dropped !== null) {
        await tx.$executeRaw`
          update snapshot_generations set dead = true
          where user_id = ${userId} and generation = ${dropped}`;
      }
      await tx.snapshotTable.update({
        where: key,
        data: {
          staging: null,
          state: isWhole ? 'completed' : end.records > 0 || end.summary ? 'incomplete' : 'failed',
          ...{ summary: json(end.summary), error: json(end.error), progress: json(end.progress) },
          ...(replaces
            ? {
                ...{ generation, whole: isWhole, records: end.records, copiedAt: new Date() },
                columns: json(end.columns),
                mappingHash: new Uint8Array(end.mappingHash),
              }
            : {}),
        },
      });
    }, FINISH_MS);
  }
}

/** Of a mapping, to tell whether it has changed since. */
export function hashOfMapping(mapping: object | null): Buffer {
  return createHash('sha256').update(JSON.stringify(mapping)).digest();
}

const ADD_RECORDS = `
  with alive as (
    select user_id, generation from snapshot_generations
    where user_id = $1 and generation = $2::bigint and not dead
    for key share
  ), added as (
    insert into snapshot_records (user_id, generation, id, fields)
    select alive.user_id, alive.generation, given.id, given.fields
    from alive, json_to_recordset($3::json) as given (id text, fields jsonb)
    on conflict do nothing
    returning 1
  )
  select exists (select from alive) as alive, (select count(*)::int from added) as added`;

/** What was copied before and did not come again stays, marked as gone. */
async function keepGone(
  tx: Prisma.TransactionClient,
  userId: string,
  before: bigint,
  now: bigint,
): Promise<void> {
  await tx.$executeRaw`
    insert into snapshot_records (user_id, generation, id, fields, gone)
    select r.user_id, ${now}::bigint, r.id, r.fields, true from snapshot_records r
    where r.user_id = ${userId} and r.generation = ${before} and not exists (
      select from snapshot_records n
      where n.user_id = r.user_id and n.generation = ${now} and n.id = r.id)`;
}

function json(value: unknown) {
  return value === null ? Prisma.DbNull : (value as Prisma.InputJsonValue);
}
