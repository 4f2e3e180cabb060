import type { LimitCode, RunFailure } from './sandbox.types.js';

type LimitFailure = Extract<RunFailure, { kind: 'limit' }>;

const LIMIT_TEXT: Record<LimitCode, string> = {
  'run.time': 'The run took longer than it may.',
  'run.cpu': 'The code computed longer than it may without waiting for anything.',
  'run.memory': 'The code needed more memory than it may.',
  'run.stalled': 'The code waits for something that can never happen.',
  'run.requests': 'The code made more requests than it may.',
  'run.response': 'A response is larger than it may be.',
  'run.result': 'A page or result is larger than it may be.',
};

/** The outcome of a run that reached one of its limits. */
export function limitOutcome(code: LimitCode, message = LIMIT_TEXT[code]): LimitFailure {
  return { kind: 'limit', code, message };
}
