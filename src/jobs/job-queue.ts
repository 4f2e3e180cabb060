import { Injectable } from '@nestjs/common';
import { newId } from '../common/ids.js';
import type { Prisma } from '../db/generated/client.js';
import { JobPendingError } from './jobs.errors.js';
import type { NewJob } from './jobs.types.js';

type Transaction = Prisma.TransactionClient;

/** A transaction that adds a job has usually ended by then. */
const COMMITTED_MS = 20;

/** Takes work for the background; each method is part of its caller's transaction. */
@Injectable()
export class JobQueue {
  private tell: () => void = () => undefined;

  /** Has a worker in this process told when there may be a job, so that it need not wait to look. */
  onAdded(tell: () => void): void {
    this.tell = tell;
  }

  /** Adds a job; throws a JobPendingError where its subject has one. */
  async add(tx: Transaction, { userId, kind, subjectId, data = {} }: NewJob): Promise<void> {
    const added = await tx.job.createMany({
      data: [{ id: newId('job'), userId, kind, subjectId, data }],
      skipDuplicates: true,
    });
    if (added.count === 0) throw new JobPendingError();
    setTimeout(this.tell, COMMITTED_MS).unref();
  }

  /** Whether a subject has a job: waiting, or being done. */
  async isPending(tx: Transaction, subjectId: string): Promise<boolean> {
    return (await tx.job.count({ where: { subjectId } })) > 0;
  }

  /** Takes a subject's job away, also from who is at it. */
  async cancel(tx: Transaction, subjectId: string): Promise<void> {
    await tx.job.deleteMany({ where: { subjectId } });
  }

  /** Takes a subject's job away where nobody is at it; says whether it did. */
  async withdraw(tx: Transaction, subjectId: string): Promise<boolean> {
    const taken = await tx.$executeRaw`
      delete from jobs
      where subject_id = ${subjectId} and (lease_until is null or lease_until < now())`;
    return taken > 0;
  }
}
