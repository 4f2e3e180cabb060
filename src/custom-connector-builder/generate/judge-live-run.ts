import { joinId } from '../../common/entity-id.js';
import type { TrialCall, TrialReport, TrialTrace } from '../trial/trial.types.js';
import type { Check, CheckName, FailedCheck } from './generate.types.js';

const REQUESTS_SHOWN = 5;
const LOG_SHOWN = 10;
const RESULT_SHOWN = 1_500;

/** What a run against the remote says of the code. */
export function judgeLiveRun(trial: TrialCall, report: TrialReport): (Check | FailedCheck)[] {
  const { problem, trace } = report;
  const { functionName, tableId } = trial;
  if (problem) return [failed('contract', problem.detail, report)];
  const { needsMapping, summary } = trace;
  if (needsMapping) {
    const detail = `The connector has no mapping, so what ${functionName} gives must be records itself: ${needsMapping.detail}.`;
    return [failed('contract', detail, report)];
  }
  const where = tableId === undefined ? '' : ` of the table ${joinId(tableId)}`;
  const count = trace.requests.length + trace.requestsDropped;
  const contract: Check = {
    ...{ name: 'contract', status: 'passed' },
    detail: `Run against the remote, with ${count} requests${where}.`,
  };
  if (!summary) return [contract];
  const warnings = summary.warnings.filter(({ code }) => code !== 'read.limit');
  if (warnings.length > 0) {
    const detail = `The read was not complete: ${warnings.map(({ detail: why }) => why).join(' ')}`;
    return [contract, failed('complete', detail, report)];
  }
  const all = summary.stop === 'end' ? 'all of the table' : 'where the trial ended';
  const detail = `${summary.records} records, ${all}.`;
  return [contract, { name: 'complete', status: 'passed', detail }];
}

/** A failed check with what the run did, cut to what a reader needs. */
export function failed(name: CheckName, detail: string, report: TrialReport): FailedCheck {
  const { problem, trace, result } = report;
  const { line, column, pointer } = problem?.members ?? {};
  const needed = pointer ?? trace.needsMapping?.pointer;
  return {
    ...{ name, status: 'failed', detail },
    ...(typeof line === 'number' ? { line } : {}),
    ...(typeof column === 'number' ? { column } : {}),
    seen: {
      ...(needed === undefined ? {} : { pointer: needed }),
      ...seenOf(trace),
      ...(result === undefined ? {} : { resultBegins: result.slice(0, RESULT_SHOWN) }),
    },
  };
}

function seenOf({ requests, log, summary }: TrialTrace): object {
  const shown = requests.length > 2 * REQUESTS_SHOWN ? REQUESTS_SHOWN : requests.length;
  const ends = [...requests.slice(0, shown), ...requests.slice(shown).slice(-REQUESTS_SHOWN)];
  return {
    requests: ends.map(({ method, url, status, error }) => ({ method, url, status, error })),
    log: log.slice(-LOG_SHOWN).map(({ text }) => text),
    ...(summary
      ? { records: summary.records, pages: summary.pages, warnings: summary.warnings }
      : {}),
  };
}
