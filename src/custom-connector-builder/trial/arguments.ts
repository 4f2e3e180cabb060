import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import type { JsonValue } from '../../sandbox/sandbox.types.js';
import type { TrialInput } from './trial.types.js';

type Arrange = (input: Required<TrialInput>, apiKey: string) => JsonValue[];

const ARGUMENTS: Record<FunctionName, Arrange> = {
  listTables: (_input, apiKey) => [apiKey],
  fetchSchema: ({ tableId }, apiKey) => [apiKey, tableId],
  pollRecords: ({ tableId }, apiKey) => [apiKey, tableId],
  getRecord: ({ recordId, tableId }, apiKey) => [recordId, apiKey, tableId],
  createRecord: ({ recordData, tableId }, apiKey) => [recordData, apiKey, tableId],
  updateRecord: ({ recordId, recordData, tableId }, apiKey) => [
    ...[recordId, recordData, apiKey],
    tableId,
  ],
  deleteRecord: ({ recordId, tableId }, apiKey) => [recordId, apiKey, tableId],
};

/** The arguments of a function, in the order of its contract. */
export function argumentsOf(
  functionName: FunctionName,
  { tableId = [], recordId = '', recordData = {} }: TrialInput,
): (apiKey: string) => JsonValue[] {
  return (apiKey) => ARGUMENTS[functionName]({ tableId, recordId, recordData }, apiKey);
}
