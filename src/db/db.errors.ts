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
