import { ProblemError, problemType } from '../common/problem.js';

/** Every sandbox is at work and the queue before them is full. */
export class PoolBusyError extends ProblemError {
  static readonly type = problemType('sandbox.busy', 429, 'Too many runs at once');
  constructor() {
    super(PoolBusyError.type, 'Too many runs are waiting already; try again shortly.', {
      headers: { 'Retry-After': '1' },
    });
  }
}

/** The pool has not been started, or has been closed: the service is stopping. */
export class PoolClosedError extends ProblemError {
  static readonly type = problemType('sandbox.closed', 503, 'The service is stopping');
  constructor() {
    super(PoolClosedError.type, 'The service is stopping and takes no more runs.');
  }
}

/** A process sent what the protocol between it and this one does not allow. */
export class ProtocolError extends Error {
  override readonly name = 'ProtocolError';
}

/** A sandbox process could not be brought up. */
export class SpawnError extends Error {
  override readonly name = 'SpawnError';
}
