import { Injectable, Logger } from '@nestjs/common';
import { newId } from '../common/ids.js';
import { addToLog } from '../common/log-context.js';
import { Metrics } from '../common/metrics.js';
import { Settings } from '../config/settings.js';
import type {
  FunctionName,
  RunnableConnector,
} from '../custom-connector/custom-connector.types.js';
import { AddressPolicy } from '../egress/address-policy.js';
import { ConnectionStock } from '../egress/connection-stock.js';
import { EgressSession } from '../egress/egress-session.js';
import { SandboxPool } from '../sandbox/pool/pool.js';
import type {
  CallJob,
  CallOutcome,
  ReadOutcome,
  RunFailure,
  RunFetch,
  RunLimits,
  RunTrace,
} from '../sandbox/sandbox.types.js';
import { FunctionMissingError, type FailedRun } from './run.errors.js';
import { allowedHostsOf, type RunKey } from './run-keys.js';
import { outcomeOf, RunMeter } from './run-meter.js';
import type { Call, Read } from './run.types.js';

const MIB = 1024 * 1024;
/** Of the result of a call, which is parsed here: parsing more would hold up everybody else. */
const CALL_RESULT_BYTES = 5 * MIB;

/** Stands between the code and its network, which is the `fetch` given. */
export type AroundFetch = (fetch: RunFetch) => RunFetch;

/** Executes functions of connectors: in the sandbox, within the limits, with a network of the run's own. */
@Injectable()
export class RunExecutor {
  private readonly logger = new Logger('Run');
  private readonly meter: RunMeter;

  constructor(
    private readonly settings: Settings,
    private readonly policy: AddressPolicy,
    private readonly connections: ConnectionStock,
    private readonly sandbox: SandboxPool,
    metrics: Metrics,
  ) {
    this.meter = new RunMeter(metrics);
  }

  /** Makes a run ready. Throws a FunctionMissingError where the connector has no such function. */
  open(connector: RunnableConnector, key: RunKey, functionName: FunctionName): Execution {
    const { settings, policy, connections, sandbox } = this;
    const source = connector.definition[functionName];
    if (source === null) {
      throw new FunctionMissingError(functionName, `The connector has no ${functionName}.`);
    }
    const session = new EgressSession({
      policy,
      stock: { of: connections, whose: `${connector.userId} ${connector.id}` },
      allowedHosts: allowedHostsOf(connector),
      hooks: key.hooks,
      maxRequests: settings.RUN_REQUESTS,
      concurrency: settings.RUN_CONCURRENCY,
      maxResponseBytes: settings.RESPONSE_MB * MIB,
    });
    const head = { run: { runId: newId('run'), functionName }, connector, key, source };
    return new Execution(head, session, sandbox, settings, (outcome) => {
      this.ended(head, outcome, session);
    });
  }

  private ended({ run, connector }: Head, outcome: Outcome, session: EgressSession): void {
    this.meter.ended(run.functionName, outcome, session);
    addToLog({ runId: run.runId, connectorId: connector.id });
    this.logger.log({
      runId: run.runId,
      connectorId: connector.id,
      version: connector.version,
      function: run.functionName,
      outcome: outcomeOf(outcome),
      durationMs: Math.round(outcome.durationMs),
      ...spentOf(session),
    });
  }
}

type Outcome = ({ kind: 'ok' } | RunFailure) & RunTrace;

interface Head {
  run: FailedRun;
  connector: RunnableConnector;
  key: RunKey;
  source: string;
}

/** One run. It has to be closed. */
export class Execution {
  constructor(
    private readonly head: Head,
    readonly session: EgressSession,
    private readonly sandbox: SandboxPool,
    private readonly settings: Settings,
    private readonly onEnd: (outcome: Outcome) => void,
  ) {}

  get run(): FailedRun {
    return this.head.run;
  }

  /** A text for an error or a log, with the API key taken out. */
  hide(text: string): string {
    return this.head.key.hide(text);
  }

  /** Calls the function for its value; rejects as the pool does. */
  async call(call: Call, around: AroundFetch): Promise<CallOutcome> {
    const { limits, ...job } = this.job(call, this.settings.RUN_CALL_SECONDS, around);
    const resultBytes = Math.min(limits.resultBytes, CALL_RESULT_BYTES);
    const { result } = call;
    const outcome = await this.sandbox.call({
      ...job,
      limits: { ...limits, resultBytes },
      ...(result ? { result } : {}),
    });
    this.ended(outcome);
    return outcome;
  }

  /** Calls the function for its pages of records; rejects as the pool does, or with what took them. */
  async read(read: Read, around: AroundFetch): Promise<ReadOutcome> {
    const { mapping, maxRecords, pages, onRecords } = read;
    const outcome = await this.sandbox.read({
      ...this.job(read, this.settings.RUN_POLL_SECONDS, around),
      onRecords: (lines, count, soFar) =>
        onRecords(lines, count, { ...soFar, ...spentOf(this.session) }),
      ...(mapping === null ? {} : { mapping }),
      ...(maxRecords === undefined ? {} : { maxRecords }),
      ...(pages ? { pages } : {}),
    });
    this.ended(outcome);
    return outcome;
  }

  close(): Promise<void> {
    return this.session.close();
  }

  private job(
    { functionName, args, idempotencyKey, signal, waitSignal }: Call,
    seconds: number,
    around: AroundFetch,
  ): CallJob {
    const { connector, key, source } = this.head;
    return {
      owner: connector.userId,
      source,
      functionName,
      args: args(key.text),
      standIns: key.standIns,
      limits: this.limits(seconds),
      fetch: around((request, ended) => this.session.fetch(request, ended)),
      ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
      ...(signal ? { signal } : {}),
      ...(waitSignal ? { waitSignal } : {}),
    };
  }

  private limits(seconds: number): RunLimits {
    return {
      wallMs: seconds * 1000,
      cpuMs: this.settings.RUN_CPU_SECONDS * 1000,
      memoryBytes: this.settings.RUN_MEMORY_MB * MIB,
      resultBytes: this.settings.RESULT_MB * MIB,
      logLines: this.settings.RUN_LOG_LINES,
    };
  }

  private ended(outcome: Outcome): void {
    const { run } = this.head;
    const status = this.session.lastResponse?.status;
    if (status !== undefined && (status < 200 || status > 299)) run.remoteStatus = status;
    run.mayHaveWritten = this.session.mayHaveWritten;
    this.onEnd(outcome);
  }
}

function spentOf({ requests, bytes }: EgressSession) {
  return { requests: requests.length, bytes };
}
