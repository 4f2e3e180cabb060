import {
  ProblemError,
  problemType,
  type ProblemOptions,
  type ProblemType,
} from '../common/problem.js';
import { PoolBusyError, PoolClosedError } from '../sandbox/sandbox.errors.js';
import type { LimitCode, RunFailure } from '../sandbox/sandbox.types.js';

/** Which run failed, and in which function. */
export interface FailedRun {
  runId: string;
  functionName: string;
  /** The status that the remote answered with last, where that was not a success. */
  remoteStatus?: number;
  /** Whether something may have changed at the remote, as far as requests and answers tell. */
  mayHaveWritten?: boolean;
}

/** How a run failed. */
export abstract class RunProblem extends ProblemError {
  constructor(
    type: ProblemType,
    detail: string,
    options: ProblemOptions = {},
    /** Whether the run may have changed something at the remote all the same. */
    readonly mayHaveWritten = false,
  ) {
    super(type, detail, options);
  }
}

/** An error in the connector's own code or in the remote API. */
export class RunFailedError extends RunProblem {
  static readonly type = problemType('connector.run_failed', 502, 'The connector failed');
}

/** What a function gave is not what its contract says. */
export class BadResultError extends RunProblem {
  static readonly type = problemType('connector.bad_result', 502, 'The result is not as agreed');
  constructor(run: FailedRun, detail: string, pointer?: string) {
    const { functionName, runId } = run;
    const members = {
      function: functionName,
      runId,
      ...(pointer === undefined ? {} : { pointer }),
    };
    super(BadResultError.type, `${functionName}: ${detail}`, { members }, run.mayHaveWritten);
  }
}

/** The connector has no function for what is asked. */
export class FunctionMissingError extends ProblemError {
  static readonly type = problemType('connector.function_missing', 422, 'A function is missing');
  constructor(functionName: string, detail: string) {
    super(FunctionMissingError.type, detail, { members: { function: functionName } });
  }
}

/** The connector lists its tables, and this is none of them; or the text is no table id. */
export class TableNotFoundError extends ProblemError {
  static readonly type = problemType('connector.table_not_found', 404, 'No such table');
  constructor() {
    super(TableNotFoundError.type, 'The connector has no table with this id.');
  }
}

/** A run reached one of its limits. */
export class RunLimitError extends RunProblem {}

/** The kinds of problem that a limit becomes. */
export const LIMIT_TYPES = {
  'run.time': problemType('run.time', 504, 'The run took too long'),
  'run.cpu': problemType('run.cpu', 504, 'The run computed too long'),
  'run.stalled': problemType('run.stalled', 502, 'The run waits for nothing'),
  'run.memory': problemType('run.memory', 507, 'The run took too much memory'),
  'run.requests': problemType('run.requests', 507, 'The run made too many requests'),
  'run.response': problemType('run.response', 507, 'A response was too large'),
  'run.result': problemType('run.result', 507, 'A result was too large'),
} satisfies Record<LimitCode, ProblemType>;

type FailureOf<K extends RunFailure['kind']> = Extract<RunFailure, { kind: K }>;

function runFailed(run: FailedRun, failure: Exclude<RunFailure, { kind: 'limit' | 'type' }>) {
  const { functionName, runId, remoteStatus } = run;
  const status = 'status' in failure ? failure.status : remoteStatus;
  const members = {
    function: functionName,
    runId,
    reason: failure.kind === 'remote' ? failure.code : failure.kind,
    ...(status === undefined ? {} : { remoteStatus: status }),
    ...('line' in failure ? { line: failure.line } : {}),
    ...('column' in failure ? { column: failure.column } : {}),
  };
  const detail = `${functionName}: ${failure.message}`;
  return new RunFailedError(RunFailedError.type, detail, { members }, run.mayHaveWritten);
}

/** What becomes of each kind of failure. `satisfies` keeps a new kind from being forgotten. */
const PROBLEMS = {
  limit: (run: FailedRun, { code, message }: FailureOf<'limit'>) =>
    new RunLimitError(
      LIMIT_TYPES[code],
      `${run.functionName}: ${message}`,
      { members: { function: run.functionName, runId: run.runId } },
      run.mayHaveWritten,
    ),
  type: (run: FailedRun, { message, pointer }: FailureOf<'type'>) =>
    new BadResultError(run, message, pointer),
  syntax: runFailed,
  remote: runFailed,
  thrown: runFailed,
  missing: runFailed,
  cancelled: runFailed,
  crashed: runFailed,
} satisfies { [K in RunFailure['kind']]: (run: FailedRun, failure: FailureOf<K>) => ProblemError };

/** The problem that tells a caller how a run failed. */
export function problemOf(run: FailedRun, failure: RunFailure): ProblemError {
  const make = PROBLEMS[failure.kind] as (run: FailedRun, failure: RunFailure) => ProblemError;
  return make(run, failure);
}

/** All that a route which runs connector code can answer with, for the API docs. */
export const RUN_PROBLEMS = [
  RunFailedError,
  BadResultError,
  FunctionMissingError,
  PoolBusyError,
  PoolClosedError,
  ...Object.values(LIMIT_TYPES).map((type) => ({ type })),
];
