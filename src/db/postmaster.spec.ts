import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isProcess, readPostmaster, removeStalePidFile } from './postmaster.js';

const LINUX = process.platform === 'linux';

describe('postmaster.pid', () => {
  let data: string;
  const started: ChildProcess[] = [];

  beforeEach(async () => {
    data = await mkdtemp(join(tmpdir(), 'ccs-postmaster-'));
  });
  afterEach(async () => {
    for (const child of started.splice(0)) child.kill('SIGKILL');
    await rm(data, { recursive: true, force: true });
  });

  /** A process that does nothing, in a folder as PostgreSQL's is its cluster. */
  async function start(folder: string, script = 'exec sleep 60'): Promise<number> {
    const child = spawn('/bin/sh', ['-c', `echo; ${script}`], { cwd: folder });
    started.push(child);
    await once(child.stdout, 'data');
    return child.pid ?? 0;
  }

  function endedPid(): number {
    return spawnSync(process.execPath, ['--version']).pid;
  }

  function write(...lines: (string | number)[]): Promise<void> {
    return writeFile(join(data, 'postmaster.pid'), lines.map((line) => `${line}\n`).join(''));
  }

  describe('readPostmaster', () => {
    it('reads the id and the folder of the socket', async () => {
      await write(4711, data, 1763884800, 5432, '/tmp/a folder, of sockets', '', '1 2', 'ready');
      expect(await readPostmaster(data)).toEqual({
        ...{ pid: 4711, socketFolder: '/tmp/a folder, of sockets' },
      });
    });

    it('reads one that has no socket yet', async () => {
      await write(4711, data, 1763884800);
      expect(await readPostmaster(data)).toEqual({ pid: 4711 });
    });

    it('gives null where there is none, or nothing in it', async () => {
      expect(await readPostmaster(data)).toBeNull();
      await write();
      expect(await readPostmaster(data)).toBeNull();
      expect(await readPostmaster(join(data, 'missing'))).toBeNull();
    });
  });

  describe('removeStalePidFile', () => {
    it('does nothing where there is none', async () => {
      expect(await removeStalePidFile(data)).toBeNull();
    });

    it('removes that of a process that is gone, and gives what it said', async () => {
      const pid = endedPid();
      await write(pid, data, 1763884800, 5432, '/tmp/sockets');
      expect(await removeStalePidFile(data)).toEqual({ pid, socketFolder: '/tmp/sockets' });
      expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
    });

    it.each([
      ['this very process', () => Promise.resolve(process.pid)],
      ['a process that works elsewhere', () => start(tmpdir())],
    ])('removes one that names %s', async (_, pid) => {
      await write(await pid(), data);
      expect(await removeStalePidFile(data)).not.toBeNull();
      expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
    });

    it.each([[''], ['\n'], ['no number\n'], ['0\n'], ['-1\n']])(
      'removes one that holds %j',
      async (text) => {
        await writeFile(join(data, 'postmaster.pid'), text);
        await removeStalePidFile(data);
        expect(existsSync(join(data, 'postmaster.pid'))).toBe(false);
      },
    );

    (LINUX ? it : it.skip)('keeps that of a process that works in the cluster', async () => {
      await write(await start(data), data);
      expect(await removeStalePidFile(data)).toBeNull();
      expect(existsSync(join(data, 'postmaster.pid'))).toBe(true);
      const link = `${data}-link`;
      await symlink(data, link);
      try {
        expect(await removeStalePidFile(link)).toBeNull();
        expect(existsSync(join(data, 'postmaster.pid'))).toBe(true);
      } finally {
        await rm(link);
      }
    });
  });

  describe('isProcess', () => {
    it('tells processes that run from ids that nobody has', async () => {
      expect(isProcess(process.pid)).toBe(true);
      expect(isProcess(await start(data))).toBe(true);
      // Of somebody else, unless these specs run as root.
      expect(isProcess(1)).toBe(true);
      expect([endedPid(), 0, -process.pid, Number.NaN].map(isProcess)).toEqual([
        ...[false, false, false, false],
      ]);
    });

    (LINUX ? it : it.skip)('does not count one that ended and is not collected', async () => {
      // A shell that becomes another program does not collect what it started before.
      const child = spawn('/bin/sh', ['-c', 'sleep 0.3 & echo $!; exec sleep 60']);
      started.push(child);
      const [line] = (await once(child.stdout, 'data')) as [Buffer];
      const pid = Number(line.toString());
      for (let tries = 0; isProcess(pid) && tries < 100; tries += 1) {
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
      expect(isProcess(pid)).toBe(false);
      // It is still there, as a zombie.
      expect(existsSync(`/proc/${pid}`)).toBe(true);
    });
  });
});
