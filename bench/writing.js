// @ts-check
// Writes through the service, against a loop that sends the same requests one after the other.
import { setTimeout as sleep } from 'node:timers/promises';
import { ask } from './api.js';
import { inTurns, speedRow } from './measure.js';
import { peaksOf } from './memory-of.js';
import { startServer } from './processes.js';
import { startService } from './service.js';

/** @typedef {import('./measure.js').Benchmark} Benchmark */
/** @typedef {import('./service.js').Service} Service */

const RECORDS = 100;
const CHANGES = 1_000;
const LOOP = 'a loop of the same requests';

/** Records made by one POST to the service. @type {Benchmark} */
export const write = ({ rounds, tell }) =>
  withRemote(async (service, remote) => {
    const { id } = await service.create(connector(remote));
    const records = Array.from({ length: RECORDS }, (_, n) => ({
      fields: { name: `New ${n}`, size: n },
    }));
    const { peaks, watched } = peaksOf({ service: service.pid });
    const found = await inTurns(
      rounds(5),
      {
        yardstick: () =>
          counted(remote, RECORDS, async () => {
            for (const { fields } of records) await send(remote, 'POST', '/items', fields);
          }),
        service: watched('service', () =>
          counted(remote, RECORDS, async () => {
            const path = `/custom-connectors/${id}/tables/items/records`;
            const { results } = await ask(service, 'POST', path, { records });
            const written = results.filter((/** @type {any} */ { status }) => status === 'ok');
            if (written.length !== RECORDS) throw new Error(JSON.stringify(results.slice(0, 3)));
          }),
        ),
      },
      tell,
    );
    return [
      speedRow({
        benchmark: 'write',
        what: `${RECORDS} records by one POST`,
        ...{ peer: LOOP, work: RECORDS, unit: 'records', memory: peaks('service') },
        ...found,
      }),
    ];
  });

/** Edits of a snapshot, published: planned, journalled, called one by one. @type {Benchmark} */
export const publish = ({ rounds, tell }) =>
  withRemote(async (service, remote) => {
    const { id: connectorId } = await service.create(connector(remote));
    const { id } = await ask(service, 'POST', '/snapshots', { connectorId, tables: ['items'] });
    const path = `/snapshots/${id}`;
    await ended(() => ask(service, 'GET', path));
    let round = 0;
    const { peaks, watched } = peaksOf({ service: service.pid });
    const numbers = Array.from({ length: CHANGES }, (_, at) => at + 1);
    const publishAll = watched('service', () =>
      counted(remote, CHANGES, async () => {
        const { id: publication } = await ask(service, 'POST', `${path}/publish`, {});
        const { counts } = await ended(() =>
          ask(service, 'GET', `${path}/publications?limit=1`).then(([newest]) => newest),
        );
        if (counts.done !== CHANGES) throw new Error(`${publication}: ${JSON.stringify(counts)}`);
      }),
    );
    const found = await inTurns(
      rounds(2),
      {
        yardstick: () =>
          counted(remote, CHANGES, async () => {
            for (const n of numbers) {
              await send(remote, 'PUT', `/items/i${n}`, { size: n });
            }
          }),
        service: async () => {
          round += 1;
          const ops = numbers.map((n) => ({
            ...{ op: 'update', id: `i${n}`, fields: { name: `Item ${n}, ${round}` } },
          }));
          await ask(service, 'POST', `${path}/tables/items/records/bulk`, { ops });
          return publishAll();
        },
      },
      tell,
    );
    return [
      speedRow({
        benchmark: 'publish',
        what: `${CHANGES.toLocaleString('en')} staged updates published`,
        ...{ peer: LOOP, work: CHANGES, unit: 'updates', memory: peaks('service') },
        ...found,
      }),
    ];
  });

/** @param {(service: Service, remote: string) => Promise<import('./measure.js').Row[]>} work */
async function withRemote(work) {
  const remote = await startServer('write-remote-server.js');
  const service = await startService(remote.host);
  try {
    return await work(service, remote.host);
  } finally {
    await service.end();
    await remote.end();
  }
}

/** @param {string} remote */
function connector(remote) {
  const call = `async function send(method, path, body) {
  const response = await fetch('http://${remote}/items' + path, {
    method,
    headers: { 'Content-Type': 'application/json' },
    ...(body ? { body: JSON.stringify(body) } : {}),
  });
  if (response.status === 404) return null;
  if (!response.ok) throw new HttpError(response);
  return response.json();
}`;
  return {
    name: 'Items',
    allowedHosts: [remote],
    listTables: `async function listTables() { return [{ id: ['items'], displayName: 'Items' }]; }`,
    pollRecords: `${call}\nasync function pollRecords() { return send('GET', ''); }`,
    getRecord: `${call}\nasync function getRecord(id) { return send('GET', '/' + id); }`,
    createRecord: `${call}\nasync function createRecord(data) { return send('POST', '', data); }`,
    updateRecord: `${call}\nasync function updateRecord(id, data) { return send('PUT', '/' + id, data); }`,
    mapping: {
      recordArrayPath: 'items',
      fields: [
        { path: 'name', type: 'text', name: 'name' },
        { path: 'size', type: 'numeric', name: 'size' },
      ],
    },
  };
}

/** The seconds that some work takes, if so many writes came of it. @param {string} remote @param {number} expected @param {() => Promise<void>} work */
async function counted(remote, expected, work) {
  const before = (await send(remote, 'GET', '/writes')).writes;
  const began = performance.now();
  await work();
  const seconds = (performance.now() - began) / 1000;
  const came = (await send(remote, 'GET', '/writes')).writes - before;
  if (came !== expected) throw new Error(`The remote was written to ${came} times.`);
  return seconds;
}

/** @param {string} remote @param {string} method @param {string} path @param {object} [body] */
function send(remote, method, path, body) {
  return ask({ url: `http://${remote}`, headers: {} }, method, path, body);
}

/** Waits for work in the background. @param {() => Promise<any>} look */
async function ended(look) {
  for (;;) {
    const found = await look();
    if (found.state === 'completed') return found;
    if (found.state !== 'pending' && found.state !== 'active') {
      throw new Error(JSON.stringify(found).slice(0, 1_000));
    }
    await sleep(20);
  }
}
