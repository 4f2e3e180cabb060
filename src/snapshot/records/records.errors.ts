import { ProblemError, problemType } from '../../common/problem.js';

/** A filter or a sort had to look at more than there is time for. */
export class QueryTooSlowError extends ProblemError {
  static readonly type = problemType('snapshot.query_too_slow', 422, 'The query takes too long');
  constructor(seconds: number) {
    super(
      QueryTooSlowError.type,
      `The records could not be looked through within ${seconds} seconds: filter for less, leave the ` +
        'sort or the count away, or export the table.',
    );
  }
}

/** As many exports as this process does at once are under way. */
export class ExportBusyError extends ProblemError {
  static readonly type = problemType('snapshot.export_busy', 429, 'Too many exports at once');
  constructor() {
    super(ExportBusyError.type, 'Too many exports are under way; try again later.', {
      headers: { 'Retry-After': '10' },
    });
  }
}
