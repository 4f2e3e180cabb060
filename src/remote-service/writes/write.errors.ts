import { ProblemError, problemType } from '../../common/problem.js';

/** The function gave null: the table has no record of this id. */
export class RecordNotFoundError extends ProblemError {
  static readonly type = problemType('connector.record_not_found', 404, 'No such record');
  constructor() {
    super(RecordNotFoundError.type, 'The table has no record with this id.');
  }
}

/** The write was stopped before this record, of which nothing was tried. */
export class WriteStoppedError extends ProblemError {
  static readonly type = problemType('write.stopped', 503, 'The write was stopped');
  constructor() {
    super(WriteStoppedError.type, 'The write was stopped before this record.');
  }
}

/** A write with the same Idempotency-Key is not yet at its end. */
export class WriteInProgressError extends ProblemError {
  static readonly type = problemType('idempotency.in_progress', 409, 'Still running');
  constructor() {
    super(WriteInProgressError.type, 'The write with this Idempotency-Key is still running.', {
      headers: { 'Retry-After': '2' },
    });
  }
}

/** The Idempotency-Key came with another body before. */
export class IdempotencyKeyReusedError extends ProblemError {
  static readonly type = problemType('idempotency.key_reused', 422, 'The key was used before');
  constructor() {
    super(
      IdempotencyKeyReusedError.type,
      'This Idempotency-Key was used for another body; a new write needs a key of its own.',
    );
  }
}

/** Another process has settled the write, or it is gone: no result of it may be stored any more. */
export class LeaseLostError extends Error {
  override readonly name = 'LeaseLostError';
}
