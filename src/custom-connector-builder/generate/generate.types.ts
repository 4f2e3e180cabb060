/** What generated code has to stand, in this order. */
export const CHECK_NAMES = ['answer', 'source', 'contract', 'complete'] as const;
export type CheckName = (typeof CHECK_NAMES)[number];

/** How generated code stood one check. */
export interface Check {
  name: CheckName;
  /** `skipped`: there was nothing to hold it against; `detail` says what was missing. */
  status: 'passed' | 'failed' | 'skipped';
  detail?: string;
  /** 1-based, into the code. */
  line?: number;
  column?: number;
}

/** A failed check, and what was seen, for the model to learn from. */
export interface FailedCheck extends Check {
  status: 'failed';
  /** Data from the run; texts in it may come from the remote API. */
  seen?: object;
}

/** A function, and how it stood its checks. */
export interface Generated {
  function: string;
  checks: Check[];
}
