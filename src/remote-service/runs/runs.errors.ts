import { ProblemError, problemType } from '../../common/problem.js';

/** The connector has no run of this id on record, or has it no longer. */
export class RunNotFoundError extends ProblemError {
  static readonly type = problemType('run.not_found', 404, 'No such run');
  constructor() {
    super(RunNotFoundError.type, 'The connector has no run with this id on record.');
  }
}
