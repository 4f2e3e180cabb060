// Loaded into a service by --import: at SIGUSR2 it says how long the event loop was held at most since
// the signal before. Of each gap between two ticks it counts what the main thread computed in it, so that
// neither a busy machine nor the work of other threads is taken for a busy loop.
import { readFileSync } from 'node:fs';
import process from 'node:process';
import { isMainThread } from 'node:worker_threads';

const TICK_MS = 10;

/** Milliseconds that the main thread has run so far. */
function ranMs() {
  if (process.platform !== 'linux') return process.cpuUsage().user / 1_000;
  // Nanoseconds: see Documentation/scheduler/sched-stats.rst of the kernel.
  return Number(readFileSync('/proc/self/schedstat', 'utf8').split(' ')[0]) / 1e6;
}

if (isMainThread) {
  let [heldMs, tick, ran] = [0, performance.now(), ranMs()];
  const look = () => {
    const [now, runs] = [performance.now(), ranMs()];
    heldMs = Math.max(heldMs, Math.min(now - tick - TICK_MS, runs - ran));
    [tick, ran] = [now, runs];
  };
  setInterval(look, TICK_MS).unref();
  process.on('SIGUSR2', () => {
    look();
    process.stdout.write(`loop held ${Math.round(heldMs)} ms\n`);
    heldMs = 0;
  });
}
