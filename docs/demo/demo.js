// @ts-check
// The service's main job on real data: a connector to a REST server with the countries of the
// world, its tables, its columns, and all of its records, mapped; then a snapshot of them, in which two
// records are edited and published. It starts both servers itself, on loopback, leaves nothing behind,
// and exits with 1 where anything is not as it has to be.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { styleText } from 'node:util';
import jsonServer from 'json-server';
import countries from 'world-countries';
import { connectorTo } from './connector.js';
import { checkRecords, EXPECTED_COUNTRIES, FIELDS } from './expectations.js';
import { editAndPublish } from './edit-and-publish.js';

/** @param {string} text */
const say = (text = '') => process.stdout.write(`${text}\n`);
/** @param {string} text */
const step = (text) => say(`\n${styleText('bold', text)}`);
/** @param {string} text */
const dim = (text) => styleText('gray', text);

/** The package is typed as its module, and is the list of countries itself. */
const WORLD = /** @type {import('./expectations.js').Country[]} */ (
  /** @type {unknown} */ (countries)
);

/** A REST server as one finds it in the wild: pages of 100, and an end that is an empty page. */
async function startRemote() {
  const app = jsonServer.create();
  // A copy, for what is written there is not to change what is expected.
  const router = jsonServer.router({ countries: structuredClone(countries) });
  Object.assign(router.db._, { id: 'cca3' });
  app.use(router);
  const server = app.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('json-server has no port');
  return { server, host: `127.0.0.1:${address.port}` };
}

/**
 * Starts the built service as its own process, on a database of its own that is removed later.
 * @param {string} dataDir
 * @param {string} egressAllow
 */
async function startService(dataDir, egressAllow) {
  const main = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
  const child = spawn(process.execPath, [main], {
    env: {
      PATH: process.env.PATH,
      PORT: '0',
      DATA_DIR: dataDir,
      DATABASE_URL: '',
      EGRESS_ALLOW: egressAllow,
    },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  let url = '';
  let token = '';
  for await (const line of createInterface({ input: child.stdout })) {
    url ||= /Custom connector service\s+(http\S+)/.exec(line)?.[1] ?? '';
    token ||= /Your API token\s+(\S+)/.exec(line)?.[1] ?? '';
    if (url && token) break;
  }
  child.stdout.resume();
  if (!url || !token) throw new Error('The service did not start.');
  return { child, url, token };
}

/** @param {string} url @param {string} token */
function apiOf(url, token) {
  /** @param {string} method @param {string} path @param {object} [body] @param {string} [accept] */
  return async (method, path, body, accept = 'application/json') => {
    const response = await fetch(url + path, {
      method,
      headers: {
        Authorization: `API-Token ${token}`,
        Accept: accept,
        'Content-Type': 'application/json',
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    say(`  ${dim(`${method} ${path}`)}  ${response.status}`);
    if (!response.ok) throw new Error(text);
    return text;
  };
}

/** @param {{ id: string, fields: Record<string, unknown> }[]} records */
function printTable(records) {
  const header = ['id', ...FIELDS.map(({ name }) => name)];
  const rows = records.map(({ id, fields }) => [
    id,
    ...FIELDS.map(({ name }) => {
      const value = fields[name];
      return typeof value === 'string' ? value : JSON.stringify(value ?? null);
    }),
  ]);
  const widths = header.map((name, column) =>
    Math.min(26, Math.max(name.length, ...rows.map((row) => row[column]?.length ?? 0))),
  );
  /** @param {string[]} row */
  const line = (row) => `  ${row.map((cell, column) => fit(cell, widths[column] ?? 0)).join('  ')}`;
  say(styleText('underline', line(header)));
  for (const row of rows) say(line(row));
}

/** @param {string} text @param {number} width */
function fit(text, width) {
  return (text.length > width ? `${text.slice(0, width - 1)}…` : text).padEnd(width);
}

/** @param {ReturnType<typeof apiOf>} api @param {string} host */
async function run(api, host) {
  step('1. A connector is defined: a few functions and a mapping');
  const created = JSON.parse(await api('POST', '/custom-connectors', connectorTo(host)));
  say(`  ${created.name} is ${created.id}, version ${created.version}`);
  const path = `/custom-connectors/${created.id}`;

  step('2. It is tried, and its tables are listed');
  const { health } = JSON.parse(await api('POST', `${path}/test`));
  const { tables } = JSON.parse(await api('GET', `${path}/tables`));
  say(`  health: ${health}; tables: ${tables.map((/** @type {any} */ t) => t.displayName).join()}`);

  step('3. The columns of a table');
  const spec = JSON.parse(await api('GET', `${path}/tables/${tables[0].id.wsId}/spec`));
  for (const { name, pgType } of spec.columns) say(`  ${name.padEnd(12)} ${dim(pgType)}`);

  step('4. All of its records, streamed and mapped');
  const stream = await api(
    'GET',
    `${path}/tables/${tables[0].id.wsId}/records`,
    undefined,
    'application/x-ndjson',
  );
  const records = stream
    .trimEnd()
    .split('\n')
    .map((text) => JSON.parse(text));
  const { summary } = records.pop();
  printTable(['AUT', 'BRA', 'JPN', 'KEN', 'ZAF'].map((id) => records.find((r) => r.id === id)));
  say(`  ${dim(`… and ${records.length - 5} more`)}`);

  step('5. What the read came to');
  say(
    `  ${summary.records} of ${EXPECTED_COUNTRIES} countries in ${summary.pages} pages, ` +
      `${summary.requests} requests, ${Math.round(summary.bytes / 1024)} KiB, ${summary.durationMs} ms`,
  );
  say(
    `  complete: ${summary.complete}; rejected: ${summary.rejected}; invalid: ${summary.invalid}`,
  );
  return [
    ...(health === 'ok' ? [] : [`the test of the connector gave ${health}`]),
    ...checkRecords(records, summary, spec.columns, WORLD),
    ...(await editAndPublish({ api, say, step, host, connectorId: created.id })),
  ];
}

const dataDir = await mkdtemp(join(tmpdir(), 'ccs-demo-'));
// Run by root, the database belongs to another account, which has to pass through here.
await chmod(dataDir, 0o711);
const remote = await startRemote();
/** @type {Awaited<ReturnType<typeof startService>> | undefined} */
let service;
/** @type {string[]} */
let faults;
try {
  say(`json-server serves the countries of the world at http://${remote.host}`);
  service = await startService(dataDir, remote.host);
  say(`The service runs at ${service.url}, and lets connectors reach ${remote.host}`);
  faults = await run(apiOf(service.url, service.token), remote.host);
} catch (error) {
  faults = [error instanceof Error ? error.message : String(error)];
} finally {
  if (service) {
    const ended = once(service.child, 'exit');
    service.child.kill('SIGTERM');
    await ended;
  }
  remote.server.close();
  await rm(dataDir, { recursive: true, force: true });
}

say();
if (faults.length === 0) {
  say(styleText('green', '  Every country came, none was rejected, every value has its type;'));
  say(
    styleText(
      'green',
      '  what was published is at the remote, and nothing else was changed there.',
    ),
  );
} else {
  for (const fault of faults) say(styleText('red', `  ${fault}`));
  process.exitCode = 1;
}
