import { spawnSync } from 'node:child_process';
import { readFileSync, rmSync } from 'node:fs';
import { readFile, readlink, realpath } from 'node:fs/promises';
import { join } from 'node:path';

/** What `postmaster.pid` says of the server that runs on a cluster. */
export interface Postmaster {
  pid: number;
  /** Where its socket is; absent while it has not opened one. */
  socketFolder?: string;
}

/** Reads a cluster's `postmaster.pid`; null where there is none. */
export async function readPostmaster(data: string): Promise<Postmaster | null> {
  const text = await readFile(pidFile(data), 'utf8').catch(() => '');
  return text === '' ? null : parse(text);
}

function pidFile(data: string): string {
  return join(data, 'postmaster.pid');
}

function parse(text: string): Postmaster {
  // Its lines: pid, data folder, start time, port, socket folder, listen address, shared memory.
  const [pid, , , , socketFolder] = text.split('\n');
  return { pid: Number(pid), ...(socketFolder ? { socketFolder } : {}) };
}

/** Whether a process of this id runs; one that has ended but was not collected does not. */
export function isProcess(pid: number): boolean {
  if (!(pid > 0)) return false;
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false;
  }
  return !isZombie(pid);
}

/** In a container whose first process collects nobody's children, zombies stay for good. */
function isZombie(pid: number): boolean {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    return stat.charAt(stat.lastIndexOf(')') + 2) === 'Z';
  } catch {
    return false;
  }
}

/**
 * Removes a `postmaster.pid` whose process is gone or is not PostgreSQL, and gives what it said.
 * PostgreSQL itself looks at the id alone, and after a restart of the machine or container that may
 * be anybody's; and it refuses to start where the file is empty.
 */
export async function removeStalePidFile(data: string): Promise<Postmaster | null> {
  const file = pidFile(data);
  const text = await readFile(file, 'utf8').catch(() => null);
  if (text === null) return null;
  const postmaster = parse(text);
  if (await isServerOf(postmaster.pid, data)) return null;
  try {
    // A start at the same moment may have been faster, and this be its server's by now.
    if (readFileSync(file, 'utf8') === text) rmSync(file);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  return postmaster;
}

async function isServerOf(pid: number, data: string): Promise<boolean> {
  if (!isProcess(pid)) return false;
  try {
    // A server's working folder is its cluster.
    return (await readlink(`/proc/${pid}/cwd`)) === (await realpath(data));
  } catch {
    const { stdout } = spawnSync('ps', ['-o', 'comm=', '-p', String(pid)], { encoding: 'utf8' });
    return stdout.includes('postgres');
  }
}
