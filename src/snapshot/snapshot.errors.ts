import { ProblemError, problemType } from '../common/problem.js';
import { MOST_TABLE_ID_BYTES } from './snapshot.types.js';

/** The user has no snapshot of this id. */
export class SnapshotNotFoundError extends ProblemError {
  static readonly type = problemType('snapshot.not_found', 404, 'No such snapshot');
  constructor() {
    super(SnapshotNotFoundError.type, 'You have no snapshot with this id.');
  }
}

/** The snapshot has no table of this id. */
export class SnapshotTableNotFoundError extends ProblemError {
  static readonly type = problemType('snapshot.table_not_found', 404, 'No such table');
  constructor() {
    super(SnapshotTableNotFoundError.type, 'The snapshot has no table with this id.');
  }
}

/** A download or a publication of the snapshot waits or is under way. */
export class SnapshotBusyError extends ProblemError {
  static readonly type = problemType('snapshot.busy', 409, 'The snapshot is busy');
  constructor() {
    super(
      SnapshotBusyError.type,
      'A download or a publication of this snapshot is under way; wait for its end.',
    );
  }
}

/** Too many jobs of the user wait already. */
export class TooManyJobsError extends ProblemError {
  static readonly type = problemType('snapshot.too_many_jobs', 429, 'Too much waits already');
  constructor(most: number) {
    super(
      TooManyJobsError.type,
      `At most ${most} downloads and publications of a user may wait; try again later.`,
      { headers: { 'Retry-After': '10' } },
    );
  }
}

/** The connector lists a table whose id is too long to be kept. */
export class TableIdTooLongError extends ProblemError {
  static readonly type = problemType('snapshot.table_id_too_long', 422, 'A table’s id is too long');
  constructor() {
    super(
      TableIdTooLongError.type,
      `The connector lists a table whose id has more than ${MOST_TABLE_ID_BYTES} bytes.`,
    );
  }
}
