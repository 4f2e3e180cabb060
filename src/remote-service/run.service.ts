import { Injectable, Logger } from '@nestjs/common';
import { newId } from '../common/ids.js';
import { Settings } from '../config/settings.js';
import type {
  FunctionName,
  RunnableConnector,
} from '../custom-connector/custom-connector.types.js';
import { AddressPolicy } from '../egress/address-policy.js';
import { EgressSession } from '../egress/egress-session.js';
import type { MappingConfig } from '../mapping/mapping.types.js';
import { SandboxPool } from '../sandbox/pool/pool.js';
import type {
  CallJob,
  CallOutcome,
  JsonValue,
  ReadOutcome,
  ResultShape,
  RunFailure,
  RunLimits,
  RunTrace,
} from '../sandbox/sandbox.types.js';
import type { OnRecords } from './connector.types.js';
import { BadResultError, FunctionMissingError, problemOf, type FailedRun } from './run.errors.js';
import { allowedHostsOf, RunKeys, type RunKey } from './run-keys.js';
import { RunRecorder } from './runs/run-recorder.js';
import { summarize, type ReadSummary } from './summary.js';

const MIB = 1024 * 1024;
/** Of the result of a call, which is parsed here: parsing more would hold up everybody else. */
const CALL_RESULT_BYTES = 5 * MIB;

export interface Call {
  functionName: FunctionName;
  /** The `wsId` of the table that it is called for. */
  tableId?: string;
  /** The arguments, made from what the code gets for the API key; `''` where there is none. */
  args: (apiKey: string) => JsonValue[];
  /** What is to become of the result; of a read: absent. */
  result?: ResultShape;
  /** Of a write: what stays the same over all tries of one change. */
  idempotencyKey?: string;
  /** Ends the run; so does a client that goes away. */
  signal?: AbortSignal;
  /** Ends the wait for the run; one that has begun goes on. */
  waitSignal?: AbortSignal;
}

export interface Read extends Call {
  mapping: MappingConfig | null;
  maxRecords?: number;
  onRecords: OnRecords;
}

type Failed = RunFailure & RunTrace;
type Succeeded<O extends CallOutcome | ReadOutcome> = Extract<O, { kind: 'ok' }>;

/** Runs a connector's functions: in the sandbox, with the network of a run, on the record. */
@Injectable()
export class RunService {
  private readonly logger = new Logger('Run');

  constructor(
    private readonly settings: Settings,
    private readonly policy: AddressPolicy,
    private readonly sandbox: SandboxPool,
    private readonly keys: RunKeys,
    private readonly recorder: RunRecorder,
  ) {}

  /** Calls a function; gives its result, JSON of the shape asked for. Throws a ProblemError. */
  async call(
    connector: RunnableConnector,
    call: Call,
  ): Promise<{ run: FailedRun; value: JsonValue }> {
    const { run, outcome } = await this.run<Succeeded<CallOutcome>>(
      connector,
      call,
      this.settings.RUN_CALL_SECONDS,
      ({ limits, ...job }) => {
        const resultBytes = Math.min(limits.resultBytes, CALL_RESULT_BYTES);
        const { result } = call;
        return this.sandbox.call({
          ...job,
          limits: { ...limits, resultBytes },
          ...(result ? { result } : {}),
        });
      },
    );
    return { run, value: outcome.value };
  }

  /** Reads a table; its records go to `onRecords` as they come. Throws a ProblemError. */
  async read(connector: RunnableConnector, read: Read): Promise<ReadSummary> {
    const { mapping, maxRecords, onRecords } = read;
    const { outcome, session, hide } = await this.run<Succeeded<ReadOutcome>>(
      connector,
      read,
      this.settings.RUN_POLL_SECONDS,
      (job, wire) =>
        this.sandbox.read({
          ...job,
          onRecords: (lines, count, soFar) =>
            onRecords(lines, count, { ...soFar, ...spentOf(wire) }),
          ...(mapping === null ? {} : { mapping }),
          ...(maxRecords === undefined ? {} : { maxRecords }),
        }),
    );
    const summary = summarize(outcome, session);
    const warnings = summary.warnings.map((warning) => ({
      ...warning,
      detail: hide(warning.detail),
    }));
    return { ...summary, warnings };
  }

