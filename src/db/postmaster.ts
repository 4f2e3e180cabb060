import { spawnSync } from 'node:child_process';
import { readFile, readlink, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** What `postmaster.pid` says of the server that runs on a cluster. */
export interface Postmaster {
  pid: number;
  /** Where its socket is; absent while it has not opened one. */
  socketFolder?: string;
}

/** Reads a cluster's `postmaster.pid`; null where there is none. */
export async function readPostmaster(data: string): Promise<Postmaster | null> {
  // Its lines: pid, data folder, start time, port, socket folder, listen address, shared memory.
  const text = await readFile(join(data, 'postmaster.pid'), 'utf8').catch(() => '');
  const [pid, , , , socketFolder] = text.split('\n');
  if (!pid) return null;
  return { pid: Number(pid), ...(socketFolder ? { socketFolder } : {}) };
}

/** Whether a process of this id runs. */
export function isProcess(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/**
 * Removes a `postmaster.pid` whose process is gone or is not PostgreSQL. PostgreSQL itself looks at
 * the id alone, and after a restart of the machine or container that may be anybody's.
 */
export async function removeStalePidFile(data: string): Promise<void> {
  const postmaster = await readPostmaster(data);
  if (postmaster && !(await isServerOf(postmaster.pid, data))) {
    await rm(join(data, 'postmaster.pid'), { force: true });
  }
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
