import type { MappingCounts } from '../../mapping/mapping.types.js';
import {
  BATCH_WINDOW,
  type ChildOutcome,
  type DoneMessage,
  type FromChild,
  MAX_REQUEST_BODY_BYTES,
  type ToChild,
} from '../child-messages.js';
import { hasMoreValues } from '../../common/count-values.js';
import { type ChildChannel, ChildFetches } from './child-fetches.js';
import { limitOutcome } from '../limit-outcome.js';
import { readValue } from './read-value.js';
import { ProtocolError } from '../sandbox.errors.js';
import type {
  CallJob,
  JsonValue,
  LogLine,
  ReadJob,
  ReadSoFar,
  RunFailure,
  RunTrace,
} from '../sandbox.types.js';

export type SendToChild = (message: ToChild, payload?: Uint8Array) => void;
export type Log = (message: string, details: Record<string, unknown>) => void;

/** What a run came to: of a call the value, of a read the counts. */
export interface RunResult {
  outcome: ChildOutcome | RunFailure;
  value: JsonValue;
  counts: MappingCounts;
  trace: RunTrace;
}

const HEADROOM_BYTES = 1024 * 1024;
/** Of a call's result: to parse a million small ones would hold up this process for a second. */
const MAX_RESULT_VALUES = 50_000;

/**
 * This process's side of one run: answers what the sandbox asks for and holds it to the protocol.
 * Whatever ends the run first counts; nothing that comes later does.
 */
export class ChildRun {
  /** Rejects only with what the job's own `onRecords` rejected with. */
  readonly result: Promise<RunResult>;
  readonly #job: CallJob | ReadJob;
  readonly #send: SendToChild;
  readonly #began = performance.now();
  readonly #fetches: ChildFetches;
  readonly #lines: LogLine[] = [];
  #dropped = 0;
  #records = 0;
  #batches = 0;
  #pageBytes = 0;
  #taking: Promise<void> = Promise.resolve();
  #ended = false;
  #resolve!: (result: RunResult) => void;
  #reject!: (error: Error) => void;

