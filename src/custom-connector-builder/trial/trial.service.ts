import { Injectable } from '@nestjs/common';
import { joinId } from '../../common/entity-id.js';
import type { ProblemError } from '../../common/problem.js';
import type { EgressSession } from '../../egress/egress-session.js';
import {
  type AroundFetch,
  type Execution,
  RunExecutor,
} from '../../remote-service/run-executor.js';
import { BadResultError, problemOf } from '../../remote-service/run.errors.js';
import type { Call } from '../../remote-service/run.types.js';
import { jsonText, keptOf } from '../../remote-service/runs/run-row.js';
import { summarize } from '../../remote-service/summary.js';
import type { RunFailure, RunTrace } from '../../sandbox/sandbox.types.js';
import { argumentsOf } from './arguments.js';
import { FirstRecords } from './first-records.js';
import { judgeResult, shapeOf, whyNoRecord } from './judge-result.js';
import { PageCollection } from './page-collection.js';
import type { TrialCall, TrialReport, TrialTrace } from './trial.types.js';
import type { Unsaved } from './unsaved.service.js';

const AS_IT_IS: AroundFetch = (fetch) => fetch;

/**
 * Tries out functions that are not saved: as they would run, but off the record, and with what they
 * gave told as it is. Throws where a run could not begin; what went wrong in one is in its report.
 */
@Injectable()
export class TrialService {
  constructor(private readonly executor: RunExecutor) {}

  async try(unsaved: Unsaved, trial: TrialCall, around = AS_IT_IS): Promise<TrialReport> {
    const { connector, key } = unsaved;
    const execution = this.executor.open(connector, key, trial.functionName);
    try {
      const report =
        trial.functionName === 'pollRecords'
          ? await read(execution, trial, around)
          : await call(execution, trial, around);
      // Over the whole of it: what a remote answered may stand in any of its texts.
      return { ...report, trace: JSON.parse(jsonText(report.trace, key.hide)) as TrialTrace };
    } finally {
      await execution.close();
    }
  }
}

async function call(
  execution: Execution,
  trial: TrialCall,
  around: AroundFetch,
): Promise<TrialReport> {
  const { run, session } = execution;
  const outcome = await execution.call({ ...callOf(trial), result: shapeOf(trial) }, around);
  const trace = traceOf(run.runId, outcome, session);
  if (outcome.kind !== 'ok') return { problem: problemOf(run, hidden(execution, outcome)), trace };
  const result = outcome.value as string;
  const problem = badResult(() => {
    judgeResult(run, result);
  });
  if (problem) return { result, problem, trace };
  const { functionName, mapping, recordId = '' } = trial;
  const needsMapping =
    functionName === 'getRecord' && !mapping ? whyNoRecord(result, recordId) : undefined;
  return { result, trace: { ...trace, ...(needsMapping ? { needsMapping } : {}) } };
}

async function read(
  execution: Execution,
  trial: TrialCall,
  around: AroundFetch,
): Promise<TrialReport> {
  const { run, session } = execution;
  const { mapping, maxRecords } = trial;
  const records = new FirstRecords();
  const pages = new PageCollection();
  const outcome = await execution.read(
    {
      ...callOf(trial),
      mapping,
      ...(maxRecords === undefined ? {} : { maxRecords }),
      pages: {
        maxBytes: pages.maxBytes,
        onPage: (json, inSeries) => {
          pages.take(json, inSeries);
        },
      },
      onRecords: (lines) => {
        records.take(lines);
        return Promise.resolve();
      },
    },
    around,
  );
  const trace = { ...traceOf(run.runId, outcome, session), records: records.values() };
  const result = pages.count === 0 ? {} : { result: pages.text() };
  if (outcome.kind === 'ok') {
    const pagesLeftOut = outcome.counts.pages - pages.count;
    const summary = summarize(outcome, session);
    return { result: pages.text(), trace: { ...trace, summary, pagesLeftOut } };
  }
  if (outcome.kind === 'type' && mapping === null && pages.count > 0) {
    const { message: detail, pointer } = outcome;
    const needsMapping = { detail, ...(pointer === undefined ? {} : { pointer }) };
    return { ...result, trace: { ...trace, needsMapping } };
  }
  return { ...result, problem: problemOf(run, hidden(execution, outcome)), trace };
}

function callOf(trial: TrialCall): Call {
  const { functionName, tableId, signal } = trial;
  return {
    functionName,
    args: argumentsOf(functionName, trial),
    ...(tableId === undefined ? {} : { tableId: joinId(tableId) }),
    ...(signal ? { signal } : {}),
  };
}

function hidden(execution: Execution, failure: RunFailure): RunFailure {
  return { ...failure, message: execution.hide(failure.message) };
}

function badResult(judge: () => void): ProblemError | undefined {
  try {
    judge();
    return undefined;
  } catch (error) {
    if (error instanceof BadResultError) return error;
    throw error;
  }
}

function traceOf(runId: string, outcome: RunTrace, session: EgressSession): TrialTrace {
  const { requests, bytes } = session;
  const kept = keptOf(requests);
  const { durationMs, log, logDropped } = outcome;
  return {
    ...{ runId, durationMs, requests: [...kept], requestsDropped: requests.length - kept.length },
    ...{ bytes, log, logDropped },
  };
}
