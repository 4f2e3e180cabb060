// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const SAMPLE_MS = 50;
/** While times are taken: looking at the memory takes long, and those who wait for it are timed. */
const WORK_SAMPLE_MS = 500;
/** New processes are looked for once in as many samples. */
const SAMPLES_A_LISTING = 4;
const MB = 1024 * 1024;

export const canMeasureMemory = existsSync('/proc/self/stat');

/**
 * Watches the memory of a service: its own process and all below it, PostgreSQL's left out. PSS
 * (shared pages divided among those who share them) where the system tells it, else RSS.
 * @param {number} pid
 * @param {number} [everyMs]
 */
export function watchMemory(pid, everyMs = SAMPLE_MS) {
  let peak = 0;
  let samples = 0;
  let kind = 'PSS';
  let pids = familyOf(pid);
  const look = () => {
    samples += 1;
    if (samples % SAMPLES_A_LISTING === 0) pids = familyOf(pid);
    let sum = 0;
    for (const each of pids) {
      const pss = kilobytes(each, 'smaps_rollup', /^Pss:\s+(\d+) kB/m);
      if (pss === undefined) kind = 'RSS';
      sum += pss ?? kilobytes(each, 'status', /^VmRSS:\s+(\d+) kB/m) ?? 0;
    }
    peak = Math.max(peak, sum);
  };
  look();
  const timer = setInterval(look, everyMs);
  return () => {
    clearInterval(timer);
    return { peakMb: (peak * 1024) / MB, samples, kind };
  };
}

/** @param {number} pid @param {string} file @param {RegExp} pattern */
function kilobytes(pid, file, pattern) {
  const found = pattern.exec(read(`/proc/${pid}/${file}`))?.[1];
  return found === undefined ? undefined : Number(found);
}

/** @param {number} root */
function familyOf(root) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      // "pid (name) state parent ...": see proc(5); the name may hold anything.
      const stat = read(`/proc/${name}/stat`);
      const close = stat.lastIndexOf(')');
      const command = stat.slice(stat.indexOf('(') + 1, close);
      const parent = Number(stat.slice(close + 2).split(' ')[1]);
      return command.startsWith('postgres') ? [] : [{ pid: Number(name), parent }];
    });
  const family = [root];
  // The list grows while it is walked.
  for (const parent of family) {
    family.push(...all.filter((entry) => entry.parent === parent).map((entry) => entry.pid));
  }
  return family;
}

/** @param {string} path */
function read(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    // A process that has just ended.
    return '';
  }
}

/**
 * Watches the memory of several programs while each is at work.
 * @template {string} Side
 * @param {Record<Side, number>} pids
 */
export function peaksOf(pids) {
  /** @type {Map<Side, number>} */
  const found = new Map();
  return {
    /** @template T @param {Side} side @param {() => Promise<T>} work */
    watched: (side, work) => async () => {
      if (!canMeasureMemory) return work();
      const stop = watchMemory(pids[side], WORK_SAMPLE_MS);
      try {
        return await work();
      } finally {
        found.set(side, Math.max(found.get(side) ?? 0, stop().peakMb));
      }
    },
    /** As the report has it. @param {Side} own @param {Side} [peer] */
    peaks: (own, peer) =>
      [own, ...(peer === undefined ? [] : [peer])]
        .map((side) => `${Math.round(found.get(side) ?? 0)} MB`)
        .join(' / '),
  };
}
