// @ts-check
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const SAMPLE_MS = 50;
/** New processes are looked for once in as many samples. */
const SAMPLES_A_LISTING = 4;
const MB = 1024 * 1024;

export const canMeasureMemory = existsSync('/proc/self/stat');

/**
 * Watches the memory of a service: its own process and all below it, PostgreSQL's left out. PSS
 * (shared pages divided among those who share them) where the system tells it, else RSS.
 * @param {number} pid
 */
export function watchMemory(pid) {
  let peak = 0;
  let samples = 0;
  let kind = 'PSS';
  let pids = familyOf(pid);
  const timer = setInterval(() => {
    samples += 1;
    if (samples % SAMPLES_A_LISTING === 0) pids = familyOf(pid);
    let sum = 0;
    for (const each of pids) {
      const pss = kilobytes(each, 'smaps_rollup', /^Pss:\s+(\d+) kB/m);
      if (pss === undefined) kind = 'RSS';
      sum += pss ?? kilobytes(each, 'status', /^VmRSS:\s+(\d+) kB/m) ?? 0;
    }
    peak = Math.max(peak, sum);
  }, SAMPLE_MS);
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
