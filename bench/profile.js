// @ts-check
// Where a service's time goes: CPU profiles that Node writes, and what they say in a few lines.
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const SHOWN = 15;
/** Of time that is nobody's, or the machine's. */
const IDLE = new Set(['(idle)', '(program)', '(root)']);

/** @type {string | undefined} */
let folder;

/** Has every service that is started from now on write a CPU profile when it ends; gives the folder. */
export async function profileServices() {
  return (folder = await mkdtemp(join(tmpdir(), 'ccs-profile-')));
}

/** The options with which Node writes a profile; none where nobody asked for one. */
export function profiling() {
  return folder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${folder}`];
}

/** What the newest profile says: shares of the time that was not idle, by function and by package. */
export async function summary() {
  if (folder === undefined) return '';
  const names = (await readdir(folder)).filter((name) => name.endsWith('.cpuprofile')).sort();
  const newest = join(folder, names.at(-1) ?? '');
  const { nodes, samples, timeDeltas } = JSON.parse(await readFile(newest, 'utf8'));
  /** @type {Map<number, { functionName: string, url: string, lineNumber: number }>} */
  const frames = new Map(nodes.map((/** @type {any} */ { id, callFrame }) => [id, callFrame]));
  /** @type {Map<string, number>} */
  const functions = new Map();
  /** @type {Map<string, number>} */
  const packages = new Map();
  let busy = 0;
  samples.forEach((/** @type {number} */ id, /** @type {number} */ at) => {
    const frame = frames.get(id);
    if (!frame || IDLE.has(frame.functionName)) return;
    const time = timeDeltas[at] ?? 0;
    busy += time;
    const owner = packageOf(frame.url);
    add(packages, owner, time);
    add(
      functions,
      `${frame.functionName || '(anonymous)'}  ${owner}:${frame.lineNumber + 1}`,
      time,
    );
  });
  return [
    `${newest}: ${(busy / 1e6).toFixed(1)} s of work`,
    ...['by package', ...top(packages, busy), 'by function', ...top(functions, busy)],
  ].join('\n  ');
}

/** @param {string} url */
function packageOf(url) {
  const found = /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(url)?.[1];
  if (found) return found;
  if (url.startsWith('node:')) return url;
  return /\/(dist\/.*)/.exec(url)?.[1] ?? (url || 'V8');
}

/** @param {Map<string, number>} map @param {string} key @param {number} time */
function add(map, key, time) {
  map.set(key, (map.get(key) ?? 0) + time);
}

/** @param {Map<string, number>} map @param {number} whole */
function top(map, whole) {
  return [...map]
    .sort(([, a], [, b]) => b - a)
    .slice(0, SHOWN)
    .map(([name, time]) => `  ${((100 * time) / whole).toFixed(1).padStart(5)} %  ${name}`);
}
