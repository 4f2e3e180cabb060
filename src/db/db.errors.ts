import { ProblemError, problemType } from '../common/problem.js';

/** The embedded PostgreSQL can't be started; the message says why. */
export class DatabaseStartError extends Error {
  override readonly name = 'DatabaseStartError';
}

/** Another service is running on this data folder. */
export class DataDirInUseError extends Error {
  override readonly name = 'DataDirInUseError';
  constructor(folder: string) {
    super(`Another service is already running on the data folder ${folder}.`);
  }
}

/** The database can't be reached, or its schema not be brought up to date. */
export class DatabaseUnusableError extends Error {
  override readonly name = 'DatabaseUnusableError';
}

/** So many changes are under way that this one did not get its turn; nothing of it was done. */
export class DatabaseBusyError extends ProblemError {
  static readonly type = problemType('database.busy', 503, 'Too many changes at once');
  constructor(cause: unknown) {
    super(
      DatabaseBusyError.type,
      'Too many changes are under way; nothing was changed. Try again.',
      {
        headers: { 'Retry-After': '5' },
        cause,
      },
    );
  }
}
