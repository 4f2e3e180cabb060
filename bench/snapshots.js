// @ts-check
// Copying tables into the database, and working on the copy.
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { ask } from './api.js';
import { byKit } from './connectors.js';
import { copier } from './copy-yardstick.js';
import { openBeside } from './database-of.js';
import { canMeasureMemory, watchMemory } from './memory-of.js';
import { inTurns, median, speedRow } from './measure.js';
import { startServer } from './processes.js';
import { startService } from './service.js';

/** @typedef {import('./measure.js').Benchmark} Benchmark */
/** @typedef {import('./service.js').Service} Service */

const RECORDS = 100_000;
const PAGE = 1_000;
const GOAL = 0.35;
const MEMORY_GOAL_MB = 64;
const PAGES_TIMED = 200;
const EDITS = 1_000;

/** From HTTP to rows committed, against COPY of the same rows. @type {Benchmark} */
export const download = async ({ rounds, tell }) => {
  const remote = await startServer('remote-server.js');
  const service = await startService(remote.host);
  const database = await connect(service);
  try {
    const { id } = await service.create(byKit(remote.host));
    const first = await downloaded(service, id, RECORDS);
    const copy = await copier(database, first.id, RECORDS);
    await removed(service, database, first.id);
    const found = await inTurns(
      rounds(5),
      {
        yardstick: copy,
        service: async () => {
          const { id: snapshotId, seconds } = await downloaded(service, id, RECORDS);
          await removed(service, database, snapshotId);
          return seconds;
        },
      },
      tell,
    );
    return [
      speedRow({
        benchmark: 'download',
        what: '100,000 records of 1 KB from HTTP into a snapshot',
        peer: 'COPY of the same rows',
        ...{ work: RECORDS, unit: 'records', goal: GOAL, ...found },
      }),
    ];
  } finally {
    await database.end();
    await service.end();
    await remote.end();
  }
};

/** A million records: memory, a page in their middle, and edits. @type {Benchmark} */
export const million = async ({ tell }) => {
  const remote = await startServer('remote-server.js');
  try {
    /** @type {import('./measure.js').Row[]} */
    const rows = [];
    const peaks = [];
    for (const records of [RECORDS, 10 * RECORDS]) {
      const service = await startService(remote.host);
      try {
        const { id } = await service.create(byKit(remote.host));
        const stop = canMeasureMemory ? watchMemory(service.pid) : undefined;
        const snapshot = await downloaded(service, id, records);
        const peak = stop?.();
        tell(
          `${records} records in ${snapshot.seconds.toFixed(1)} s, ${peak?.peakMb.toFixed(0)} MB`,
        );
        if (peak) peaks.push(peak.peakMb);
        if (records > RECORDS) rows.push(...(await onCopy(service, snapshot, records, tell)));
      } finally {
        await service.end();
      }
    }
    const [small = NaN, large = NaN] = peaks;
    return [
      {
        benchmark: 'million',
        what: 'peak memory of a download without PostgreSQL: 100,000 records (yardstick), 1,000,000 (service)',
        ...{ unit: 'MB', yardstick: small, service: large },
        ratio: `${Math.round(large - small)} MB more`,
        goal: `at most ${MEMORY_GOAL_MB} MB more`,
        met: large - small <= MEMORY_GOAL_MB,
      },
      ...rows,
    ];
  } finally {
    await remote.end();
  }
};

/**
 * @param {Service} service
 * @param {{ id: string, table: string }} snapshot
 * @param {number} records
 * @param {(text: string) => void} tell
 */
async function onCopy(service, { id, table }, records, tell) {
  const path = `/snapshots/${id}/tables/${encodeURIComponent(table)}/records`;
  const ids = [];
  let cursor = '';
  for (let read = 0; read < records / 2; read += PAGE) {
    const page = await ask(service, 'GET', `${path}?limit=${PAGE}${cursor && `&cursor=${cursor}`}`);
    cursor = page.nextCursor;
    ids.push(...page.records.map((/** @type {{ id: string }} */ record) => record.id));
  }
  const first = await times(() => ask(service, 'GET', `${path}?limit=100`));
  const middle = await times(() => ask(service, 'GET', `${path}?limit=100&cursor=${cursor}`));
  const again = await times(() => ask(service, 'GET', `${path}?limit=100`));
  const [early, late] = [p95([...first, ...again]), p95(middle)];
  tell(`a page of 100: first ${early.toFixed(1)} ms, in the middle ${late.toFixed(1)} ms`);
  const ops = ids
    .slice(-EDITS)
    .map((record, n) => ({ op: 'update', id: record, fields: { Name: `Changed ${n}` } }));
  const began = performance.now();
  await ask(service, 'POST', `${path}/bulk`, { ops });
  const edits = performance.now() - began;
  tell(`${EDITS} edits staged in ${edits.toFixed(0)} ms`);
  return [
    {
      benchmark: 'million',
      what: 'p95 of a page of 100 records: the first (yardstick), in the middle of 1,000,000 (service)',
      ...{ unit: 'ms', yardstick: early, service: late },
      ratio: (late / early).toFixed(2),
      ...{ goal: 'at most twice', met: late <= 2 * early },
    },
    {
      benchmark: 'million',
      what: 'a page of 100 records (yardstick), 1,000 edits staged in one call (service)',
      ...{ unit: 'ms', yardstick: median(first), service: edits },
      ...{ ratio: (edits / median(first)).toFixed(1), goal: '', met: null },
    },
  ];
}

/**
 * Has a table of so many records copied into a new snapshot.
 * @param {Service} service @param {string} connectorId @param {number} records
 */
async function downloaded(service, connectorId, records) {
  const table = `${records}:${PAGE}:0`;
  const began = performance.now();
  const { id } = await ask(service, 'POST', '/snapshots', { connectorId, tables: [table] });
  for (;;) {
    const { state, tables } = await ask(service, 'GET', `/snapshots/${id}`);
    const seconds = (performance.now() - began) / 1000;
    if (state === 'completed' && tables[0].records === records) return { id, table, seconds };
    if (state !== 'pending' && state !== 'active') throw new Error(JSON.stringify(tables));
    await sleep(20);
  }
}

/**
 * Removes a snapshot and waits until nothing of it is left, so that no later timing meets it.
 * @param {Service} service @param {pg.Client} database @param {string} id
 */
async function removed(service, database, id) {
  await ask(service, 'DELETE', `/snapshots/${id}`);
  for (;;) {
    const { rows } = await database.query(
      'select exists (select from snapshot_records) or exists (select from snapshot_remains) as left',
    );
    if (!rows[0].left) break;
    await sleep(100);
  }
  await database.query('vacuum snapshot_records');
}

/** @param {Service} service */
async function connect({ dataDir }) {
  const client = new pg.Client(await openBeside(dataDir));
  await client.connect();
  return client;
}

/** In ms. @param {() => Promise<unknown>} act */
async function times(act) {
  const taken = [];
  for (let time = 0; time < PAGES_TIMED; time += 1) {
    const began = performance.now();
    await act();
    taken.push(performance.now() - began);
  }
  return taken;
}

/** @param {number[]} values */
function p95(values) {
  return values.toSorted((a, b) => a - b)[Math.ceil(values.length * 0.95) - 1] ?? NaN;
}
