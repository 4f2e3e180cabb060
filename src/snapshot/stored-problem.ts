import { problemDocument, ProblemError } from '../common/problem.js';
import { InternalError } from '../common/request.errors.js';
import type { StoredProblem } from './snapshot.types.js';

/** A failure as it is kept with what failed; what is no ProblemError becomes `internal`. */
export function storedProblem(error: unknown): StoredProblem {
  const problem = error instanceof ProblemError ? error : new InternalError(error);
  const { instance: _instance, requestId: _requestId, ...kept } = problemDocument(problem, '');
  return kept;
}
