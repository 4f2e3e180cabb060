import type { MappingCounts } from '../../mapping/mapping.types.js';
import type { EgressResponse } from '../../egress/egress.types.js';
import type { ChildOutcome, RunMessage } from '../child-messages.js';
import { limitOutcome } from '../limit-outcome.js';
import { prepareSource } from '../source/prepare-source.js';
import { Alarm } from './alarm.js';
import { CodeTurns, type TurnHooks } from './code-turns.js';
import { EngineMemoryError } from './engine-values.js';
import { cutCounts } from './cut-counts.js';
import { documentHost } from './document-host.js';
import { Documents } from './documents.js';
import type { Send } from './send.types.js';
import type { Engine, HostFunctions } from './engine.js';
import { brokenOutcome, faultOutcome, SOURCE_FILE } from './fault-outcome.js';
import { FetchBridge } from './fetch-bridge.js';
import { Output } from './output.js';
import { PagePlans } from './page-plans.js';
import type { PageSink } from './page-sink.js';
import { ReadWatch } from './read-watch.js';
import type { EngineFault } from './realm/realm.types.js';
import { processCpuMs, RunClock } from './run-clock.js';
import { RunLog } from './run-log.js';
import { asBytes, statelessHost } from './stateless-host.js';

/** One run of connector code in a fresh engine, from its start to the message that it is done. */
export class Run {
  readonly #engine: Engine;
  readonly #message: RunMessage;
  readonly #send: Send;
  readonly #onDone: () => void;
  readonly #clock: RunClock;
  readonly #bridge: FetchBridge;
  /** Of a read. */
  readonly #watch: ReadWatch | undefined;
  readonly #documents: Documents;
  readonly #output: Output;
  readonly #wallTimer: NodeJS.Timeout;
  readonly #alarm: Alarm;
  readonly #turns: CodeTurns;
  readonly #log: RunLog;
  #outcome: ChildOutcome | undefined;
  #done = false;

  constructor(engine: Engine, message: RunMessage, send: Send, onDone: () => void) {
    this.#engine = engine;
    this.#message = message;
    this.#send = send;
    this.#onDone = onDone;
    this.#clock = new RunClock(message.limits);
    this.#turns = new CodeTurns(engine, this.#clock, this.#hooks());
    this.#log = new RunLog(message.limits.logLines, this.#clock, send);
    this.#alarm = new Alarm(() => {
      this.#turns.enter(() => {
        this.#engine.call('fire');
      });
    });
    this.#watch = message.kind === 'read' ? new ReadWatch() : undefined;
    this.#documents = new Documents(this.#watch);
    this.#bridge = new FetchBridge(send, this.#watch);
    this.#output = new Output(message, this.#documents, this.#watch, send, {
      finish: (outcome) => {
        this.#finish(outcome);
      },
      isOver: () => this.#outcome !== undefined,
    });
    this.#output.sink?.onAck(() => {
      this.#acked();
    });
    this.#wallTimer = setTimeout(() => {
      this.#finish(limitOutcome('run.time'));
    }, message.limits.wallMs);
  }

  start(source: string, argsJson: string): void {
    const { functionName, kind, idempotencyKey } = this.#message;
    this.#engine.attach(this.#host(), () => this.#turns.mustStop());
    this.#turns.enter(() => {
      if (idempotencyKey !== undefined) {
        this.#engine.call('provide', JSON.stringify(idempotencyKey));
      }
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
    this.#turns.enter(() => {
      this.#engine.call('settle', id, json);
    });
  }

  /** The failure of a fetch of the code's. */
  onFailure(id: number, code: string, message: string): void {
    if (!this.#bridge.forget(id)) return;
    this.#turns.enter(() => {
      this.#engine.call('reject', id, JSON.stringify({ code, message }));
    });
  }

  /** A batch was taken. */
  onAck(): void {
    this.#output.sink?.ack();
  }

  #acked(): void {
    if (this.#outcome) this.#settle();
    else if (this.#output.hasRoomAgain()) {
      this.#turns.enter(() => {
        this.#engine.call('resume');
      });
    }
  }

  #fail(fault: EngineFault): void {
    // What a write gives is looked at by nobody: that JSON can't hold it does not undo the write.
    if (fault.notJson && this.#output.ignoresResult) {
      this.#finish({ kind: 'ok', stop: 'end' });
      return;
    }
    this.#finish(faultOutcome(fault, this.#message.functionName, this.#engine.starved));
  }

  #finish(outcome: ChildOutcome): void {
    if (this.#outcome) return;
    this.#outcome = outcome;
    this.#alarm.clear();
    clearTimeout(this.#wallTimer);
    // Not while its code goes on: whoever comes next would have to wait for that to end.
    if (!this.#turns.inside) this.#settle();
  }

  /** Says that the run is done, once every record of it was taken; after a limit, at once. */
  #settle(): void {
    const outcome = this.#outcome;
    const { sink, value } = this.#output;
    if (this.#done || !outcome || (outcome.kind !== 'limit' && sink?.drained === false)) return;
    this.#done = true;
    const counts = sink ? { counts: this.#counts(sink, outcome) } : {};
    const cpuMs = processCpuMs();
    this.#send({ type: 'done', outcome, logDropped: this.#log.dropped, cpuMs, ...counts }, value);
    this.#onDone();
  }

  #counts(sink: PageSink, outcome: ChildOutcome): MappingCounts {
    const counts = sink.counts;
    if (outcome.kind !== 'ok') return cutCounts(counts);
    const found = this.#watch?.warnings(outcome.stop === 'cut') ?? [];
    const first = found.filter(({ code }, at) => found.findIndex((w) => w.code === code) === at);
    return cutCounts({ ...counts, warnings: [...first, ...counts.warnings] });
  }

  #hooks(): TurnHooks {
    const { functionName } = this.#message;
    return {
      ended: () => this.#outcome !== undefined,
      limit: (code) => {
        this.#finish(limitOutcome(code));
      },
      broken: (error) => {
        this.#finish(brokenOutcome(error, functionName, this.#engine.starved));
      },
      idle: () => {
        const waits = this.#bridge.waits || this.#alarm.isSet || this.#output.waits;
        if (!waits) this.#finish(limitOutcome('run.stalled'));
      },
      unwound: () => {
        this.#settle();
      },
    };
  }

  #host(): HostFunctions {
    return {
      ...statelessHost,
      ...this.#bridge.host((id, code, message) => {
        this.onFailure(id, code, message);
      }),
      log: (level, text) => {
        this.#log.add(level, text);
        return undefined;
      },
      alarm: (delayMs) => {
        if (!this.#outcome) this.#alarm.set(Number(delayMs));
        return undefined;
      },
      ...documentHost(this.#bridge, this.#documents, this.#plans()),
      holdsBytes: (bytes) => {
        if (Number(bytes) > this.#message.limits.memoryBytes) throw new EngineMemoryError();
        return undefined;
      },
      holdsStandIn: (bytes) => {
        const held = Buffer.from(asBytes(bytes));
        return this.#message.standIns.some((standIn) => held.includes(standIn));
      },
      ...this.#output.host(),
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

  #plans(): PagePlans {
    const recordsPath = this.#message.mapping?.recordArrayPath ?? '';
    return new PagePlans(recordsPath, (page, list) => {
      this.#watch?.repeated(page, list);
    });
  }
}
