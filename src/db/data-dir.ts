import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, link, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { spawnSync } from 'node:child_process';
import type { PostgresAccount } from './postgres-account.js';

/** Where root's clusters lie when PostgreSQL's account can't enter the data folder. */
const SYSTEM_FOLDER = '/var/lib/custom-connector-service';

/** The folder that holds the embedded database and the secrets that were made here. */
export class DataDir {
  readonly path: string;

  private constructor(path: string) {
    this.path = resolve(path);
  }

  static async open(path: string): Promise<DataDir> {
    const folder = new DataDir(path);
    // Root's folder lets PostgreSQL's account pass through to its own; what is in it stays closed.
    const mode = process.getuid?.() === 0 ? 0o711 : 0o700;
    await mkdir(folder.path, { recursive: true, mode });
    return folder;
  }

  /**
   * The secret of this name, made on first use and readable by its owner alone. Where two processes
   * make it at once, both get the one that was first.
   */
  async secret(name: string, make: () => string): Promise<string> {
    return this.once(name, make());
  }

  /** The folder of the database cluster, owned by the account that PostgreSQL runs under. */
  async clusterFolder(account: PostgresAccount | null): Promise<string> {
    if (!account) return this.ownFolder(account);
    const location = join(this.path, 'location');
    const moved = existsSync(location);
    if (!moved) {
      const own = await this.ownFolder(account);
      if (canEnter(own, account)) return own;
    }
    const folder = await this.once('location', join(SYSTEM_FOLDER, randomBytes(8).toString('hex')));
    await mkdir(SYSTEM_FOLDER, { recursive: true, mode: 0o755 });
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await chown(folder, account.ids.uid, account.ids.gid);
    return folder;
  }

  /** Where programs are copied to that can't be run where they were installed. */
  programsFolder(account: PostgresAccount | null): string {
    return account ? SYSTEM_FOLDER : this.path;
  }

  private async ownFolder(account: PostgresAccount | null): Promise<string> {
    const folder = join(this.path, 'postgres');
    await mkdir(folder, { recursive: true, mode: 0o700 });
    if (account) await chown(folder, account.ids.uid, account.ids.gid);
    return folder;
  }

  /** Writes a file unless it is there, whole or not at all; gives what it then holds. */
  private async once(name: string, content: string): Promise<string> {
    const file = join(this.path, name);
    if (!existsSync(file)) {
      const partial = `${file}.${randomBytes(6).toString('hex')}`;
      await writeFile(partial, `${content}\n`, { mode: 0o600, flush: true });
      await link(partial, file).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      });
      await rm(partial);
    }
    return (await readFile(file, 'utf8')).trim();
  }
}

function canEnter(folder: string, account: PostgresAccount): boolean {
  const probe = spawnSync('/bin/sh', ['-c', 'test -w "$1" && test -x "$1"', 'sh', folder], {
    ...account.ids,
    cwd: '/',
  });
  return probe.status === 0;
}
