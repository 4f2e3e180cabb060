import { Injectable } from '@nestjs/common';
import type { ProblemError } from '../../common/problem.js';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import { JobLostError } from '../../jobs/jobs.errors.js';
import type { HeldJob } from '../../jobs/jobs.types.js';
import { SnapshotAccess, type Transaction } from '../snapshot-access.js';
import { SnapshotNotFoundError } from '../snapshot.errors.js';
import { storedProblem } from '../stored-problem.js';
import type { OnConflict, PublicationState, Scope } from './publication.types.js';
import { OutcomeUnknownError } from './publish.errors.js';
import { settleChanges } from './settle-changes.js';

/** How far publications as a whole are. */
@Injectable()
export class PublicationStates {
  constructor(
    private readonly db: DbService,
    private readonly access: SnapshotAccess,
  ) {}

  /** Does work of a publication in one transaction that no other process's can contradict. */
  held<T>(job: HeldJob, scope: Scope, work: (tx: Transaction) => Promise<T>): Promise<T> {
    return this.db.transaction(async (tx) => {
      // The snapshot first, as its deletion meets them; where it is gone, so is the job.
      await this.access.lock(tx, scope.userId, scope.snapshotId).catch((error: unknown) => {
        throw error instanceof SnapshotNotFoundError ? new JobLostError() : error;
      });
      await job.hold(tx);
      return work(tx);
    });
  }

  /** Begins a publication, or goes on with it; gives how. */
  activate(job: HeldJob, scope: Scope): Promise<{ onConflict: OnConflict; stop: boolean }> {
    return this.held(job, scope, async (tx) => {
      const { onConflict, stopRequested } = await tx.publication.update({
        where: { id: scope.publicationId, userId: scope.userId },
        data: { state: 'active', finishedAt: null, error: Prisma.DbNull },
      });
      return { onConflict: onConflict as OnConflict, stop: stopRequested };
    });
  }

  /** Ends a publication and its job: as completed, or as stopped where something is left of it. */
  end(job: HeldJob, scope: Scope, why: ProblemError | null): Promise<void> {
    return this.held(job, scope, async (tx) => {
      const state = why === null && !(await isLeft(tx, scope)) ? 'completed' : 'stopped';
      await this.finish(tx, scope, state, why);
      await job.finish(tx);
    });
  }

  /** Ends a publication that can't go on. Of what was sent nobody knows then. */
  fail(job: HeldJob, scope: Scope, why: ProblemError): Promise<void> {
    return this.held(job, scope, async (tx) => {
      const { userId, publicationId } = scope;
      const sent = await tx.publicationChange.findMany({
        where: { userId, publicationId, outcome: 'waiting', sentAt: { not: null } },
        select: { position: true },
      });
      const error = storedProblem(new OutcomeUnknownError());
      const ends = sent.map(({ position }) => ({ position, outcome: 'unknown' as const, error }));
      await settleChanges(tx, scope, ends);
      await this.finish(tx, scope, 'failed', why);
      await job.finish(tx);
    });
  }

  /** Completes a publication of which nothing is left. To be called once a change was resolved. */
  async completeIfDone(tx: Transaction, scope: Scope): Promise<void> {
    if (!(await isLeft(tx, scope))) await this.finish(tx, scope, 'completed', null);
  }

  /** Ends a publication, within its caller's transaction. */
  async finish(
    tx: Transaction,
    { userId, publicationId }: Scope,
    state: PublicationState,
    why: ProblemError | null,
  ): Promise<void> {
    const error = why === null ? Prisma.DbNull : (storedProblem(why) as Prisma.InputJsonValue);
    await tx.publication.update({
      where: { id: publicationId, userId },
      data: { state, error, stopRequested: false, finishedAt: new Date() },
    });
  }
}

/** Whether something of a publication is not carried out yet, or not known. */
async function isLeft(tx: Transaction, { userId, publicationId }: Scope): Promise<boolean> {
  const left = await tx.publicationChange.findFirst({
    where: { userId, publicationId, outcome: { in: ['waiting', 'unknown'] } },
    select: { position: true },
  });
  return left !== null;
}
