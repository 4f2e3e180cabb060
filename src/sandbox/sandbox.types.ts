import type { EgressRequest, EgressResponse } from '../egress/egress.types.js';
import type { MappingConfig, MappingCounts } from '../mapping/mapping.types.js';

export type JsonValue =
  null | boolean | number | string | JsonValue[] | { [key: string]: JsonValue };

/** The limits of one run. Reaching one ends that run and touches no other. */
export interface RunLimits {
  wallMs: number;
  /** CPU time without a yield to the host. */
  cpuMs: number;
  memoryBytes: number;
  /** Of one page or result that leaves the code. */
  resultBytes: number;
  logLines: number;
}

export interface LogLine {
  /** Milliseconds since the run began. */
  atMs: number;
  level: 'debug' | 'info' | 'warn' | 'error';
  text: string;
}

/** Does the HTTP for a run; rejects with an EgressError. */
export type RunFetch = (request: EgressRequest, signal: AbortSignal) => Promise<EgressResponse>;

interface Job {
  /** Whose run it is: processes are shared out among owners. */
  owner: string;
  /** The connector's source that defines `functionName`. */
  source: string;
  functionName: string;
  args: JsonValue[];
  limits: RunLimits;
  fetch: RunFetch;
  /** Texts that stand in for the API key among `args`: nothing may be signed with them. */
  standIns?: string[];
  /** In writes, the code's `idempotencyKey`. */
  idempotencyKey?: string;
  /** Ends the run as `cancelled`. */
  signal?: AbortSignal;
  /** Ends the wait for a process as `cancelled`; a run that has begun goes on. */
  waitSignal?: AbortSignal;
}

/** What a call's result is to become before it leaves the sandbox. */
export type ResultShape =
  /**
   * One record, mapped where there is a mapping. The call's value is the JSON text of
   * `{ id, fields }`, with every digit of its numbers, or null where the function gave null.
   */
  | { kind: 'record'; requestedId: string; mapping?: MappingConfig }
  /** The id in `{ id, ... }`, or the id itself. The call's value is that id as text. */
  | { kind: 'createdId' }
  /** Nothing, whatever the function gave. The call's value is null. */
  | { kind: 'ignored' }
  /**
   * The value itself, where it could become the shape in `as`. The call's value is its JSON text, with
   * every digit; `null` where the function gave nothing, or what JSON has no text for and `as` ignores.
   */
  | { kind: 'text'; as?: Exclude<ResultShape, { kind: 'text' }> };

/** A run whose result is one value; without a `result` that value is JSON of any shape. */
export interface CallJob extends Job {
  result?: ResultShape;
}

/** How far a read is. */
export interface ReadSoFar {
  /** That the code gave. */
  pages: number;
  /** How many records there are, where the remote says so. */
  total?: number;
}

/** A run whose result is pages of records: an array or a page, or an async generator of pages. */
export interface ReadJob extends Job {
  /** Absent: the pages are `[{ id, fields }]` already. */
  mapping?: MappingConfig;
  /**
   * Takes the JSON text of each page as the code gave it, `inSeries` where a generator did. From the
   * first page on that does not fit into `maxBytes`, all pages together, none is handed on.
   */
  pages?: { maxBytes: number; onPage: (json: Uint8Array, inSeries: boolean) => void };
  /** The read ends as `cut` once this many records came and one more was seen. */
  maxRecords?: number;
  /**
   * Takes a batch of records, each the UTF-8 text of one JSON object `{ id, fields }` without line
   * breaks, joined and ended by "\n". The run waits for the promise before it hands on the next.
   */
  onRecords: (lines: Uint8Array, count: number, soFar: ReadSoFar) => Promise<void>;
}

export type LimitCode =
  | 'run.time'
  | 'run.cpu'
  | 'run.memory'
  | 'run.stalled'
  | 'run.requests'
  | 'run.response'
  | 'run.result';

/** How a run failed. A failure of connector code is a value, never an exception. */
export type RunFailure =
  | { kind: 'limit'; code: LimitCode; message: string }
  | { kind: 'syntax'; message: string; line?: number; column?: number }
  /** The function gave something else than its contract says. */
  | { kind: 'type'; message: string; pointer?: string }
  /** The remote could not be reached or was refused; `code` is the EgressError's. */
  | { kind: 'remote'; code: string; message: string; line?: number; column?: number }
  | { kind: 'thrown'; message: string; status?: number; line?: number; column?: number }
  | { kind: 'missing'; message: string }
  | { kind: 'cancelled'; message: string }
  | { kind: 'crashed'; message: string };

export interface RunTrace {
  log: LogLine[];
  logDropped: number;
  durationMs: number;
}

export type CallOutcome = ({ kind: 'ok'; value: JsonValue } | RunFailure) & RunTrace;

/** `stop` is `end` where the code came to its end, `cut` where `maxRecords` ended the read. */
export type ReadOutcome = ({ kind: 'ok'; stop: 'end' | 'cut' } | RunFailure) &
  RunTrace & { counts: MappingCounts };
