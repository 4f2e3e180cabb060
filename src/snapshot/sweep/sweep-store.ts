import { Injectable } from '@nestjs/common';
import { DbService } from '../../db/db.service.js';
import type { Transaction } from '../snapshot-access.js';

/** Rows that one statement removes, so that none holds locks for long. */
const STEP = 5_000;
/** Of generations and deleted snapshots that are looked at in one go. */
const MOST = 100;

export interface DeadGeneration {
  userId: string;
  generation: bigint;
}

export interface Remains {
  userId: string;
  snapshotId: string;
}

/** What a step came to: more is left of it; nothing is; somebody else has it in use. */
export type Step = 'more' | 'done' | 'busy';

/**
 * Removes, in steps, what no snapshot refers to any more. Several processes may do so at once. Rows are
 * named by `ctid` alone: with more conditions the planner compares each row with all of the step's.
 */
@Injectable()
export class SweepStore {
  constructor(private readonly db: DbService) {}

  /** The next generations that no table refers to. */
  deadGenerations(after: bigint): Promise<DeadGeneration[]> {
    return this.db.snapshotGeneration.findMany({
      where: { dead: true, generation: { gt: after } },
      orderBy: { generation: 'asc' },
      select: { userId: true, generation: true },
      take: MOST,
    });
  }

  /** Snapshots that were deleted. */
  remains(): Promise<Remains[]> {
    return this.db.snapshotRemains.findMany({ take: MOST });
  }

  /**
   * Removes some records of a dead generation, and it itself with the last one. Who reads one for long
   * holds `pg_advisory_lock_shared(<generation>)`: that generation is left for later.
   */
  async sweepGeneration({ userId, generation }: DeadGeneration): Promise<Step> {
    return this.db.transaction(async (tx) => {
      // Against who is just adding records, too: behind this lock nobody finds the generation alive.
      const held = await tx.$queryRaw<{ free: boolean }[]>`
        select pg_try_advisory_xact_lock(generation) as free from snapshot_generations
        where user_id = ${userId} and generation = ${generation} and dead
        for update skip locked`;
      if (held[0]?.free !== true) return 'busy';
      // Of a copy that was just made the planner knows nothing, and would sort all of it each time.
      await tx.$executeRaw`set local enable_sort = off`;
      const removed = await tx.$executeRaw`
        delete from snapshot_records where ctid = any(array(
          select ctid from snapshot_records
          where user_id = ${userId} and generation = ${generation}
          order by id limit ${STEP}))`;
      if (removed === STEP) return 'more';
      await tx.snapshotGeneration.deleteMany({ where: { userId, generation } });
      return 'done';
    });
  }

  /** Removes some of what hung on a deleted snapshot; its generations are dead from then on. */
  async sweepRemains({ userId, snapshotId }: Remains): Promise<Step> {
    return this.db.transaction(async (tx) => {
      const held = await tx.$queryRaw<unknown[]>`
        select 1 from snapshot_remains where user_id = ${userId} and snapshot_id = ${snapshotId}
        for update skip locked`;
      if (held.length === 0) return 'busy';
      // Whoever works on the snapshot still sees by this that there is no point in it.
      await tx.job.deleteMany({ where: { userId, subjectId: snapshotId } });
      await tx.snapshotGeneration.updateMany({
        where: { userId, snapshotId, dead: false },
        data: { dead: true },
      });
      if (await this.removeSome(tx, userId, snapshotId)) return 'more';
      await tx.snapshotRemains.deleteMany({ where: { userId, snapshotId } });
      return 'done';
    });
  }

  /** Edits, then the changes of publications, then these; false once there are none. */
  private async removeSome(tx: Transaction, userId: string, snapshotId: string): Promise<boolean> {
    const edits = await tx.$executeRaw`
      delete from snapshot_edits where ctid = any(array(
        select ctid from snapshot_edits
        where user_id = ${userId} and snapshot_id = ${snapshotId} limit ${STEP}))`;
    if (edits > 0) return true;
    const [publication] = await tx.$queryRaw<{ id: string }[]>`
      select id from snapshot_publications
      where user_id = ${userId} and snapshot_id = ${snapshotId} limit 1`;
    if (!publication) return false;
    const changes = await tx.$executeRaw`
      delete from snapshot_publication_changes where ctid = any(array(
        select ctid from snapshot_publication_changes
        where user_id = ${userId} and publication_id = ${publication.id} limit ${STEP}))`;
    if (changes < STEP) await tx.publication.deleteMany({ where: { userId, id: publication.id } });
    return true;
  }
}
