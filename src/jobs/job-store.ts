import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { DbService } from '../db/db.service.js';
import type { Prisma } from '../db/generated/client.js';
import { JobLostError } from './jobs.errors.js';
import type { HeldJob } from './jobs.types.js';

/** A job that was claimed. */
export type ClaimedJob = Pick<
  HeldJob,
  'id' | 'userId' | 'kind' | 'subjectId' | 'data' | 'attempts'
>;

/**
 * Of the lock that makes claims come one after another, so that no user gets more than is due: a pair of
 * numbers, for single ones are the numbers of copies that somebody exports.
 */
const CLAIMS = [7_263_401, 1] as const;
const MOST_PAUSE_SECONDS = 60;

/**
 * Jobs and who holds them. A lease that is not renewed in time is over, by the database's clock; the
 * job is then anybody's.
 */
@Injectable()
export class JobStore {
  constructor(
    private readonly db: DbService,
    private readonly settings: Settings,
  ) {}

  /**
   * Takes a lease on the job that is due next, or gives null: of the user with the fewest jobs under
   * way, and then the one that has waited longest.
   */
  async claim(kinds: readonly string[], leaseId: string): Promise<ClaimedJob | null> {
    const { JOBS_PER_USER, JOB_LEASE_SECONDS } = this.settings;
    const due = await this.db.$queryRaw<{ due: boolean }[]>`
      select exists (
        select from jobs
        where run_at <= now() and (lease_until is null or lease_until < now())
      ) as due`;
    if (due[0]?.due !== true) return null;
    return this.db.transaction(async (tx) => {
      const [space, lock] = CLAIMS;
      await tx.$executeRaw`select pg_advisory_xact_lock(${space}::int, ${lock}::int)`;
      const [job] = await tx.$queryRaw<ClaimedJob[]>`
        with busy as (
          select user_id, count(*) as jobs from jobs where lease_until >= now() group by user_id
        ), next as (
          select jobs.id from jobs left join busy using (user_id)
          where run_at <= now() and (lease_until is null or lease_until < now())
            and kind = any(${kinds}::text[]) and coalesce(busy.jobs, 0) < ${JOBS_PER_USER}::int
          order by coalesce(busy.jobs, 0), run_at, jobs.id
          limit 1 for update of jobs skip locked
        )
        update jobs set lease_id = ${leaseId}, attempts = attempts + 1,
          lease_until = now() + ${JOB_LEASE_SECONDS}::int * interval '1 second'
        from next where jobs.id = next.id
        returning jobs.id, user_id as "userId", kind, subject_id as "subjectId", data, attempts`;
      return job ?? null;
    });
  }

  /** Prolongs a lease; false where it is lost. */
  async renew(id: string, leaseId: string): Promise<boolean> {
    const renewed = await this.db.$executeRaw`
      update jobs
      set lease_until = now() + ${this.settings.JOB_LEASE_SECONDS}::int * interval '1 second'
      where id = ${id} and lease_id = ${leaseId}`;
    return renewed > 0;
  }

  /** Gives a job back that was not done: at once for others, or after a pause where it failed. */
  async release({ id, attempts }: ClaimedJob, leaseId: string, failed: boolean): Promise<void> {
    const pause = failed ? Math.min(2 ** attempts, MOST_PAUSE_SECONDS) : 0;
    await this.db.$executeRaw`
      update jobs set lease_id = null, lease_until = null,
        attempts = attempts - ${failed ? 0 : 1}::int,
        run_at = now() + ${pause}::int * interval '1 second'
      where id = ${id} and lease_id = ${leaseId}`;
  }

  /** Locks a job for a transaction; throws a JobLostError where the lease is lost. */
  async hold(tx: Prisma.TransactionClient, id: string, leaseId: string): Promise<void> {
    const held = await tx.$queryRaw<unknown[]>`
      select 1 from jobs where id = ${id} and lease_id = ${leaseId} for no key update`;
    if (held.length === 0) throw new JobLostError();
  }

  async remove(tx: Prisma.TransactionClient, id: string, leaseId: string): Promise<void> {
    await tx.job.deleteMany({ where: { id, leaseId } });
  }
}
