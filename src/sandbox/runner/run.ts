import { setImmediate } from 'node:timers';

import type { EgressResponse } from '../../egress/egress.types.js';
import {
  BadPageError,
  JsonTooDeepError,
  PathEvaluationError,
} from '../../mapping/mapping.errors.js';
import type { ChildOutcome, FromChild, RunMessage } from '../child-messages.js';
import { cutText, LOG_TEXT_BYTES, MESSAGE_BYTES } from '../cut-text.js';
import { limitOutcome } from '../limit-outcome.js';
import { prepareSource } from '../prepare-source.js';
import type { LogLine } from '../sandbox.types.js';
import { EngineMemoryError, type HostValue } from './engine-values.js';
import { type Engine, EngineError, type HostFunctions } from './engine.js';
import { faultOutcome, SOURCE_FILE } from './fault-outcome.js';
import { FetchBridge } from './fetch-bridge.js';
import { PageSink, RecordTooLargeError } from './page-sink.js';
import type { EngineFault } from './realm/realm.types.js';
import { processCpuMs, RunClock } from './run-clock.js';
import { statelessHost, unquote } from './stateless-host.js';

/** Of the code before the process looks at what has come in meanwhile. */
const TURN_MS = 50;
const MAX_TIMER_MS = 2 ** 31 - 1;
/** Answers to the engine that gives a page: go on, wait for `resume`, stop. */
const GO_ON = 0;
const WAIT = 1;
const STOP = 2;

export type Send = (message: FromChild, payload?: Uint8Array) => void;

/** One run of connector code in a fresh engine, from its start to the message that it is done. */
export class Run {
  readonly #engine: Engine;
  readonly #message: RunMessage;
  readonly #send: Send;
  readonly #onDone: () => void;
  readonly #clock: RunClock;
  readonly #bridge: FetchBridge;
  readonly #sink: PageSink | undefined;
  readonly #wallTimer: NodeJS.Timeout;
  #alarm: NodeJS.Timeout | undefined;
  #turnDue = false;
  #waitsForAck = false;
  #lines = 0;
  #dropped = 0;
  #outcome: ChildOutcome | undefined;
  #value: Uint8Array | undefined;

