import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../src/config/package-root.js';
import { createDatabase, withClient } from './support/database.js';
import { until } from './support/process-tree.js';
import { Bench, serverOf, type ServiceProcess } from './support/process.js';

/** Who has asked for the lock of the folder's owner last, whether it was given or not. */
const ASKING = `select pid from pg_stat_activity
  where pid <> pg_backend_pid() and query like 'select pg_try_advisory_lock%'`;
const HELD = `select pid from pg_locks join pg_stat_activity using (pid)
  where locktype = 'advisory' and granted and query like 'select pg_try_advisory_lock%'`;

describe('services that are started together', () => {
  let bench: Bench;
  beforeAll(async () => {
    bench = await Bench.open();
  });
  afterEach(() => bench.endAll());
  afterAll(() => bench.end());

  function refusal(dataDir: string): string {
    return `Another service is already running on the data folder ${dataDir}.\n`;
  }

  /** As the service itself, on its PostgreSQL. */
  async function pidsOf(dataDir: string, query: string): Promise<number[]> {
    const { socketFolder } = await serverOf(dataDir);
    const password = (await readFile(join(dataDir, 'postgres-password'), 'utf8')).trim();
    const url = `postgresql://custom_connector_service:${password}@localhost/postgres?host=${encodeURIComponent(socketFolder)}`;
    const { rows } = await withClient(url, (client) => client.query<{ pid: number }>(query));
    return rows.map(({ pid }) => pid);
  }

  it('are refused with one line where one is at work on the folder', async () => {
    const DATA_DIR = bench.preparedDataDir('taken');
    const before = Date.now();
    const first = await bench.start({ DATA_DIR }).ready();
    const { pid } = await serverOf(DATA_DIR);
    const began = Date.now();
    // On a busy machine, to start takes long whatever comes of it.
    const mostMs = Math.max(12_000, 4 * (began - before));
    const second = bench.start({ DATA_DIR });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(Date.now() - began).toBeLessThan(mostMs);
    expect(second.stderr).toBe(refusal(DATA_DIR));
    expect(second.stdout).toBe('');
    expect((await first.request('/users/me')).status).toBe(200);
    expect(await serverOf(DATA_DIR)).toMatchObject({ pid });
  }, 120_000);

  it('are refused also after the first had lost its connections for a moment', async () => {
    const DATA_DIR = bench.preparedDataDir('interrupted');
    const first = await bench.start({ DATA_DIR }).ready();
    const [held] = await pidsOf(DATA_DIR, HELD);
    const ended = await pidsOf(
      DATA_DIR,
      'select pid, pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
    );
    expect(ended).toContain(held);
    await until(async () => {
      const [now = held] = await pidsOf(DATA_DIR, HELD);
      return now !== held;
    }, 10_000);
    const second = bench.start({ DATA_DIR });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.stderr).toBe(refusal(DATA_DIR));
    const { token = '' } = first;
    expect((await first.request('/users/me', { token })).status).toBe(200);
  }, 120_000);

  it.each([0, 500])(
    'leave one at work on a fresh folder, %d ms apart',
    async (delay) => {
      const DATA_DIR = bench.dataDir(`fresh-${delay}`);
      const services = [bench.start({ DATA_DIR })];
      await sleep(delay);
      services.push(bench.start({ DATA_DIR }));
      const refused = await Promise.race(
        services.map(async (service) => {
          expect(await service.ended).toEqual({ code: 1, signal: null });
          return service;
        }),
      );
      expect(refused.stderr).toBe(refusal(DATA_DIR));
      expect(refused.stdout).toBe('');
      const serving = services.find((service) => service !== refused) as ServiceProcess;
      await serving.ready();
      expect((await serving.request('/users/me')).status).toBe(200);
      expect((await readdir(join(DATA_DIR, 'postgres'))).sort()).toEqual(
        expect.not.arrayContaining([expect.stringMatching(/^new-/)]),
      );
      expect((await serving.stop()).code).toBe(0);
    },
    120_000,
  );

  it('hand the folder over where one starts while the other stops', async () => {
    const DATA_DIR = bench.preparedDataDir('handed-over');
    const first = await bench.start({ DATA_DIR }).ready();
    const second = bench.start({ DATA_DIR });
    await until(async () => (await pidsOf(DATA_DIR, ASKING)).length === 2, 20_000);
    expect((await first.stop()).code).toBe(0);
    await second.ready();
    const { token = '' } = first;
    expect((await second.request('/users/me', { token })).status).toBe(200);
  }, 120_000);

  it('migrate one empty database once, and all come up', async () => {
    const settings = {
      DATABASE_URL: await createDatabase('empty'),
      ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    };
    const services = [bench.start(settings), bench.start(settings)];
    for (const service of services) {
      await service.ready();
      expect(service.token).toBeUndefined();
      expect((await fetch(`${service.url}/health/ready`)).status).toBe(200);
    }
    const entries = await readdir(join(packageRoot(), 'prisma', 'migrations'), {
      withFileTypes: true,
    });
    const names = entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
    const { rows } = await withClient(settings.DATABASE_URL, (client) =>
      client.query(
        'select migration_name as name, finished_at is not null as finished ' +
          'from _prisma_migrations order by migration_name',
      ),
    );
    expect(rows).toEqual(names.sort().map((name) => ({ name, finished: true })));
    for (const service of services) expect((await service.stop()).code).toBe(0);
  }, 120_000);
});
