import { ProblemError, problemType } from '../common/problem.js';

/** Something that the service needs does not work at the moment. */
export class NotReadyError extends ProblemError {
  static readonly type = problemType('health.not_ready', 503, 'Not ready');
  constructor(checks: Record<string, string>) {
    const failing = Object.keys(checks).filter((name) => checks[name] !== 'ok');
    super(NotReadyError.type, `Not working: ${failing.join(', ')}.`, { members: { checks } });
  }
}
