// @ts-check
// From the start of the process until it serves, on a database that is there, and what it holds when idle.
import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { openBeside } from './database-of.js';
import { inTurns, median } from './measure.js';
import { canMeasureMemory, watchMemory } from './memory-of.js';
import { startProgram, startServer } from './processes.js';
import { startService } from './service.js';

const IDLE_MS = 3_000;
const PEER = 'Nest + Prisma, on the same database';

/** @type {import('./measure.js').Benchmark} */
export const start = async ({ rounds, tell }) => {
  // It only keeps the database.
  const owner = await startService('127.0.0.1:9');
  const connection = await openBeside(owner.dataDir);
  const userId = await owner.userId();
  const { host, user, password, database } = connection;
  const DATABASE_URL = `postgresql://${user}:${encodeURIComponent(String(password))}@localhost/${database}?host=${encodeURIComponent(host ?? '')}`;
  const ENCRYPTION_KEYS = randomBytes(32).toString('base64');
  /** @type {Record<'yardstick' | 'service', number[]>} */
  const idle = { yardstick: [], service: [] };

  /**
   * @param {'yardstick' | 'service'} side
   * @param {() => Promise<{ pid: number, end: () => Promise<void> }>} begin
   */
  async function timed(side, begin) {
    const began = performance.now();
    const { pid, end } = await begin();
    const seconds = (performance.now() - began) / 1000;
    await sleep(IDLE_MS);
    if (canMeasureMemory) idle[side].push(watchMemory(pid)().peakMb);
    await end();
    return seconds;
  }

  try {
    const found = await inTurns(
      rounds(5),
      {
        yardstick: () =>
          timed('yardstick', () =>
            startServer('peers/nest-prisma-server.js', JSON.stringify(connection), userId),
          ),
        service: () =>
          timed('service', () =>
            startProgram('dist/main.js', {
              env: { PORT: '0', HOST: '127.0.0.1', DATABASE_URL, ENCRYPTION_KEYS },
              ready: [/Custom connector service\s+(http\S+)/],
            }),
          ),
      },
      tell,
    );
    const [yardstick, service] = [median(idle.yardstick), median(idle.service)];
    return [
      {
        ...{ benchmark: 'start', what: 'from spawn until it serves', peer: PEER, unit: 's' },
        ...{ ...found, ratio: (found.yardstick / found.service).toFixed(2), goal: '', met: null },
        behind: found.service > found.yardstick,
      },
      ...(canMeasureMemory
        ? [
            {
              ...{
                benchmark: 'start',
                what: 'memory when idle, its sandboxes included',
                peer: PEER,
              },
              ...{ unit: 'MB', yardstick, service, ratio: (yardstick / service).toFixed(2) },
              ...{ goal: '', met: null, behind: service > yardstick },
            },
          ]
        : []),
    ];
  } finally {
    await owner.end();
  }
};
