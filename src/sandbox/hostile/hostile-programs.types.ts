import type { JsonValue, LimitCode, RunFailure, RunLimits } from '../sandbox.types.js';

/** How a program must end: `ok`, the kind of a failure, or the code of a limit. */
export type HostileEnd = 'ok' | Exclude<RunFailure['kind'], 'limit' | 'crashed'> | LimitCode;

/** A source that defines `f`, and how it ends where its kind does not say so already. */
export type HostileProgram = readonly [
  name: string,
  source: string,
  ends?: HostileEnd,
  limits?: Partial<RunLimits>,
];

/** Programs of one kind, and what they have in common. */
export interface HostileKind {
  ends: HostileEnd;
  programs: HostileProgram[];
  limits?: Partial<RunLimits>;
  /** What those give that end as `ok`. */
  value?: JsonValue;
  /** Stands before each source. */
  prelude?: string;
  /** They are reads of pages; the others are calls. */
  reads?: true;
}
