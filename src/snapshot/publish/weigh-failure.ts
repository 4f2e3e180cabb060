import { ProblemError } from '../../common/problem.js';
import { InternalError } from '../../common/request.errors.js';
import { RunProblem } from '../../remote-service/run.errors.js';
import { WriteStoppedError } from '../../remote-service/writes/write.errors.js';
import { PoolBusyError, PoolClosedError } from '../../sandbox/sandbox.errors.js';

/**
 * What a failed call means: `unsent`: it was never begun; `failed`: the remote has done nothing;
 * `unclear`: it may have done it all the same.
 */
export type Weight = 'unsent' | 'failed' | 'unclear';

/** Weighs how a call of a write function failed, by what its run has sent and got for it. */
export function weighFailure(problem: ProblemError): Weight {
  if (problem instanceof RunProblem) {
    if (problem.mayHaveWritten) return 'unclear';
    return problem.members['reason'] === 'cancelled' ? 'unsent' : 'failed';
  }
  const unsent = [PoolBusyError, PoolClosedError, WriteStoppedError];
  if (unsent.some((kind) => problem instanceof kind)) return 'unsent';
  // A fault of this service, at whatever point of the call.
  return problem instanceof InternalError ? 'unclear' : 'failed';
}
