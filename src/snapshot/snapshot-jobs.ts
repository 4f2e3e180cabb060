import { Injectable } from '@nestjs/common';
import { JobQueue } from '../jobs/job-queue.js';
import { JobPendingError } from '../jobs/jobs.errors.js';
import type { NewJob } from '../jobs/jobs.types.js';
import type { Transaction } from './snapshot-access.js';
import { SnapshotBusyError, TooManyJobsError } from './snapshot.errors.js';

/** Downloads and publications of one user that may wait or be under way. */
const MOST_JOBS = 100;

/** Has work on snapshots done in the background. */
@Injectable()
export class SnapshotJobs {
  constructor(private readonly queue: JobQueue) {}

  /** Adds a job. Throws a SnapshotBusyError where the snapshot has one, or a TooManyJobsError. */
  async add(tx: Transaction, job: NewJob): Promise<void> {
    const { userId } = job;
    if ((await tx.job.count({ where: { userId } })) >= MOST_JOBS) {
      throw new TooManyJobsError(MOST_JOBS);
    }
    try {
      await this.queue.add(tx, job);
    } catch (error) {
      throw error instanceof JobPendingError ? new SnapshotBusyError() : error;
    }
  }

  /** Takes the snapshot's job away where nobody is at it; says whether it did. */
  withdraw(tx: Transaction, snapshotId: string): Promise<boolean> {
    return this.queue.withdraw(tx, snapshotId);
  }
}
