import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

interface ProcessEntry {
  pid: number;
  parent: number;
  /** With the id, it tells a process from a later one of the same id. */
  startedAt: string;
}

/** Every process that runs; one that has ended and waits for its parent does not. */
export function processes(): ProcessEntry[] {
  // Small Linux images have no `ps`, and macOS has no /proc.
  return existsSync('/proc/self/stat') ? fromProc() : fromPs();
}

export function isAlive(pid: number): boolean {
  return processes().some((entry) => entry.pid === pid);
}

/** The processes below one, at any depth. */
export function descendantsOf(pid: number): ProcessEntry[] {
  const all = processes();
  const found = all.filter(({ parent }) => parent === pid);
  // The list grows while it is walked.
  for (const { pid: next } of found) found.push(...all.filter(({ parent }) => parent === next));
  return found;
}

export function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended by itself.
  }
}

/** Waits until something holds; throws where it does not in time. */
export async function until(
  holds: () => boolean | Promise<boolean>,
  milliseconds: number,
): Promise<void> {
  for (const end = Date.now() + milliseconds; !(await holds());) {
    if (Date.now() > end) throw new Error(`Not within ${milliseconds} ms: ${holds.toString()}`);
    await sleep(20);
  }
}

function fromProc(): ProcessEntry[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      let stat: string;
      try {
        stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      } catch {
        return [];
      }
      // "pid (name) state parent ... start time ...": see proc(5); the name may hold anything.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const [state = '', parent = ''] = fields;
      if (state === 'Z' || state === 'X') return [];
      return [{ pid: Number(name), parent: Number(parent), startedAt: fields[19] ?? '' }];
    });
}

function fromPs(): ProcessEntry[] {
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,stat=,lstart='], {
    encoding: 'utf8',
  });
  return stdout
    .split('\n')
    .map((line) => /^\s*(\d+)\s+(\d+)\s+(\S+)\s+(.*)$/.exec(line))
    .filter((match) => match !== null && !match[3]?.startsWith('Z'))
    .map((match) => ({
      pid: Number(match?.[1]),
      parent: Number(match?.[2]),
      startedAt: match?.[4] ?? '',
    }));
}