  constructor(engine: Engine, message: RunMessage, send: Send, onDone: () => void) {
    this.#engine = engine;
    this.#message = message;
    this.#send = send;
    this.#onDone = onDone;
    this.#clock = new RunClock(message.limits);
    this.#bridge = new FetchBridge(message.limits.memoryBytes, send);
    if (message.kind === 'read') {
      const { mapping, maxRecords, limits } = message;
      const caps = { maxRecords, maxRecordBytes: limits.resultBytes };
      this.#sink = new PageSink(mapping, caps, (batch, count) => {
        send({ type: 'records', count }, batch);
      });
      this.#sink.onAck(() => {
        this.#acked();
      });
    }
    this.#wallTimer = setTimeout(() => {
      this.#finish(limitOutcome('run.time'));
    }, message.limits.wallMs);
  }

  start(source: string, argsJson: string): void {
    const { functionName, kind } = this.#message;
    this.#engine.attach(this.#host(), () => this.#mustStop());
    this.#enter(() => {
      const fault = this.#engine.evaluate(prepareSource(source), SOURCE_FILE);
      if (fault) this.#fail(fault);
      else if (!this.#engine.start(functionName, argsJson, kind === 'read')) {
        const message = `The source does not define a function named ${functionName}.`;
        this.#finish({ kind: 'missing', message });
      }
    });
  }

  /** The answer to a fetch of the code's. */
  onResponse(id: number, response: EgressResponse): void {
    const json = this.#bridge.receive(id, response);
    if (json === undefined) return;
    if (this.#bridge.overfull) this.#finish(limitOutcome('run.memory'));
    this.#enter(() => {
      this.#engine.call('settle', id, json);
    });
  }

  /** The failure of a fetch of the code's. */
  onFailure(id: number, code: string, message: string): void {
    if (!this.#bridge.forget(id)) return;
    this.#enter(() => {
      this.#engine.call('reject', id, JSON.stringify({ code, message }));
    });
  }

  /** A batch was taken. */
  onAck(): void {
    this.#sink?.ack();
  }

  #acked(): void {
    if (this.#outcome) this.#settle();
    else if (this.#waitsForAck && !this.#sink?.full) {
      this.#waitsForAck = false;
      this.#enter(() => {
        this.#engine.call('resume');
      });
    }
  }

  #enter(work: () => void): void {
    if (this.#outcome) return;
    this.#clock.enter();
    try {
      work();
    } catch (error) {
      this.#break(error);
    }
    this.#turn();
  }

  /** Runs what is ready to run, with looks at the limits in between. */
  #turn(): void {
    if (this.#turnDue) return;
    const until = performance.now() + TURN_MS;
    let more = true;
    while (more && !this.#outcome) {
      if (this.#mustStop()) return;
      if (performance.now() > until) {
        this.#turnDue = true;
        setImmediate(() => {
          this.#turnDue = false;
          this.#turn();
        });
        return;
      }
      try {
        more = this.#engine.pump();
      } catch (error) {
        this.#break(error);
      }
    }
    this.#clock.leave();
    const waits = this.#bridge.waits || this.#alarm !== undefined || this.#waitsForAck;
    if (!this.#outcome && !waits) this.#finish(limitOutcome('run.stalled'));
  }

  /** Asked by the engine itself while code runs. Ends the run where it is over a limit. */
  #mustStop(): boolean {
    const code = this.#outcome ? undefined : this.#clock.overLimit();
    if (code) this.#finish(limitOutcome(code));
    return this.#outcome !== undefined;
  }

  /** Takes what came out of the engine where no code could catch it. */
  #break(error: unknown): void {
    if (this.#outcome) return;
    if (error instanceof EngineError) this.#fail(error.fault);
    else if (error instanceof EngineMemoryError) this.#finish(limitOutcome('run.memory'));
    else if (error instanceof WebAssembly.RuntimeError && this.#engine.starved) {
      this.#finish(limitOutcome('run.memory'));
    } else if (error instanceof RangeError) {
      this.#finish({ kind: 'thrown', message: 'Maximum call stack size exceeded' });
    } else throw error;
  }

  #fail(fault: EngineFault): void {
    this.#finish(faultOutcome(fault, this.#message.functionName, this.#engine.starved));
  }

  #finish(outcome: ChildOutcome): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    clearTimeout(this.#alarm);
    clearTimeout(this.#wallTimer);
    this.#settle();
  }

  /** Says that the run is done, once every record of it was taken; after a limit, at once. */
  #settle(): void {
    const outcome = this.#outcome;
    if (!outcome || (outcome.kind !== 'limit' && this.#sink?.drained === false)) return;
    const counts = this.#sink ? { counts: this.#sink.counts } : {};
    const cpuMs = processCpuMs();
    this.#send({ type: 'done', outcome, logDropped: this.#dropped, cpuMs, ...counts }, this.#value);
    this.#onDone();
  }

  #host(): HostFunctions {
    return {
      ...statelessHost,
      ...this.#bridge.host((id, code, message) => {
        this.onFailure(id, code, message);
      }),
      log: (level, text) => {
        this.#log(level, text);
        return undefined;
      },
      alarm: (delayMs) => {
        this.#setAlarm(Number(delayMs));
        return undefined;
      },
      page: (json) => this.#page(json),
      result: (json) => {
        this.#result(json);
        return undefined;
      },
      end: () => {
        this.#finish({ kind: 'ok', stop: 'end' });
        return undefined;
      },
      fail: (json) => {
        if (json === '') throw new EngineMemoryError();
        this.#fail(JSON.parse(String(json)) as EngineFault);
        return undefined;
      },
    };
  }

  #log(level: HostValue, quoted: HostValue): void {
    if (this.#lines >= this.#message.limits.logLines) {
      this.#dropped += 1;
      return;
    }
    this.#lines += 1;
    const text = cutText(unquote(quoted), LOG_TEXT_BYTES);
    const line = { atMs: this.#clock.elapsedMs, level: level as LogLine['level'], text };
    this.#send({ type: 'log', line });
  }

  #setAlarm(delayMs: number): void {
    clearTimeout(this.#alarm);
    this.#alarm = undefined;
    if (!(delayMs >= 0) || this.#outcome) return;
    this.#alarm = setTimeout(
      () => {
        this.#alarm = undefined;
        this.#enter(() => {
          this.#engine.call('fire');
        });
      },
      Math.min(delayMs, MAX_TIMER_MS),
    );
  }

  #measured(json: HostValue): string | undefined {
    if (typeof json !== 'string' || json === '') throw new EngineMemoryError();
    if (Buffer.byteLength(json) <= this.#message.limits.resultBytes) return json;
    this.#finish(limitOutcome('run.result'));
    return undefined;
  }

  #result(json: HostValue): void {
    const text = this.#measured(json);
    if (text === undefined || this.#outcome) return;
    this.#value = Buffer.from(text);
    this.#finish({ kind: 'ok', stop: 'end' });
  }

  #page(json: HostValue): number {
    const text = this.#measured(json);
    if (text === undefined || this.#outcome || !this.#sink) return STOP;
    try {
      if (!this.#sink.page(text)) {
        this.#finish({ kind: 'ok', stop: 'cut' });
        return STOP;
      }
    } catch (error) {
      this.#badPage(error);
      return STOP;
    }
    this.#waitsForAck = this.#sink.full;
    return this.#waitsForAck ? WAIT : GO_ON;
  }

  #badPage(error: unknown): void {
    if (error instanceof BadPageError) {
      const { pointer } = error;
      const message = cutText(error.message, MESSAGE_BYTES);
      this.#finish({ kind: 'type', message, pointer: cutText(pointer, MESSAGE_BYTES) });
    } else if (error instanceof RecordTooLargeError) {
      this.#finish(limitOutcome('run.result'));
    } else if (error instanceof PathEvaluationError) {
      this.#finish({ kind: 'type', message: cutText(error.message, MESSAGE_BYTES) });
    } else if (error instanceof JsonTooDeepError || error instanceof RangeError) {
      this.#finish({ kind: 'type', message: 'A page is nested too deeply.' });
    } else throw error;
  }
}
