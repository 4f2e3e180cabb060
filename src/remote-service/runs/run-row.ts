import { storable } from '../../common/check-text.js';
import type { RunnableConnector } from '../../custom-connector/custom-connector.types.js';
import type { EgressSession } from '../../egress/egress-session.js';
import type { RequestRecord } from '../../egress/egress.types.js';
import type { RunFailure, RunTrace } from '../../sandbox/sandbox.types.js';
import type { FailedRun } from '../run.errors.js';
import type { ReadSummary } from '../summary.js';

/** Requests that are kept of one run: so many of its first, and as many of its last. */
const KEPT_AT_EACH_END = 500;
const MAX_INTEGER = 2_147_483_647;
const NOTHING = '[]';

/** A run as it is written: columns of JSON are text already, in which PostgreSQL can hold all. */
export interface RunRow {
  id: string;
  userId: string;
  connectorId: string;
  version: number;
  function: string;
  tableId: string | null;
  startedAt: Date;
  durationMs: number;
  outcome: string;
  error: string | null;
  requestCount: number;
  requestsDropped: number;
  bytes: number;
  logLines: number;
  logDropped: number;
  summary: string | null;
  responses: string | null;
  requests: string;
  log: string;
}

/** What can still be learned of a run once it is on record. */
export type RunAmendment = Partial<Pick<RunRow, 'outcome' | 'error' | 'responses'>>;

/** How a run ended; a summary where it was a read that came to its end. */
export type RunEnd = ({ kind: 'ok' } | RunFailure) & RunTrace & { summary?: ReadSummary };

/** Whose function ran, and on which table. */
export interface RunHead {
  run: FailedRun;
  connector: Pick<RunnableConnector, 'id' | 'userId' | 'version'>;
  tableId?: string | undefined;
  /** A text with the connector's API key taken out. */
  hide: (text: string) => string;
}

/** The row of a run that has just ended, with the key hidden in all its texts. */
export function runRow(
  { run, connector, tableId, hide }: RunHead,
  end: RunEnd,
  { requests, bytes }: Pick<EgressSession, 'requests' | 'bytes'>,
): RunRow {
  const kept = keptOf(requests);
  const durationMs = Math.min(Math.round(end.durationMs), MAX_INTEGER);
  return {
    ...{ id: run.runId, userId: connector.userId, connectorId: connector.id },
    ...{ version: connector.version, function: run.functionName },
    tableId: tableId === undefined ? null : storable(tableId),
    startedAt: new Date(Date.now() - durationMs),
    durationMs,
    outcome: end.kind === 'limit' ? end.code : end.kind,
    error: end.kind === 'ok' ? null : jsonText(errorOf(run, end), hide),
    requestCount: requests.length,
    requestsDropped: requests.length - kept.length,
    bytes,
    logLines: end.log.length,
    logDropped: Math.min(end.logDropped, MAX_INTEGER),
    summary: end.summary ? jsonText(end.summary, hide) : null,
    responses: null,
    requests: jsonText(kept, hide),
    log: jsonText(end.log, hide),
  };
}

/** A value as JSON that PostgreSQL can hold, without the API key in any of its texts. */
export function jsonText(value: object, hide: (text: string) => string = (text) => text): string {
  const texts: string[] = [];
  const plain = JSON.stringify(value, (_name, member: unknown) => {
    if (typeof member !== 'string') return member;
    const text = storable(member);
    texts.push(text);
    return text;
  });
  // One search over all is many times faster than one for each, and seldom finds anything.
  const all = texts.join('\n');
  if (hide(all) === all) return plain;
  return JSON.stringify(value, (_name, member: unknown) =>
    typeof member === 'string' ? storable(hide(storable(member))) : member,
  );
}

/** The row without its requests and its log, both counted as dropped. */
export function withoutDetails(row: RunRow): RunRow {
  return {
    ...row,
    requests: NOTHING,
    requestsDropped: row.requestCount,
    log: NOTHING,
    logLines: 0,
    logDropped: Math.min(row.logDropped + row.logLines, MAX_INTEGER),
  };
}

/** About how many bytes a row takes in memory. */
export function sizeOf({ error, summary, responses, requests, log }: RunRow): number {
  const texts = [error, summary, responses, requests, log];
  return 500 + 2 * texts.reduce((total, text) => total + (text?.length ?? 0), 0);
}

/** The first requests of a run and its last ones, 500 each. */
export function keptOf(requests: readonly RequestRecord[]): readonly RequestRecord[] {
  if (requests.length <= 2 * KEPT_AT_EACH_END) return requests;
  return [...requests.slice(0, KEPT_AT_EACH_END), ...requests.slice(-KEPT_AT_EACH_END)];
}

/** The message and the place of a failure, named as in the problem that the caller was answered. */
function errorOf(run: FailedRun, failure: RunFailure): object {
  const { message } = failure;
  const status = 'status' in failure ? failure.status : run.remoteStatus;
  return {
    message,
    ...(failure.kind === 'remote' ? { reason: failure.code } : {}),
    ...(status === undefined ? {} : { remoteStatus: status }),
    ...('line' in failure ? { line: failure.line } : {}),
    ...('column' in failure ? { column: failure.column } : {}),
    ...('pointer' in failure ? { pointer: failure.pointer } : {}),
  };
}
