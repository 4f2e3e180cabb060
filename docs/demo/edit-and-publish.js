// @ts-check
// The second half of the demo: a copy of the countries, two edits in it, the plan, and its publication.
import { setTimeout as sleep } from 'node:timers/promises';
import countries from 'world-countries';
import { EXPECTED_COUNTRIES } from './expectations.js';

const PATIENCE_MS = 30_000;
/** What is changed, and what is removed. */
const [AUSTRIA, AREA] = ['AUT', 83_882];
const REMOVED = 'ATA';

/**
 * Gives what is not as it has to be.
 * @param {{
 *   api: (method: string, path: string, body?: object) => Promise<string>,
 *   say: (text?: string) => void,
 *   step: (text: string) => void,
 *   host: string,
 *   connectorId: string,
 * }} of
 * @returns {Promise<string[]>}
 */
export async function editAndPublish({ api, say, step, host, connectorId }) {
  /** @param {string} method @param {string} path @param {object} [body] */
  const ask = async (method, path, body) => JSON.parse(await api(method, path, body));

  step('6. A snapshot: all records copied into the database, in the background');
  const { id } = await ask('POST', '/snapshots', { connectorId });
  const snapshot = await ended(() => ask('GET', `/snapshots/${id}`));
  const [table] = snapshot.tables;
  say(`  ${table.name}: ${table.state}, ${table.records} records`);

  step('7. Two edits are staged; the remote knows nothing of them');
  const records = `/snapshots/${id}/tables/${table.tableId}/records`;
  await ask('POST', `${records}/bulk`, {
    ops: [
      { op: 'update', id: AUSTRIA, fields: { Area: AREA } },
      { op: 'delete', id: REMOVED },
    ],
  });
  const before = await remoteCountries(host);

  step('8. A dry run: what a publication would do');
  const { plan } = await ask('POST', `/snapshots/${id}/publish`, { dryRun: true });
  for (const item of plan) {
    say(`  ${item.op} ${item.id}: ${item.outcome} ${JSON.stringify(item.fields)}`);
  }

  step('9. It is published');
  const { id: publicationId } = await ask('POST', `/snapshots/${id}/publish`, {});
  const path = `/snapshots/${id}/publications/${publicationId}`;
  const publication = await ended(() => ask('GET', path));
  for (const { op, id: record, outcome } of publication.changes)
    say(`  ${op} ${record}: ${outcome}`);

  step('10. The remote has changed');
  const after = await remoteCountries(host);
  const austria = after.find(({ cca3 }) => cca3 === AUSTRIA);
  say(`  ${AUSTRIA} has an area of ${austria?.area}; there are ${after.length} countries`);
  const { plan: left } = await ask('POST', `/snapshots/${id}/publish`, { dryRun: true });
  return faultsOf({
    'the snapshot': [snapshot.state, 'completed'],
    'records in it': [table.records, EXPECTED_COUNTRIES],
    'countries before the publication': [before, countries],
    'outcomes of the plan': [plan.map(outcomeOf), ['update AUT apply', 'delete ATA apply']],
    'the publication': [publication.state, 'completed'],
    'outcomes of it': [publication.changes.map(outcomeOf), ['update AUT done', 'delete ATA done']],
    'countries after it': [after, expected()],
    'a second plan': [left, []],
  });
}

/** @param {{ op: string, id: string, outcome: string }} change */
function outcomeOf({ op, id, outcome }) {
  return `${op} ${id} ${outcome}`;
}

/** What the remote has to have in the end. */
function expected() {
  const world = /** @type {import('./expectations.js').Country[]} */ (
    /** @type {unknown} */ (countries)
  );
  return world
    .filter(({ cca3 }) => cca3 !== REMOVED)
    .map((country) => (country.cca3 === AUSTRIA ? { ...country, area: AREA } : country));
}

/** @param {Record<string, [unknown, unknown]>} comparisons */
function faultsOf(comparisons) {
  return Object.entries(comparisons).flatMap(([what, [found, wanted]]) => {
    const [is, has] = [JSON.stringify(found), JSON.stringify(wanted)];
    return is === has ? [] : [`${what}: ${is.slice(0, 200)}, expected ${has.slice(0, 200)}`];
  });
}

/** @param {string} host @returns {Promise<import('./expectations.js').Country[]>} */
async function remoteCountries(host) {
  return (await fetch(`http://${host}/countries`)).json();
}

/**
 * Asks until the work in the background has come to its end.
 * @param {() => Promise<any>} ask
 */
async function ended(ask) {
  const end = Date.now() + PATIENCE_MS;
  for (;;) {
    const found = await ask();
    if (!['pending', 'active'].includes(found.state)) return found;
    if (Date.now() > end) throw new Error(`It is still ${found.state} after ${PATIENCE_MS} ms.`);
    await sleep(250);
  }
}
