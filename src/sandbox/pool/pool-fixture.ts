import type { EgressRequest, EgressResponse } from '../../egress/egress.types.js';
import type { CallJob, ReadJob, RunFetch, RunLimits } from '../sandbox.types.js';

const MB = 1024 * 1024;

/** Limits wide enough for any honest run of a test. */
export const WIDE: RunLimits = {
  wallMs: 20_000,
  cpuMs: 10_000,
  memoryBytes: 128 * MB,
  resultBytes: 50 * MB,
  logLines: 200,
};

export const noFetch: RunFetch = () => Promise.reject(new Error('The test expects no request.'));

/** A job that calls `f` of the source. */
export function callJob(source: string, more: Partial<CallJob> = {}): CallJob {
  const job = { owner: 'usr_1', source, functionName: 'f', args: [] };
  return { ...job, limits: WIDE, fetch: noFetch, ...more };
}

/** A job that reads the pages of `f`, and the lines that it gives. */
export function readJob(
  source: string,
  more: Partial<ReadJob> = {},
): { job: ReadJob; lines: string[]; batches: number[] } {
  const lines: string[] = [];
  const batches: number[] = [];
  const onRecords = (bytes: Uint8Array, count: number): Promise<void> => {
    lines.push(...Buffer.from(bytes).toString().trimEnd().split('\n'));
    batches.push(count);
    return Promise.resolve();
  };
  return { job: { ...callJob(source), onRecords, ...more }, lines, batches };
}

/** A remote that answers with JSON. */
export function answering(answer: (request: EgressRequest) => unknown): RunFetch {
  return (request) => Promise.resolve(jsonResponse(request.url, answer(request)));
}

export function jsonResponse(url: string, value: unknown): EgressResponse {
  return {
    status: 200,
    statusText: 'OK',
    url,
    redirected: false,
    headers: [['content-type', 'application/json']],
    body: Buffer.from(JSON.stringify(value)),
  };
}

/** Whether a process of that id still runs. */
export function runs(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
