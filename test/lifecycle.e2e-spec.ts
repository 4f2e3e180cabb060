import { existsSync } from 'node:fs';
import { chmod, mkdir, readdir, readFile, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import pg from 'pg';
import { isAlive, until } from './support/process-tree.js';
import { Bench, clusterOf, serverOf } from './support/process.js';

const ROOT = process.getuid?.() === 0;
const USER = 'custom_connector_service';

describe('the service as a process', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
  });
  afterAll(() => bench.end());

  it('prints where it is and a token on its first start, and keeps all for the next', async () => {
    const DATA_DIR = bench.dataDir('first');
    const first = await bench.start({ DATA_DIR }).ready();
    const { token = '' } = first;
    expect(first.stdout).toMatch(/API docs +http:\/\/127\.0\.0\.1:\d+\/docs\n/);
    expect((await fetch(`${first.url}/docs`)).status).toBe(200);
    expect(token).toMatch(/^ccs_[0-9A-Za-z]{40}$/);
    const made = await first.request('/custom-connectors', {
      method: 'POST',
      body: '{"name":"kept"}',
    });
    expect(made.status).toBe(201);
    const connector: unknown = await made.json();

    const log = first.stdout.split('\n').filter((line) => line.startsWith('{'));
    const messages = log.map((line) => JSON.parse(line) as { msg: string });
    expect(messages.length).toBeGreaterThan(1);
    expect(log.join('\n')).not.toContain(token);
    expect(first.stderr).toBe('');

    const { pid } = await serverOf(DATA_DIR);
    const below = bench.below(first);
    expect(below).toContain(pid);
    expect(below.length).toBeGreaterThan(2);
    expect(await first.stop()).toEqual({ code: 0, signal: null });
    expect(isAlive(pid)).toBe(false);
    await until(() => !below.some(isAlive), 2000);
    expect(existsSync(join(await clusterOf(DATA_DIR), 'postmaster.pid'))).toBe(false);

    const second = await bench.start({ DATA_DIR }).ready();
    expect(second.token).toBeUndefined();
    expect(second.stdout).not.toContain('ccs_');
    const kept = await second.request('/custom-connectors', { token });
    expect(await kept.json()).toEqual([connector]);

    for (const secret of ['encryption-keys', 'postgres-password']) {
      expect((await stat(join(DATA_DIR, secret))).mode & 0o777).toBe(0o600);
    }
    expect((await stat(join(DATA_DIR, 'postgres'))).mode & 0o777).toBe(0o700);
    expect(await second.stop('SIGINT')).toEqual({ code: 0, signal: null });
  }, 120_000);

  it('ends in order, and PostgreSQL with it, when told to while it starts', async () => {
    const DATA_DIR = bench.dataDir('broken-off');
    const service = bench.start({ DATA_DIR });
    await until(async () => (await serverOf(DATA_DIR)).pid > 0, 20_000);
    const { pid } = await serverOf(DATA_DIR);
    expect(service.url).toBe('');
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    expect(service.stderr).toBe('');
    expect(isAlive(pid)).toBe(false);
  }, 120_000);

  it('names every faulty setting at once and shows no value', async () => {
    const values = {
      PORT: '70123',
      HOST: 'nowhere.example',
      DATABASE_URL: 'mysql://secret@db',
      ENCRYPTION_KEYS: 'c2hvcnQ=',
      AGENT_SHARED_KEY: 'too-short-a-key',
      ROLE: 'everything',
    };
    const service = bench.start(values);
    expect(await service.ended).toEqual({ code: 1, signal: null });
    const lines = service.stderr.trimEnd().split('\n');
    expect(lines.slice(1).map((line) => line.trim().split(' ')[0])).toEqual(Object.keys(values));
    for (const value of Object.values(values)) expect(service.stderr).not.toContain(value);
    expect(service.stdout).toBe('');
  });

  it.each([
    ['very long', 'long-'.repeat(25)],
    ['with a space, a comma and quotes', `my data, "here's" it`],
  ])(
    'works in a folder whose name is %s, on a socket that alone lets in its own password',
    async (_, name) => {
      const DATA_DIR = bench.preparedDataDir(name);
      const service = await bench.start({ DATA_DIR }).ready();
      expect((await service.request('/users/me')).status).toBe(200);

      const { socketFolder: host } = await serverOf(DATA_DIR);
      const password = (await readFile(join(DATA_DIR, 'postgres-password'), 'utf8')).trim();
      const settings = { host, user: USER, database: 'postgres' };
      const client = new pg.Client({ ...settings, password });
      await client.connect();
      const { rows } = await client.query('show listen_addresses');
      await client.end();
      expect(rows).toEqual([{ listen_addresses: '' }]);
      expect((await stat(host)).mode & 0o777).toBe(0o700);
      expect((await stat(join(host, '.s.PGSQL.5432'))).mode & 0o777).toBe(0o700);
      const intruder = new pg.Client({ ...settings, password: 'guess' });
      await expect(intruder.connect()).rejects.toMatchObject({ code: '28P01' });

      expect((await service.stop()).code).toBe(0);
      expect((await readdir(bench.folder)).filter((one) => one.startsWith('ccs-'))).toEqual([]);
    },
    120_000,
  );

  (ROOT ? it : it.skip)(
    'as root (skipped for others): keeps the cluster elsewhere where PostgreSQL cannot enter',
    async () => {
      const closed = bench.dataDir('closed');
      await mkdir(closed);
      await chmod(closed, 0o700);
      const DATA_DIR = join(closed, 'data');
      const first = await bench.start({ DATA_DIR }).ready();
      const cluster = dirname(await clusterOf(DATA_DIR));
      try {
        expect(cluster).toMatch(/^\/var\/lib\/custom-connector-service\/[0-9a-f]{16}$/);
        expect((await readFile(join(DATA_DIR, 'location'), 'utf8')).trim()).toBe(cluster);
        expect((await stat(cluster)).mode & 0o777).toBe(0o700);
        expect((await first.request('/users/me')).status).toBe(200);
        await first.stop();
        const second = await bench.start({ DATA_DIR }).ready();
        const { token = '' } = first;
        expect((await second.request('/users/me', { token })).status).toBe(200);
        await second.stop();
      } finally {
        await rm(cluster, { recursive: true, force: true });
      }
    },
    120_000,
  );
});
