// @ts-check
// Runs the benchmarks and prints each beside its yardstick. It measures and does not judge: whatever
// the figures are, it ends with 0.
import { parseArgs } from 'node:util';
import { atOnce } from './at-once.js';
import { crowd } from './crowd.js';
import { crud } from './crud.js';
import { getOne } from './get-one.js';
import { installPeers } from './install-peers.js';
import { mapping, read } from './peer-reads.js';
import { endAll } from './processes.js';
import { profileServices, summary } from './profile.js';
import { latency, memory, ownCode, ownLoop, stream } from './reads.js';
import { plainTable, writeResults } from './report.js';
import { download, million } from './snapshots.js';
import { start } from './starting.js';
import { warmRun } from './warm-run.js';
import { publish, write } from './writing.js';

/** @type {Record<string, import('./measure.js').Benchmark>} */
const BENCHMARKS = {
  'warm-run': warmRun,
  stream,
  'own-loop': ownLoop,
  'own-code': ownCode,
  latency,
  memory,
  crowd,
  'get-one': getOne,
  download,
  crud,
  read,
  mapping,
  write,
  publish,
  'at-once': atOnce,
  start,
  million,
};
/** Takes several minutes, and is measured where it is named. */
const NAMED_ONLY = new Set(['million']);

/** @param {string} text */
const say = (text) => process.stdout.write(`${text}\n`);

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean' },
    rounds: { type: 'string' },
    profile: { type: 'boolean' },
  },
});
const unknown = positionals.filter((name) => !Object.hasOwn(BENCHMARKS, name));
const rounds = values.rounds === undefined ? undefined : Number(values.rounds);
const wrongRounds = rounds !== undefined && !(Number.isInteger(rounds) && rounds > 0);
// Results of a part would take the place of those of all.
const writesPart = values.write === true && positionals.length > 0;
// A profile costs time itself: figures beside it are not worth keeping.
const wrongProfile = values.profile === true && (values.write || positionals.length !== 1);
if (unknown.length > 0 || wrongRounds || writesPart || wrongProfile) {
  const names = Object.keys(BENCHMARKS).join(' | ');
  say(
    [
      `npm run bench -- [${names}]... [--rounds <n>]`,
      'npm run bench -- --write [--rounds <n>]',
      'npm run bench -- --profile <name> [--rounds <n>]',
    ].join('\n'),
  );
  process.exit(2);
}

await installPeers();
if (values.profile) await profileServices();

let stopped = false;
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
  // A second one too: `timeout` sends two, and whoever ended at once would leave processes behind.
  process.on(signal, () => {
    stopped = true;
    void endAll().finally(() => process.exit(130));
  });
}

/** @type {import('./measure.js').Row[]} */
const rows = [];
/** @type {string[]} */
const failures = [];
const standard = Object.keys(BENCHMARKS).filter((name) => !NAMED_ONLY.has(name));
for (const name of positionals.length > 0 ? positionals : standard) {
  if (stopped) break;
  say(`\n${name}`);
  try {
    const found = await BENCHMARKS[name]?.({
      rounds: (usual) => rounds ?? usual,
      tell: (text) => say(`  ${text}`),
    });
    rows.push(...(found ?? []));
  } catch (error) {
    failures.push(
      `${name} could not be measured: ${error instanceof Error ? error.message : error}`,
    );
    say(`  ${failures.at(-1)}`);
  } finally {
    await endAll();
  }
}

if (!stopped) say(`\n${plainTable(rows)}`);
for (const failure of failures) say(failure);
if (values.profile && !stopped) say(`\n${await summary()}`);
if (values.write && !stopped && failures.length === 0)
  say(`\nWritten to ${await writeResults(rows)}`);
