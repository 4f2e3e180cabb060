import { Injectable } from '@nestjs/common';
import type {
  FunctionName,
  RunnableConnector,
} from '../custom-connector/custom-connector.types.js';
import type { EgressSession } from '../egress/egress-session.js';
import type {
  CallOutcome,
  JsonValue,
  ReadOutcome,
  RunFailure,
  RunTrace,
} from '../sandbox/sandbox.types.js';
import { BadResultError, problemOf, type FailedRun } from './run.errors.js';
import { type AroundFetch, type Execution, RunExecutor } from './run-executor.js';
import { type RunKey, RunKeys } from './run-keys.js';
import type { Call, Read } from './run.types.js';
import { RunRecorder } from './runs/run-recorder.js';
import { summarize, withKeyHidden, type ReadSummary } from './summary.js';

type Succeeded<O extends CallOutcome | ReadOutcome> = Extract<O, { kind: 'ok' }>;

/** Runs a saved connector's functions, on the record. */
@Injectable()
export class RunService {
  constructor(
    private readonly executor: RunExecutor,
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
      (execution, around) => execution.call(call, around),
    );
    return { run, value: outcome.value };
  }

  /** Reads a table; its records go to `onRecords` as they come. Throws a ProblemError. */
  async read(connector: RunnableConnector, read: Read): Promise<ReadSummary> {
    const { outcome, session, hide } = await this.run<Succeeded<ReadOutcome>>(
      connector,
      read,
      (execution, around) => execution.read(read, around),
    );
    return withKeyHidden(summarize(outcome, session), hide);
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
    { functionName, tableId }: Call,
    start: (execution: Execution, around: AroundFetch) => Promise<S | (RunFailure & RunTrace)>,
  ): Promise<{ run: FailedRun; session: EgressSession; outcome: S; hide: RunKey['hide'] }> {
    const key = await this.keys.open(connector);
    const execution = this.executor.open(connector, key, functionName);
    const { run, session } = execution;
    const head = { run, connector, tableId, hide: key.hide };
    const recording = this.recorder.begin(head, expectedResponse(connector, functionName));
    try {
      const outcome = await start(
        execution,
        (fetch) => async (request, ended) =>
          recording.answered(request, await fetch(request, ended)),
      );
      recording.end(summed(outcome, session), session);
      if (isFailure(outcome)) {
        throw problemOf(run, { ...outcome, message: key.hide(outcome.message) });
      }
      return { run, session, outcome, hide: key.hide };
    } catch (error) {
      recording.breakOff(error, session);
      throw error;
    } finally {
      await execution.close();
    }
  }
}

function isFailure(outcome: { kind: 'ok' } | RunFailure): outcome is RunFailure {
  return outcome.kind !== 'ok';
}

/** What a read came to, beside how it ended. */
function summed(outcome: ({ kind: 'ok' } | RunFailure) & RunTrace, session: EgressSession) {
  const read = outcome as CallOutcome | ReadOutcome;
  if (read.kind !== 'ok' || !('counts' in read)) return outcome;
  return { ...outcome, summary: summarize(read, session) };
}

/** What the connector says that a function gets from the remote; null where it says nothing. */
function expectedResponse({ definition }: RunnableConnector, name: FunctionName): object | null {
  if (name === 'pollRecords') return definition.pollRecordsResponse;
  return name === 'getRecord' ? definition.getRecordResponse : null;
}
