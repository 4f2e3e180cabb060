import type { Prisma } from '../db/generated/client.js';

type Transaction = Prisma.TransactionClient;

/** Work that is to be done in the background. */
export interface NewJob {
  userId: string;
  kind: string;
  /** What the work is on: an id. Of all kinds together a subject has one job at a time. */
  subjectId: string;
  data?: Record<string, string | number | boolean>;
}

/** A job as its handler has it. */
export interface HeldJob extends Required<NewJob> {
  id: string;
  /** How often it was begun, this time included. */
  attempts: number;
  /** Fires when the process stops, when the job was cancelled, and when it was taken for dead. */
  signal: AbortSignal;
  /**
   * Locks the job for the transaction; throws a JobLostError where it is no longer this process's.
   * What a transaction writes behind it, nobody writes who was taken for dead.
   */
  hold(tx: Transaction): Promise<void>;
  /** Ends the job with the transaction, in which `hold` was called. */
  finish(tx: Transaction): Promise<void>;
}

/** Does the jobs of one kind. */
export interface JobHandler {
  kind: string;
  /**
   * Does a job, or what is left of it: it may have been begun before by a process that died at any
   * point. What it rejects with is logged, and the job begun again later.
   */
  run(job: HeldJob): Promise<void>;
  /** Called in place of `run` where a job was begun too often; ends it. */
  giveUp(job: HeldJob): Promise<void>;
}
