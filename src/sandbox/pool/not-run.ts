import type { RunFailure } from '../sandbox.types.js';
import type { RunResult } from './child-run.js';

/** What a run came to that no process began. */
export function notRun(outcome: RunFailure): RunResult {
  const none = { records: 0, pages: 0, duplicates: 0, rejected: 0, invalid: 0 };
  return {
    outcome,
    value: null,
    counts: { ...none, samples: [], warnings: [] },
    trace: { log: [], logDropped: 0, durationMs: 0 },
  };
}