  /** Reads the result of a call; that it is not as agreed is noted on the run's record. */
  judge<T>(run: FailedRun, read: () => T): T {
    try {
      return read();
    } catch (error) {
      if (error instanceof BadResultError) this.recorder.judge(run, error);
      throw error;
    }
  }

  private async run<S extends { kind: 'ok' } & RunTrace>(
    connector: RunnableConnector,
    { functionName, tableId, args, idempotencyKey, signal, waitSignal }: Call,
    seconds: number,
    start: (job: CallJob, session: EgressSession) => Promise<S | Failed>,
  ): Promise<{ run: FailedRun; session: EgressSession; outcome: S; hide: RunKey['hide'] }> {
    const source = connector.definition[functionName];
    if (source === null) {
      throw new FunctionMissingError(functionName, `The connector has no ${functionName}.`);
    }
    const key = await this.keys.open(connector);
    const session = this.openSession(connector, key);
    const run: FailedRun = { runId: newId('run'), functionName };
    const head = { run, connector, tableId, hide: key.hide };
    const recording = this.recorder.begin(head, expectedResponse(connector, functionName));
    try {
      const job: CallJob = {
        owner: connector.userId,
        source,
        functionName,
        args: args(key.text),
        standIns: key.standIns,
        limits: this.limits(seconds),
        fetch: async (request, ended) =>
          recording.answered(request, await session.fetch(request, ended)),
        ...(idempotencyKey === undefined ? {} : { idempotencyKey }),
        ...(signal ? { signal } : {}),
        ...(waitSignal ? { waitSignal } : {}),
      };
      const outcome = await start(job, session);
      this.log(connector, run, outcome, session);
      const status = session.lastResponse?.status;
      if (status !== undefined && (status < 200 || status > 299)) run.remoteStatus = status;
      run.mayHaveWritten = session.mayHaveWritten;
      recording.end(summed(outcome, session), session);
      if (isFailure(outcome))
        throw problemOf(run, { ...outcome, message: key.hide(outcome.message) });
      return { run, session, outcome, hide: key.hide };
    } catch (error) {
      recording.breakOff(error, session);
      throw error;
    } finally {
      await session.close();
    }
  }

  private openSession(connector: RunnableConnector, { hooks }: RunKey): EgressSession {
    return new EgressSession({
      policy: this.policy,
      allowedHosts: allowedHostsOf(connector),
      hooks,
      maxRequests: this.settings.RUN_REQUESTS,
      concurrency: this.settings.RUN_CONCURRENCY,
      maxResponseBytes: this.settings.RESPONSE_MB * MIB,
    });
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

  private log(
    connector: RunnableConnector,
    run: FailedRun,
    outcome: ({ kind: 'ok' } & RunTrace) | Failed,
    session: EgressSession,
  ): void {
    this.logger.log({
      runId: run.runId,
      connectorId: connector.id,
      version: connector.version,
      function: run.functionName,
      outcome: outcome.kind === 'limit' ? outcome.code : outcome.kind,
      durationMs: Math.round(outcome.durationMs),
      ...spentOf(session),
    });
  }
}

function isFailure(outcome: { kind: 'ok' } | Failed): outcome is Failed {
  return outcome.kind !== 'ok';
}

function spentOf({ requests, bytes }: EgressSession) {
  return { requests: requests.length, bytes };
}

/** What a read came to, beside how it ended. */
function summed(outcome: ({ kind: 'ok' } & RunTrace) | Failed, session: EgressSession) {
  const read = outcome as CallOutcome | ReadOutcome;
  if (read.kind !== 'ok' || !('counts' in read)) return outcome;
  return { ...outcome, summary: summarize(read, session) };
}

/** What the connector says that a function gets from the remote; null where it says nothing. */
function expectedResponse({ definition }: RunnableConnector, name: FunctionName): object | null {
  if (name === 'pollRecords') return definition.pollRecordsResponse;
  return name === 'getRecord' ? definition.getRecordResponse : null;
}
