import { ProblemError, problemType } from '../common/problem.js';

/** The user has no connector with this id. */
export class ConnectorNotFoundError extends ProblemError {
  static readonly type = problemType('connector.not_found', 404, 'No such custom connector');
  constructor() {
    super(ConnectorNotFoundError.type, 'You have no custom connector with this id.');
  }
}

/** The connector has no version of this number, or has it no longer. */
export class VersionNotFoundError extends ProblemError {
  static readonly type = problemType('connector.version_not_found', 404, 'No such version');
  constructor() {
    super(
      VersionNotFoundError.type,
      'The connector has no version of this number; the newest 100 before the present one are kept.',
    );
  }
}
