import type { RunRow } from './run-row.js';

/** A row of a run that needs no database, with an id of this number. */
export function rowOf(number: number, change: Partial<RunRow> = {}): RunRow {
  return {
    ...{ id: `run_${String(number).padStart(10, '0')}`, userId: 'usr_a', connectorId: 'cuc_a' },
    ...{ version: 1, function: 'listTables', tableId: null, outcome: 'ok', error: null },
    ...{ startedAt: new Date(0), durationMs: 1, bytes: 0, summary: null, responses: null },
    ...{ requestCount: 0, requestsDropped: 0, requests: '[]', logLines: 0, logDropped: 0 },
    log: '[]',
    ...change,
  };
}
