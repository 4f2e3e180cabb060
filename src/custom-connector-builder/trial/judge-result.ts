import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import { mapRecord } from '../../mapping/map-records.js';
import { BadPageError } from '../../mapping/mapping.errors.js';
import { parseJson } from '../../json/parse-json.js';
import { readColumns, readTables } from '../../remote-service/read-results.js';
import type { FailedRun } from '../../remote-service/run.errors.js';
import type { JsonValue, ResultShape } from '../../sandbox/sandbox.types.js';
import type { Disagreement, TrialCall } from './trial.types.js';

/** What the sandbox holds a result against, before its text leaves. */
export function shapeOf({ functionName, mapping, recordId = '' }: TrialCall): ResultShape {
  switch (functionName) {
    case 'getRecord':
      return mapping
        ? { kind: 'text', as: { kind: 'record', requestedId: recordId, mapping } }
        : { kind: 'text' };
    case 'createRecord':
      return { kind: 'text', as: { kind: 'createdId' } };
    case 'updateRecord':
    case 'deleteRecord':
      return { kind: 'text', as: { kind: 'ignored' } };
    default:
      return { kind: 'text' };
  }
}

type Judge = (run: FailedRun, value: JsonValue) => unknown;
const JUDGES: Partial<Record<FunctionName, Judge>> = {
  listTables: readTables,
  fetchSchema: readColumns,
};

/** Throws a BadResultError where tables or columns are not as their contract says. */
export function judgeResult(run: FailedRun, text: string): void {
  JUDGES[run.functionName as FunctionName]?.(run, JSON.parse(text) as JsonValue);
}

/** Why what `getRecord` gave is no record `{ id, fields }` by itself; undefined where it is one. */
export function whyNoRecord(text: string, recordId: string): Disagreement | undefined {
  const value = parseJson(text);
  if (value === null) return undefined;
  try {
    const { id, counts } = mapRecord(null, value, recordId);
    if (id !== undefined) return undefined;
    const { reason: detail = 'no id', pointer = '' } = counts.samples[0] ?? {};
    return { detail, pointer };
  } catch (error) {
    if (!(error instanceof BadPageError)) throw error;
    return { detail: error.message, pointer: error.pointer };
  }
}
