import type { ProblemError } from '../common/problem.js';
import { classifyFailure } from './classify-failure.js';
import { DatabaseBusyError, DatabaseUnavailableError } from './db.errors.js';

/** The problem to tell of a failure of the database; null for an error that says nothing of it. */
export function databaseProblem(error: unknown): ProblemError | null {
  const failure = classifyFailure(error);
  if (failure === null) return null;
  return failure === 'busy' ? new DatabaseBusyError(error) : new DatabaseUnavailableError(error);
}
