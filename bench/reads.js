// @ts-check
// Reading a table through the service, against the plain handler.
import { isDeepStrictEqual } from 'node:util';
import { readAll, timeRead } from './client.js';
import { byKit, byLoop, byOwnCode } from './connectors.js';
import { canMeasureMemory, watchMemory } from './memory-of.js';
import { inTurns, median } from './measure.js';
import { startServer } from './processes.js';
import { startService } from './service.js';

/** @typedef {import('./measure.js').Benchmark} Benchmark */
/** @typedef {import('./measure.js').Context} Context */

const RECORDS = 100_000;
const PAGE = 1_000;
/** Read once before, to hold the answers of both against each other. */
const FIRST_READ = 3_000;
/** Read before each timing, so that none begins after the pause in which the other side read. */
const WARM_READ = 10_000;
const MEMORY_GOAL_MB = 64;

/** The kit's pages and the service's mapping. @type {Benchmark} */
export const stream = (context) =>
  throughput(context, {
    benchmark: 'stream',
    what: 'paginate + mapping of 10 fields',
    connectorTo: (remote) => byKit(remote),
    goal: 0.75,
    rounds: 5,
  });

/** @type {Benchmark} */
export const ownLoop = (context) =>
  throughput(context, {
    benchmark: 'own-loop',
    what: 'own loop of fetch + mapping of 10 fields',
    connectorTo: byLoop,
    rounds: 3,
  });

/** @type {Benchmark} */
export const ownCode = (context) =>
  throughput(context, {
    benchmark: 'own-code',
    what: 'own loop and own mapping of 10 fields',
    connectorTo: byOwnCode,
    goal: 0.2,
    rounds: 3,
  });

/**
 * @param {Context} context
 * @param {{ benchmark: string, what: string, connectorTo: (remote: string) => object,
 *   goal?: number, rounds: number }} of
 */
async function throughput({ rounds, tell }, { benchmark, what, connectorTo, goal, rounds: usual }) {
  const found = await bothReads(connectorTo, `${RECORDS}/${PAGE}/0`, RECORDS, rounds(usual), tell);
  const ratio = found.yardstick / found.service;
  return [
    {
      benchmark,
      what: `${RECORDS.toLocaleString('en')} records of 1 KB: ${what}`,
      unit: 'records/s',
      yardstick: RECORDS / found.yardstick,
      service: RECORDS / found.service,
      ratio: ratio.toFixed(2),
      goal: goal === undefined ? '' : `at least ${goal}`,
      met: goal === undefined ? null : ratio >= goal,
      peer: 'the plain handler',
      behind: ratio < 1,
    },
  ];
}

/** @type {Benchmark} */
export const latency = async ({ rounds, tell }) => {
  const found = await bothReads(
    (remote) => byKit(remote, 8),
    `${RECORDS}/${PAGE}/50`,
    RECORDS,
    rounds(3),
    tell,
  );
  const ratio = found.yardstick / found.service;
  return [
    {
      benchmark: 'latency',
      what: '100 pages of 1,000 records, 50 ms each: concurrency 8 against one after the other',
      unit: 's',
      ...found,
      ratio: ratio.toFixed(2),
      goal: 'at least 5 times as fast',
      met: ratio >= 5,
      peer: 'the plain handler',
      behind: ratio < 1,
    },
  ];
};

/**
 * The seconds that each takes for one list, in turns.
 * @param {(remote: string) => object} connectorTo
 * @param {string} list
 * @param {number} records
 * @param {number} rounds
 * @param {(text: string) => void} tell
 */
async function bothReads(connectorTo, list, records, rounds, tell) {
  const remote = await startServer('remote-server.js');
  const plain = await startServer('plain-server.js', remote.host);
  const service = await startService(remote.host);
  try {
    const readOf = await service.add(connectorTo(remote.host));
    /** @param {string} path */
    const plainly = (path) => ({ url: `http://${plain.host}/records/${path}`, headers: {} });
    const first = list.replace(/^\d+/, String(FIRST_READ));
    const [expected, given] = [await readAll(plainly(first)), await readAll(readOf(first))];
    if (expected.length !== FIRST_READ || !isDeepStrictEqual(given, expected)) {
      throw new Error('The service and the plain handler do not give the same records.');
    }
    const warm = list.replace(/^\d+/, String(WARM_READ));
    /** @param {(path: string) => import('./service.js').Read} of */
    const timed = async (of) => {
      await timeRead(of(warm), WARM_READ);
      return timeRead(of(list), records);
    };
    const sides = { yardstick: () => timed(plainly), service: () => timed(readOf) };
    // A whole read of each, in which V8 compiles what it finds to be hot.
    await inTurns(1, sides, (text) => {
      tell(`to warm up, ${text}`);
    });
    return await inTurns(rounds, sides, tell);
  } finally {
    await service.end();
    await plain.end();
    await remote.end();
  }
}

/** @type {Benchmark} */
export const memory = async ({ rounds, tell }) => {
  if (!canMeasureMemory) {
    tell('left out: there is no /proc here');
    return [];
  }
  const sizes = [RECORDS, 10 * RECORDS];
  /** @type {number[][]} */
  const peaks = sizes.map(() => []);
  let measure = '';
  for (let round = rounds(3); round > 0; round -= 1) {
    for (const [at, records] of sizes.entries()) {
      const { peakMb, kind, samples } = await peakOf(records);
      measure = kind;
      peaks[at]?.push(peakMb);
      tell(`${records} records: ${peakMb.toFixed(0)} MB of ${kind} at most, of ${samples} samples`);
    }
  }
  const [small = NaN, large = NaN] = peaks.map(median);
  return [
    {
      benchmark: 'memory',
      what: `peak ${measure} of the service without PostgreSQL: 100,000 records (yardstick), 1,000,000 (service)`,
      unit: 'MB',
      yardstick: small,
      service: large,
      ratio: `${Math.round(large - small)} MB more`,
      goal: `at most ${MEMORY_GOAL_MB} MB more`,
      met: large - small <= MEMORY_GOAL_MB,
    },
  ];
};

/** Of a service that has done nothing before. @param {number} records */
async function peakOf(records) {
  const remote = await startServer('remote-server.js');
  const service = await startService(remote.host);
  try {
    const readOf = await service.add(byKit(remote.host));
    const stop = watchMemory(service.pid);
    try {
      await timeRead(readOf(`${records}/${PAGE}/0`), records);
    } finally {
      stop();
    }
    return stop();
  } finally {
    await service.end();
    await remote.end();
  }
}
