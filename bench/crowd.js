// @ts-check
// What slow clients cost the others: 50 readers that take a few KB a second, 20 runs at once.
import { execFile } from 'node:child_process';
import { request } from 'node:http';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { byKit } from './connectors.js';
import { median } from './measure.js';
import { watchMemory } from './memory-of.js';
import { startServer } from './processes.js';
import { startService } from './service.js';

/** @typedef {import('./measure.js').Benchmark} Benchmark */
/** @typedef {import('./service.js').Read} Read */

const READERS = 50;
const READER_USERS = 5;
const RUNS = 20;
const LIST = '1000000/1000/0';
/** What a slow reader takes, and how often, in ms. */
const SIP_BYTES = 1_024;
const SIP_MS = 100;
/** For all readers to be served, at most. */
const SERVED_MS = 60_000;
/** For them to be as slow as they get. */
const SETTLE_MS = 20_000;
const GETS = 200;
/** To look at the memory; not while times are taken, for looking at it takes long. */
const MEMORY_MS = 5_000;

/** @type {Benchmark} */
export const crowd = async ({ rounds, tell }) => {
  const remote = await startServer('remote-server.js');
  const service = await startService(remote.host);
  try {
    const users = await Promise.all(
      Array.from({ length: READER_USERS }, (_, at) => tokenOf(service.dataDir, `reader-${at}`)),
    );
    const lists = await Promise.all(
      users.map(async (token) => {
        const made = await ask(`${service.url}/custom-connectors`, token, byKit(remote.host));
        const { id } = JSON.parse(made);
        const table = encodeURIComponent(LIST.replaceAll('/', ':'));
        return {
          url: `${service.url}/custom-connectors/${id}/tables/${table}/records`,
          headers: { Authorization: token, Accept: 'application/x-ndjson' },
        };
      }),
    );
    const { id } = await service.create({
      name: 'other',
      listTables: "async function listTables() { return [{ id: ['t'], displayName: 'T' }]; }",
    });
    const token = service.headers.Authorization;
    const run = () => ask(`${service.url}/custom-connectors/${id}/tables`, token);
    const get = () => ask(`${service.url}/custom-connectors/${id}`, token);
    const measure = async () => ({
      runs: await medianOf(rounds(10), () => Promise.all(Array.from({ length: RUNS }, run))),
      gets: await medianOf(GETS, get),
    });
    await measure();

    const quiet = await measure();
    const before = await peakOf(service.pid);
    tell(`without readers: ${describe(quiet)}, ${before.peakMb.toFixed(0)} MB`);

    const readers = Array.from({ length: READERS }, (_, at) => sip(lists[at % lists.length]));
    const countServed = () => readers.filter((reader) => reader.bytes() > 0).length;
    for (const end = Date.now() + SERVED_MS; countServed() < READERS && Date.now() < end;) {
      await sleep(100);
    }
    await sleep(SETTLE_MS);
    const served = countServed();
    const crowded = await measure();
    const after = await peakOf(service.pid);
    tell(
      `${served} of ${READERS} slow readers served: ${describe(crowded)}, ${after.peakMb.toFixed(0)} MB`,
    );
    for (const reader of readers) reader.end();
    return [
      row(`${RUNS} runs at once of another user`, 'ms', quiet.runs, crowded.runs),
      row('GET of one connector', 'ms', quiet.gets, crowded.gets),
      {
        ...row(`peak ${after.kind} without PostgreSQL`, 'MB', before.peakMb, after.peakMb),
        ratio: `${Math.round((after.peakMb - before.peakMb) / READERS)} MB a reader`,
      },
    ];
  } finally {
    await service.end();
    await remote.end();
  }
};

/** @param {string} what @param {string} unit @param {number} yardstick @param {number} service */
function row(what, unit, yardstick, service) {
  return {
    benchmark: 'crowd',
    what: `${what}: with ${READERS} slow readers against without`,
    ...{ unit, yardstick, service, goal: '', met: null },
    ratio: (service / yardstick).toFixed(2),
  };
}

/** @param {{ runs: number, gets: number }} figures */
function describe({ runs, gets }) {
  return `${RUNS} runs in ${runs.toFixed(0)} ms, a GET in ${gets.toFixed(1)} ms`;
}

/** @param {number} pid */
async function peakOf(pid) {
  const peak = watchMemory(pid);
  await sleep(MEMORY_MS);
  return peak();
}

/** In ms. @param {number} times @param {() => Promise<unknown>} act */
async function medianOf(times, act) {
  const taken = [];
  for (let time = 0; time < times; time += 1) {
    const began = performance.now();
    await act();
    taken.push(performance.now() - began);
  }
  return median(taken);
}

/** Reads an answer a sip at a time. @param {Read | undefined} read */
function sip(read) {
  if (!read) throw new Error('There is no list to read.');
  let bytes = 0;
  /** @type {NodeJS.Timeout | undefined} */
  let timer;
  const asked = request(read.url, { headers: read.headers, agent: false });
  asked.on('error', () => clearInterval(timer));
  asked.on('response', (response) => {
    response.on('error', () => clearInterval(timer));
    timer = setInterval(() => {
      bytes += response.read(SIP_BYTES)?.length ?? 0;
    }, SIP_MS);
  });
  asked.end();
  return {
    bytes: () => bytes,
    end: () => {
      clearInterval(timer);
      asked.destroy();
    },
  };
}

/** @param {string} url @param {string} token @param {object} [body] */
async function ask(url, token, body) {
  const response = await fetch(url, {
    headers: { Authorization: token, ...(body ? { 'Content-Type': 'application/json' } : {}) },
    ...(body ? { method: 'POST', body: JSON.stringify(body) } : {}),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(`The service answered with ${response.status}: ${text}`);
  return text;
}

/** Makes a user beside the running service. @param {string} dataDir @param {string} name */
async function tokenOf(dataDir, name) {
  const cli = fileURLToPath(new URL('../dist/cli/token.js', import.meta.url));
  const env = { ...process.env, DATA_DIR: dataDir, DATABASE_URL: '' };
  const { stdout } = await promisify(execFile)(process.execPath, [cli, '--user', name], { env });
  return `API-Token ${/^Token\s+(\S+)/m.exec(stdout)?.[1] ?? ''}`;
}
