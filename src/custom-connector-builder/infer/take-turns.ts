import { setImmediate as turn } from 'node:timers/promises';

/** Milliseconds of work before others get their turn. */
const WORK_MS = 10;

/** Runs work that yields to its end, and gives what it returns; others get their turn every 10 ms. */
export async function takeTurns<T>(work: Generator<void, T>): Promise<T> {
  let until = performance.now() + WORK_MS;
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    if (performance.now() < until) continue;
    await turn();
    until = performance.now() + WORK_MS;
  }
}
