import { composeServices, SHELL } from './support/compose.js';
import { createOwnedDatabase, withClient } from './support/database.js';
import { CREATES, DELETES, Person, UPDATES } from './support/person.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { TableRemote } from './support/table-remote.js';

const ROWS = 500;

describe('what docker-compose.yml describes, as plain processes', () => {
  let bench: Bench;
  let remote: TableRemote;
  const started: Record<string, ServiceProcess[]> = {};
  let settings: Record<string, string>;

  beforeAll(async () => {
    bench = await Bench.open();
    remote = await TableRemote.open();
    const { database, ...own } = await composeServices();
    const user = database?.environment['POSTGRES_USER'] ?? '';
    const url = await createOwnedDatabase(user, SHELL['POSTGRES_PASSWORD'] ?? '');
    for (const [name, { environment, deploy }] of Object.entries(own)) {
      // Of its settings only what containers have to themselves: network, name of the database, remotes.
      settings = {
        ...environment,
        ...{ HOST: '127.0.0.1', PORT: '0', DATABASE_URL: url, EGRESS_ALLOW: '127.0.0.1' },
      };
      started[name] = Array.from({ length: deploy?.replicas ?? 1 }, () => bench.start(settings));
    }
    await Promise.all(Object.values(started).flatMap((all) => all.map((one) => one.ready())));
  }, 120_000);
  afterAll(async () => {
    await bench.end();
    await remote.close();
  });

  it('is two API and two worker processes, which are ready', async () => {
    expect(Object.entries(started).map(([name, all]) => [name, all.length])).toEqual([
      ['api', 2],
      ['worker', 2],
    ]);
    for (const service of Object.values(started).flat()) {
      expect((await service.request('/health/ready', { token: '' })).status).toBe(200);
    }
    for (const worker of started['worker'] ?? []) {
      expect((await worker.request('/custom-connectors', { token: '' })).status).toBe(404);
    }
  });

  it('takes the whole way from a connector to published edits, by both API processes in turn', async () => {
    const apis = started['api'] ?? [];
    const rows = Array.from({ length: ROWS }, (_, n) => ({
      id: `r-${n}`,
      title: `${n}`,
      price: n,
    }));
    remote.fill('items', rows);
    const { stdout } = await bench.command('token', ['--user', 'me'], settings);
    const token = /^Token +(\S+)/m.exec(stdout)?.[1] ?? '';
    const work = { url: remote.url, table: 'items', patienceMs: 30_000 };
    const person = await Person.begin(apis, token, work);
    await person.downloaded();
    const before = await person.copy();
    expect(before).toEqual(remote.tables.get('items'));
    expect(before.size).toBe(ROWS);

    await person.stage(1, [...before.keys()]);
    expect(remote.calls).toEqual([]);
    const { plan } = await person.ask<{ plan: { outcome: string }[] }>(`${person.path}/publish`, {
      dryRun: true,
    });
    expect(plan.map(({ outcome }) => outcome)).toEqual(
      Array.from({ length: CREATES + UPDATES + DELETES }, () => 'apply'),
    );
    expect(remote.calls).toEqual([]);
    const { changes } = await person.publish(remote.calls);
    expect(new Set(changes.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
    expect(remote.calls).toHaveLength(CREATES + UPDATES + DELETES);
    await person.download();
    expect(await person.copy()).toEqual(remote.tables.get('items'));
    expect(remote.tables.get('items')?.size).toBe(ROWS + CREATES - DELETES);
    for (const api of apis) {
      const mine = await api.request(person.path, { token });
      expect([mine.status, (await mine.json()) as object]).toMatchObject([
        200,
        { state: 'completed' },
      ]);
    }
  }, 90_000);

  it('works for a role that is no superuser, on what the settings allow', async () => {
    const url = settings['DATABASE_URL'] ?? '';
    const { rows } = await withClient(url, (client) =>
      client.query<{ count: string; superuser: boolean }>(
        `select count(*), bool_or(rolsuper) as superuser from pg_stat_activity
           join pg_roles on rolname = usename where datname = current_database()`,
      ),
    );
    expect(rows[0]?.superuser).toBe(false);
    expect(Number(rows[0]?.count)).toBeLessThanOrEqual(4 * 20 + 1);
  });

  it('stops in order', async () => {
    const all = Object.values(started).flat();
    expect(await Promise.all(all.map((service) => service.stop()))).toEqual(
      all.map(() => ({ code: 0, signal: null })),
    );
  });
});