  constructor(job: CallJob | ReadJob, channel: ChildChannel, log: Log) {
    this.#job = job;
    this.#send = channel.send;
    this.#fetches = new ChildFetches(job.fetch, channel, log);
    this.result = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  /** Of the payloads that the sandbox may send during this run. */
  get maxPayloadBytes(): number {
    return Math.max(this.#job.limits.resultBytes, MAX_REQUEST_BODY_BYTES) + HEADROOM_BYTES;
  }

  /** Asks for the run to be begun. */
  begin(): void {
    const job = this.#job;
    const source = Buffer.from(job.source);
    const reads = 'onRecords' in job;
    const result = 'result' in job ? job.result : undefined;
    const { functionName, limits } = job;
    this.#send(
      {
        type: 'run',
        kind: reads ? 'read' : 'call',
        functionName,
        limits,
        sourceBytes: source.length,
        standIns: job.standIns ?? [],
        ...(job.idempotencyKey === undefined ? {} : { idempotencyKey: job.idempotencyKey }),
        ...(reads && job.mapping ? { mapping: job.mapping } : {}),
        ...(reads && job.maxRecords !== undefined ? { maxRecords: job.maxRecords } : {}),
        ...(reads && job.pages ? { pageBytes: job.pages.maxBytes } : {}),
        ...(result === undefined ? {} : { result }),
      },
      Buffer.concat([source, Buffer.from(JSON.stringify(job.args))]),
    );
  }

  /** Takes a message of the sandbox. Throws a ProtocolError where it can't come now. */
  receive(message: FromChild, payload: Buffer): void {
    if (this.#ended) throw new ProtocolError('A message came after the end of its run.');
    switch (message.type) {
      case 'fetch': {
        const { method, url, headers, redirect } = message;
        const body = message.hasBody ? { body: payload } : {};
        this.#fetches.begin(message.id, { method, url, headers, redirect, ...body });
        return;
      }
      case 'abort':
        this.#fetches.abort(message.id);
        return;
      case 'log':
        if (this.#lines.length < this.#job.limits.logLines) this.#lines.push(message.line);
        else this.#dropped += 1;
        return;
      case 'page':
        this.#takePage(payload, message.inSeries);
        return;
      case 'records':
        this.#take(payload, message);
        return;
      case 'done':
        this.#done(message, payload);
        return;
      default:
        throw new ProtocolError('A message came that has no place in a run.');
    }
  }

  /** Ends the run from outside, unless it has ended already. */
  end(outcome: RunFailure): void {
    this.#end({ outcome, value: null, counts: this.#emptyCounts() });
  }

  #done(message: DoneMessage, payload: Buffer): void {
    const { outcome } = message;
    this.#dropped += message.logDropped;
    const counts = message.counts ?? this.#emptyCounts();
    if (outcome.kind !== 'ok') {
      this.#end({ outcome: withoutCancelled(outcome), value: null, counts });
      return;
    }
    if (this.#batches > 0) throw new ProtocolError('A read ended before its records were taken.');
    const job = this.#job;
    const reads = 'onRecords' in job;
    if (!reads && hasMoreValues(payload, MAX_RESULT_VALUES)) {
      this.end(limitOutcome('run.result', `The result has more than ${MAX_RESULT_VALUES} values.`));
    } else this.#end({ outcome, value: reads ? null : readValue(payload, job.result), counts });
  }

  #end(result: Omit<RunResult, 'trace'>): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#fetches.end();
    const settle = (): void => {
      this.#resolve({
        ...result,
        counts: { ...result.counts, records: this.#records },
        trace: {
          log: this.#lines,
          logDropped: this.#dropped,
          durationMs: Math.round(performance.now() - this.#began),
        },
      });
    };
    // Who takes records does not expect one more after the outcome; who cancels does not wait.
    if (result.outcome.kind === 'cancelled') settle();
    else void this.#taking.then(settle);
  }

  #takePage(json: Buffer, inSeries: boolean): void {
    const pages = 'onRecords' in this.#job ? this.#job.pages : undefined;
    this.#pageBytes += json.length;
    if (!pages || this.#pageBytes > pages.maxBytes) {
      throw new ProtocolError('A page came that nobody asked for.');
    }
    pages.onPage(json, inSeries);
  }

  #take(lines: Buffer, { count, pages, total }: ReadSoFar & { count: number }): void {
    const job = this.#job;
    if (!('onRecords' in job) || this.#batches >= BATCH_WINDOW) {
      throw new ProtocolError('Records came that nobody asked for.');
    }
    this.#batches += 1;
    this.#taking = this.#taking.then(async () => {
      if (this.#ended) return;
      try {
        await job.onRecords(lines, count, { pages, ...(total === undefined ? {} : { total }) });
      } catch (error) {
        this.#ended = true;
        this.#reject(error instanceof Error ? error : new Error('Records were not taken.'));
        return;
      }
      this.#records += count;
      this.#batches -= 1;
      if (!this.#isEnded()) this.#send({ type: 'ack' });
    });
  }

  /** Apart, for the compiler takes the field for unchanged over an await. */
  #isEnded(): boolean {
    return this.#ended;
  }

  #emptyCounts(): MappingCounts {
    const none = { records: 0, pages: 0, duplicates: 0, rejected: 0, invalid: 0 };
    return { ...none, samples: [], warnings: [] };
  }
}

/** A request that was cut off because the run was cancelled says nothing about the remote. */
function withoutCancelled(outcome: ChildOutcome): ChildOutcome | RunFailure {
  if (outcome.kind !== 'remote' || outcome.code !== 'run.cancelled') return outcome;
  return { kind: 'cancelled', message: outcome.message };
}
