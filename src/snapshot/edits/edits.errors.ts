import { ProblemError, problemType } from '../../common/problem.js';

/** More would be staged in a snapshot than it takes. */
export class TooManyChangesError extends ProblemError {
  static readonly type = problemType('snapshot.too_many_changes', 422, 'Too much is staged');
  constructor(most: number) {
    super(
      TooManyChangesError.type,
      `At most ${most} changes are staged in a snapshot at once; publish or discard some first.`,
    );
  }
}

/** The values that a call would have to be held against are too large together. */
export class ValuesTooLargeError extends ProblemError {
  static readonly type = problemType('snapshot.values_too_large', 422, 'The values are too large');
  constructor(mostBytes: number) {
    super(
      ValuesTooLargeError.type,
      `The present values of the fields that are named come to more than ${mostBytes / 1024 / 1024} MiB; ` +
        'send fewer ops at once.',
    );
  }
}
