import { randomBytes } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { packageRoot } from '../src/config/package-root.js';
import { createDatabase, withClient } from './support/database.js';
import { Bench, serverOf, type ServiceProcess } from './support/process.js';

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

  it('are refused with one line where one is at work on the folder', async () => {
    const DATA_DIR = bench.dataDir('taken');
    const first = await bench.start({ DATA_DIR }).ready();
    const { pid } = await serverOf(DATA_DIR);
    const began = Date.now();
    const second = bench.start({ DATA_DIR });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(Date.now() - began).toBeLessThan(12_000);
    expect(second.stderr).toBe(refusal(DATA_DIR));
    expect(second.stdout).toBe('');
    expect((await first.request('/users/me')).status).toBe(200);
    expect(await serverOf(DATA_DIR)).toMatchObject({ pid });
  }, 40_000);

  it('are refused also after the first had lost its connections for a moment', async () => {
    const DATA_DIR = bench.dataDir('interrupted');
    const first = await bench.start({ DATA_DIR }).ready();
    const { socketFolder } = await serverOf(DATA_DIR);
    const password = (await readFile(join(DATA_DIR, 'postgres-password'), 'utf8')).trim();
    const url = `postgresql://custom_connector_service:${password}@localhost/postgres?host=${encodeURIComponent(socketFolder)}`;
    const { rowCount } = await withClient(url, (client) =>
      client.query(
        'select pg_terminate_backend(pid) from pg_stat_activity where pid <> pg_backend_pid() and datname is not null',
      ),
    );
    expect(rowCount).toBeGreaterThan(0);
    await sleep(1000);
    const second = bench.start({ DATA_DIR });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    expect(second.stderr).toBe(refusal(DATA_DIR));
    const { token = '' } = first;
    expect((await first.request('/users/me', { token })).status).toBe(200);
  }, 40_000);

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
    40_000,
  );

  it('hand the folder over where one starts while the other stops', async () => {
    const DATA_DIR = bench.dataDir('handed-over');
    const first = await bench.start({ DATA_DIR }).ready();
    const second = bench.start({ DATA_DIR });
    await sleep(1000);
    expect((await first.stop()).code).toBe(0);
    await second.ready();
    const { token = '' } = first;
    expect((await second.request('/users/me', { token })).status).toBe(200);
  }, 40_000);

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
  }, 40_000);
});
