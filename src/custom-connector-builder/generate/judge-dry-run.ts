import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import { RunLimitError } from '../../remote-service/run.errors.js';
import type { TrialCall, TrialReport } from '../trial/trial.types.js';
import type { Check, FailedCheck } from './generate.types.js';
import { failed } from './judge-live-run.js';

/** What was asked for in a run that reached no remote, and why it reached none. */
export interface DryRun {
  /** `GET https://...` each. */
  asked: readonly string[];
  why: string;
}

const WRITES: readonly FunctionName[] = ['createRecord', 'updateRecord', 'deleteRecord'];
/** Errors that say that the code is wrong, whatever its arguments are. */
const DEFECT = /^\w+: (Reference|Type|Syntax|Range)Error\b/;

/** What a run without a remote says of the code: it can show that it is wrong, seldom that it is right. */
export function judgeDryRun(
  trial: TrialCall,
  report: TrialReport,
  { asked, why }: DryRun,
): (Check | FailedCheck)[] {
  const { functionName } = trial;
  const { problem, trace } = report;
  if (problem instanceof RunLimitError) return [failed('contract', problem.detail, report)];
  if (asked.length > 0) {
    return [skipped(`It asks for ${asked.join(', ')}; it was not sent, for ${why}.`)];
  }
  if (problem) {
    const { reason } = problem.members;
    const wrong = reason !== 'thrown' || DEFECT.test(problem.detail);
    if (wrong) return [failed('contract', problem.detail, report)];
    const detail = `With made-up arguments it threw before it asked for anything: ${problem.detail}`;
    return [skipped(`${detail}. It was not tried with others, for ${why}.`)];
  }
  if (WRITES.includes(functionName)) {
    return [failed('contract', `${functionName} makes no request, so it writes nothing.`, report)];
  }
  if (trace.needsMapping) return [failed('contract', trace.needsMapping.detail, report)];
  return [
    { name: 'contract', status: 'passed', detail: 'Run without a remote, which it needs none of.' },
  ];
}

function skipped(detail: string): Check {
  return { name: 'contract', status: 'skipped', detail };
}
