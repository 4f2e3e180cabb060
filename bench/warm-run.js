// @ts-check
// One small run in a sandbox that is ready for it, against node:vm with a context of its own for
// each run, which separates no more than names.
import { setTimeout as sleep } from 'node:timers/promises';
import { createContext, Script } from 'node:vm';
import { SandboxPool } from '../dist/sandbox/pool/pool.js';
import { median } from './measure.js';
import { later } from './processes.js';

const SOURCE = 'function f(a, b) { return { sum: a + b }; }';
const ARGS = [20, 22];
const GOAL = 2.5;
const MB = 1024 * 1024;
const WARM_UP = 50;
const IDLE_MS = 20;
/** Of one kind, before it is the other's turn, where no time is left between runs. */
const IN_A_ROW = 25;

/** @type {import('./measure.js').Benchmark} */
export const warmRun = async ({ rounds, tell }) => {
  const pool = new SandboxPool({ min: 1, max: 1 });
  await pool.start();
  const close = later(() => pool.close());
  const runs = { yardstick: runInVm, service: () => runInPool(pool) };
  try {
    for (let run = 0; run < WARM_UP; run += 1) {
      await runs.yardstick();
      await runs.service();
    }
    const perKind = rounds(8) * IN_A_ROW;
    const idle = await timeAll(runs, perKind, 1, IDLE_MS);
    tell(`${perKind} runs of each with ${IDLE_MS} ms between them are done`);
    const busy = await timeAll(runs, perKind, IN_A_ROW, 0);
    tell(`${perKind} runs of each without a pause are done`);
    return [
      row(
        `a trivial run, ${IDLE_MS} ms after the one before (the next engine is ready)`,
        idle,
        true,
      ),
      row('a trivial run, at once after the one before', busy, false),
    ];
  } finally {
    await close();
  }
};

/** @param {string} what @param {{ yardstick: number, service: number }} found @param {boolean} held */
function row(what, found, held) {
  const ratio = found.service / found.yardstick;
  return {
    benchmark: 'warm-run',
    what,
    unit: 'ms',
    ...found,
    ratio: ratio.toFixed(2),
    goal: held ? `at most ${GOAL}` : '',
    met: held ? ratio <= GOAL : null,
    peer: 'node:vm in process',
    behind: ratio > 1,
  };
}

/**
 * The median milliseconds of a run of each kind.
 * @param {{ yardstick: () => Promise<void>, service: () => Promise<void> }} runs
 * @param {number} count of each kind
 * @param {number} inARow
 * @param {number} pauseMs before each run, not timed
 */
async function timeAll(runs, count, inARow, pauseMs) {
  const times = { yardstick: /** @type {number[]} */ ([]), service: /** @type {number[]} */ ([]) };
  for (let done = 0; done < count; done += inARow) {
    for (const kind of /** @type {const} */ (['yardstick', 'service'])) {
      for (let run = 0; run < inARow; run += 1) {
        if (pauseMs > 0) await sleep(pauseMs);
        const began = performance.now();
        await runs[kind]();
        times[kind].push(performance.now() - began);
      }
    }
  }
  return { yardstick: median(times.yardstick), service: median(times.service) };
}

async function runInVm() {
  const context = createContext({});
  new Script(SOURCE).runInContext(context);
  const call = new Script(
    `JSON.stringify(f(...JSON.parse(${JSON.stringify(JSON.stringify(ARGS))})))`,
  );
  check(JSON.parse(await call.runInContext(context)));
}

/** @param {SandboxPool} pool */
async function runInPool(pool) {
  const outcome = await pool.call({
    source: SOURCE,
    owner: 'usr_bench',
    functionName: 'f',
    args: ARGS,
    limits: {
      wallMs: 10_000,
      cpuMs: 10_000,
      memoryBytes: 128 * MB,
      resultBytes: 50 * MB,
      logLines: 200,
    },
    fetch: () => Promise.reject(new Error('There is nothing to fetch.')),
  });
  check(outcome.kind === 'ok' ? outcome.value : outcome);
}

/** @param {any} value */
function check(value) {
  if (value?.sum !== 42) throw new Error(`The run gave ${JSON.stringify(value)}.`);
}
