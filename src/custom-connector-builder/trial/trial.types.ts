import type { ProblemError } from '../../common/problem.js';
import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import type { RequestRecord } from '../../egress/egress.types.js';
import type { MappingConfig } from '../../mapping/mapping.types.js';
import type { ReadSummary } from '../../remote-service/summary.js';
import type { JsonValue, LogLine } from '../../sandbox/sandbox.types.js';

/** What a function is tried out with: the arguments that its contract names. */
export interface TrialInput {
  tableId?: string[];
  recordId?: string;
  recordData?: Record<string, JsonValue>;
}

/** One trial of a function whose source is not saved. */
export interface TrialCall extends TrialInput {
  functionName: FunctionName;
  /** Null where nothing says yet how the remote's answers become records. */
  mapping: MappingConfig | null;
  /** Of a read: ends it once so many records came. */
  maxRecords?: number;
  signal?: AbortSignal;
}

/** Why a result is not as the function's contract says. */
export interface Disagreement {
  detail: string;
  /** RFC 6901, into the result; of a read, into its last page. */
  pointer?: string;
}

/** What a trial did, beside what it gave; the API key is hidden in all of it. */
export interface TrialTrace {
  runId: string;
  durationMs: number;
  /** The first 500 and the last 500. */
  requests: RequestRecord[];
  requestsDropped: number;
  /** Of the remote's answers, decompressed. */
  bytes: number;
  log: LogLine[];
  logDropped: number;
  /** Of a read that did not fail. */
  summary?: ReadSummary;
  /** Of a read: the first records as they were mapped. */
  records?: unknown[];
  /** Of a read: pages that are not among the result, for it would be too large. */
  pagesLeftOut?: number;
  /** Where there is no mapping: why the result can't be taken for records as it is. */
  needsMapping?: Disagreement;
}

/** What came of a trial: the result's JSON text, exact, or what was wrong. */
export interface TrialReport {
  result?: string;
  problem?: ProblemError;
  trace: TrialTrace;
}
