import type { ProblemError } from '../../common/problem.js';

/** The values of a record by field name: JSON of any shape. */
export type RecordFields = Record<string, unknown>;

export interface NewRecord {
  fields: RecordFields;
}

export interface ChangedRecord extends NewRecord {
  id: string;
}

/**
 * What came of one record. An error says that its call failed, not that the remote did nothing: a
 * call that ran out of time may have written all the same.
 */
export type RecordResult =
  { status: 'ok'; id: string } | { status: 'error'; problem: ProblemError };

export interface WriteOptions {
  /** Lets no further record begin; those that have begun go on to their end. */
  signal?: AbortSignal;
  /** What the code sees as `idempotencyKey` for a record; without it a random text for each. */
  idempotencyKey?: (index: number) => string;
  /**
   * Waited for before each record begins: true lets it; one for which it gives false is left out,
   * without a call of `onResult`. Where it rejects no further one begins.
   */
  beforeRecord?: (index: number) => Promise<boolean>;
  /** Waited for after each record, in the order they end. Where it rejects no further one begins. */
  onResult?: (index: number, result: RecordResult) => Promise<void>;
}
