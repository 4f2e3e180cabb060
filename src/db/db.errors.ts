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

/** What an error of the driver says, in one line; some errors of Node have a code alone. */
export function reasonOf(error: unknown): string {
  const { message, code } = error as { message?: string; code?: string };
  return message || code || String(error);
}

/** The database can't be reached, or can't do its work for now. */
export class DatabaseUnavailableError extends ProblemError {
  static readonly type = problemType('database.unavailable', 503, 'The database does not answer');
  constructor(cause: unknown) {
    super(
      DatabaseUnavailableError.type,
      'The database does not answer at the moment. Try again; a change may have been made all the same.',
      {
        headers: { 'Retry-After': '5' },
        cause,
      },
    );
  }
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
