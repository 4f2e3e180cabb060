import { createHash } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import { JobLostError } from '../../jobs/jobs.errors.js';
import type { HeldJob } from '../../jobs/jobs.types.js';
import { Quotas, type CopyRoom } from '../../quotas/quotas.js';
import type { ReadSummary } from '../../remote-service/summary.js';
import type { CopiedColumn, ReadProgress, StoredProblem } from '../snapshot.types.js';
import type { Transaction } from '../snapshot-access.js';
import { storedProblem } from '../stored-problem.js';
import { addRecords, type Staging } from './add-records.js';
import { carryOver } from './carry-over.js';
import { decideCopy } from './decide-copy.js';

/** What a read of a table came to. */
export interface ReadEnd {
  /** Null where the read failed, and `error` says how. */
  summary: ReadSummary | null;
  error: StoredProblem | null;
  columns: CopiedColumn[] | null;
  mappingHash: Buffer;
  progress: ReadProgress;
  /** Rows that were inserted. */
  stored: number;
}

/** Copies of tables in the database, each generation written beside the one that is read. */
@Injectable()
export class CopyStore {
  constructor(
    private readonly db: DbService,
    private readonly quotas: Quotas,
  ) {}

  /** How many records a copy may have. */
  room(staging: Staging): Promise<CopyRoom> {
    return this.quotas.roomForCopy(keyOf(staging));
  }

  /** Begins a copy of a table. */
  async begin(job: HeldJob, tableId: string): Promise<Staging> {
    const { userId, subjectId: snapshotId } = job;
    return this.db.transaction(async (tx) => {
      await holdSnapshot(tx, job);
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

  /** Adds lines of records; gives how many were new. Throws a JobLostError where the copy was dropped. */
  add(staging: Staging, lines: readonly Uint8Array[]): Promise<number> {
    return addRecords(this.db.pool, staging, lines);
  }

  /** Writes down how far a copy is; false where it was dropped meanwhile. */
  async progress(staging: Staging, progress: ReadProgress): Promise<boolean> {
    const { userId, snapshotId, tableId, generation } = staging;
    const written = await this.db.snapshotTable.updateMany({
      where: { userId, snapshotId, tableId, staging: generation },
      data: { progress: json(progress) },
    });
    return written.count > 0;
  }

  /** Ends a copy with what its read came to. */
  async finish(job: HeldJob, staging: Staging, end: ReadEnd): Promise<void> {
    const { userId, snapshotId, tableId, generation } = staging;
    const key = { userId_snapshotId_tableId: { userId, snapshotId, tableId } };
    const before = await this.db.snapshotTable.findUnique({ where: key });
    if (before === null) throw new JobLostError();
    const { stored, summary } = end;
    const isWhole = summary?.complete === true;
    const { state, copy } = decideCopy(
      { isWhole, hasEnded: summary !== null, stored },
      { exists: before.generation !== null, whole: before.whole },
    );
    let carried = 0;
    if (copy !== 'keep' && before.generation !== null) {
      const old = { generation: before.generation, gone: copy === 'replace' };
      carried = await carryOver(this.db.pool, job, staging, old);
    }
    // What was copied by another mapping stays marked as such until a read is complete.
    const mappingHash = carried > 0 ? before.mappingHash : new Uint8Array(end.mappingHash);
    const records = stored + carried;
    await this.db.transaction(async (tx) => {
      // Before all else that is locked, as whatever else needs both meets them.
      const room = await this.quotas.lockRoomForCopy(tx, keyOf(staging));
      await holdSnapshot(tx, job);
      const isRefused = copy !== 'keep' && records > room.records;
      const isKept = copy === 'keep' || isRefused;
      const dropped = isKept ? generation : before.generation;
      if (dropped !== null) await markDead(tx, userId, dropped);
      await tx.snapshotTable.update({
        where: key,
        data: {
          ...{ staging: null, summary: json(summary), progress: json(end.progress) },
          ...(isRefused
            ? {
                state: before.generation === null ? 'failed' : 'incomplete',
                error: json(storedProblem(room.refusal())),
              }
            : { state, error: json(end.error) }),
          ...(isKept
            ? {}
            : {
                ...{ generation, whole: isWhole, records, mappingHash },
                ...{ copiedAt: new Date(), columns: json(end.columns) },
              }),
        },
      });
    });
  }
}

/** Of a mapping, to tell whether it has changed since. */
export function hashOfMapping(mapping: object | null): Buffer {
  return createHash('sha256').update(JSON.stringify(mapping)).digest();
}

/**
 * Locks the snapshot of a job and then the job, in the order in which deletions meet them. Throws a
 * JobLostError where either is not there any more.
 */
export async function holdSnapshot(tx: Transaction, job: HeldJob): Promise<void> {
  const { userId, subjectId } = job;
  const found = await tx.$queryRaw<unknown[]>`
    select 1 from snapshots where id = ${subjectId} and user_id = ${userId} for no key update`;
  if (found.length === 0) throw new JobLostError();
  await job.hold(tx);
}

/** Drops what an earlier try has left of copies in the making. */
export async function dropStaging(tx: Transaction, { userId, subjectId }: HeldJob): Promise<void> {
  await tx.$executeRaw`
    update snapshot_generations g set dead = true from snapshot_tables t
    where t.user_id = ${userId} and t.snapshot_id = ${subjectId}
      and g.user_id = t.user_id and g.generation = t.staging`;
  await tx.snapshotTable.updateMany({
    where: { userId, snapshotId: subjectId },
    data: { staging: null },
  });
}

async function markDead(tx: Transaction, userId: string, generation: bigint): Promise<void> {
  await tx.$executeRaw`
    update snapshot_generations set dead = true
    where user_id = ${userId} and generation = ${generation}`;
}

function keyOf({ userId, snapshotId, tableId }: Staging) {
  return { userId, snapshotId, tableId };
}

function json(value: unknown) {
  return value === null ? Prisma.DbNull : (value as Prisma.InputJsonValue);
}
