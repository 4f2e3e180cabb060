import type { EgressRequest, EgressResponse } from '../egress/egress.types.js';
import type { MappingConfig, MappingCounts } from '../mapping/mapping.types.js';
import type { LogLine, ReadSoFar, ResultShape, RunFailure, RunLimits } from './sandbox.types.js';

/** Of a read's batch, so that neither side holds much: bytes of NDJSON. A record is never cut. */
export const BATCH_BYTES = 256 * 1024;
/** What a read's batch aims at: each is a frame, a write to the client and an ack. */
export const BATCH_AIM_BYTES = 128 * 1024;
/** Batches on their way to the taker of a read's records; the next one waits for an ack. */
export const BATCH_WINDOW = 5;
/** Fetches of one run that the service knows of; further ones wait inside the engine. */
export const FETCH_WINDOW = 64;
/** Of a request's body. */
export const MAX_REQUEST_BODY_BYTES = 32 * 1024 * 1024;

/** What the code to run is told; the payload is the source and then the arguments as JSON. */
export interface RunMessage {
  type: 'run';
  kind: 'call' | 'read';
  functionName: string;
  /** Of the source, in the payload. */
  sourceBytes: number;
  limits: RunLimits;
  mapping?: MappingConfig;
  maxRecords?: number;
  /** How many bytes of its pages a read is to send beside the records; absent: none. */
  pageBytes?: number;
  /** Of a call. */
  result?: ResultShape;
  /** What stands in for the API key: nothing may be signed with it. */
  standIns: string[];
  idempotencyKey?: string;
}

/** From the service to a process. Of a `response` the payload is the body. */
export type ToChild =
  | RunMessage
  | ({ type: 'response'; id: number } & Omit<EgressResponse, 'body'>)
  | { type: 'failure'; id: number; code: string; message: string }
  | { type: 'ack' }
  | { type: 'ping' };

/** How a run ended, as the process that ran it says. */
export type ChildOutcome = { kind: 'ok'; stop: 'end' | 'cut' } | RunFailure;

export interface DoneMessage {
  type: 'done';
  outcome: ChildOutcome;
  logDropped: number;
  counts?: MappingCounts;
  /** CPU time of the process since it began. */
  cpuMs: number;
}

/**
 * From a process to the service. The payload of `fetch` is the request's body, of `records` the
 * NDJSON, of `page` the page as JSON, of a call's `done` the value as JSON, in the shape that `result` asked for.
 */
export type FromChild =
  | { type: 'ready' }
  | { type: 'pong' }
  | ({ type: 'fetch'; id: number; hasBody: boolean } & Omit<EgressRequest, 'body'>)
  | { type: 'abort'; id: number }
  | { type: 'log'; line: LogLine }
  | { type: 'page'; inSeries: boolean }
  | ({ type: 'records'; count: number } & ReadSoFar)
  | DoneMessage;
