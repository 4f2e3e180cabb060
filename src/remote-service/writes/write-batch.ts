import { randomBytes } from 'node:crypto';
import { ProblemError } from '../../common/problem.js';
import { InternalError } from '../../common/request.errors.js';
import { WriteStoppedError } from './write.errors.js';
import type { RecordResult, WriteOptions } from './write.types.js';

/** Calls of one write that are under way at once. */
const CONCURRENCY = 4;

/** What the call for one record needs to know. */
export interface RecordCall {
  idempotencyKey: string;
  /** Fires once no further record is to begin. */
  waitSignal: AbortSignal;
}

/**
 * Calls once for each of so many records, a few at a time, and gives the results in their order; one
 * failure stops no other. Each record is written in a turn, and `call` gives its id. Rejects only
 * with what a hook of the options rejected with, once nothing of the write is under way any more.
 */
export async function writeBatch(
  count: number,
  options: WriteOptions & { takeTurn: (work: () => Promise<void>) => Promise<void> },
  call: (index: number, once: RecordCall) => Promise<string>,
): Promise<RecordResult[]> {
  const { signal, beforeRecord, onResult, takeTurn, idempotencyKey = randomKey } = options;
  const results: RecordResult[] = [];
  const failures: unknown[] = [];
  const stop = new AbortController();
  const waitSignal = AbortSignal.any([stop.signal, ...(signal ? [signal] : [])]);
  let next = 0;

  async function write(index: number): Promise<void> {
    if (stop.signal.aborted) return;
    try {
      const begins = (await beforeRecord?.(index)) ?? true;
      if (!begins) {
        results[index] = { status: 'error', problem: new WriteStoppedError() };
        return;
      }
      const result = signal?.aborted
        ? { status: 'error' as const, problem: new WriteStoppedError() }
        : await resultOf(() => call(index, { idempotencyKey: idempotencyKey(index), waitSignal }));
      results[index] = result;
      await onResult?.(index, result);
    } catch (error) {
      failures.push(error);
      stop.abort();
    }
  }

  async function worker(): Promise<void> {
    while (next < count) {
      const index = next++;
      await takeTurn(() => write(index));
    }
  }

  await Promise.all(Array.from({ length: CONCURRENCY }, worker));
  if (failures.length > 0) throw failures[0];
  return results;
}

async function resultOf(call: () => Promise<string>): Promise<RecordResult> {
  try {
    return { status: 'ok', id: await call() };
  } catch (error) {
    const problem = error instanceof ProblemError ? error : new InternalError(error);
    return { status: 'error', problem };
  }
}

function randomKey(): string {
  return randomBytes(32).toString('hex');
}
