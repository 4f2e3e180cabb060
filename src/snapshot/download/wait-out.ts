import { setTimeout as sleep } from 'node:timers/promises';
import { PoolBusyError } from '../../sandbox/sandbox.errors.js';

const PAUSE_MS = 1_000;

/**
 * Does work in the sandbox, and does it again as long as the queue before that is full: who works in
 * the background has time. Rejects with the signal's reason where that comes first.
 */
export async function waitOut<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch (error) {
      if (!(error instanceof PoolBusyError)) throw error;
    }
    await sleep(PAUSE_MS, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}
