import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { hostileKinds } from '../src/sandbox/hostile/hostile-programs.fixture.js';
import { createDatabase } from './support/database.js';
import { isAlive, until } from './support/process-tree.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { medianOf, resourcesOf, type Sample } from './support/resource-samples.js';
import { tableConnector, TableRemote } from './support/table-remote.js';

/** How long the soak lasts; what leaks slowly shows in a long one alone. */
const SECONDS = Number(process.env['SOAK_SECONDS'] ?? 10);
const WARM_UP_MS = Math.max(4_000, SECONDS * 100);
const ROWS = 300;
/** What a process may have more of in the last third than in the first, beside noise. */
const MOST_GROWTH: Sample = { memory: 48, files: 24, processes: 4, connections: 12 };

/** Two programs of each kind that are calls. */
const HOSTILE = Object.values(hostileKinds)
  .filter(({ reads }) => !reads)
  .flatMap(({ programs, prelude = '' }) =>
    programs
      .slice(0, 2)
      .map(([, source]) => `${prelude}\n${source}\nasync function listTables() { return f(); }`),
  );

describe(`a service under friendly and hostile work for ${SECONDS} seconds`, () => {
  let bench: Bench;
  let service: ServiceProcess;
  let remote: TableRemote;
  let database: pg.Client;
  let isOver = false;
  const tokens: string[] = [];
  const statuses = new Map<string, number>();
  const wrong: string[] = [];

  beforeAll(async () => {
    bench = await Bench.open();
    remote = await TableRemote.open();
    const settings = {
      ...{ DATABASE_URL: await createDatabase(), EGRESS_ALLOW: '127.0.0.1' },
      ...{ ENCRYPTION_KEYS: randomBytes(32).toString('base64') },
      ...{ RUN_CPU_SECONDS: '1', RUN_CALL_SECONDS: '2', RUN_MEMORY_MB: '32' },
    };
    database = new pg.Client({ connectionString: settings.DATABASE_URL });
    await database.connect();
    service = bench.start(settings);
    for (const user of ['friendly', 'hostile']) {
      const { stdout } = await bench.command('token', ['--user', user], settings);
      tokens.push(/^Token +(\S+)$/m.exec(stdout)?.[1] ?? '');
    }
    await service.ready();
  }, 60_000);
  afterAll(async () => {
    isOver = true;
    await database.end();
    await bench.end();
    await remote.close();
  });

  async function ask<T>(user: number, method: string, path: string, body?: unknown): Promise<T> {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await service.request(path, { method, token: tokens[user] ?? '', ...init });
    const text = await response.text();
    const sign = `${user === 0 ? 'friendly' : 'hostile'} ${response.status}`;
    statuses.set(sign, (statuses.get(sign) ?? 0) + 1);
    if (response.status === 500) wrong.push(`${method} ${path}: ${text}`);
    return JSON.parse(text || 'null') as T;
  }

  async function repeat(work: () => Promise<unknown>): Promise<void> {
    while (!isOver) await work();
  }

  async function settled(path: string): Promise<string> {
    for (;;) {
      const { state } = await ask<{ state: string }>(0, 'GET', path);
      if (!['pending', 'active'].includes(state) || isOver) return state;
      await sleep(100);
    }
  }

  /** Downloads, edits and publishes, again and again, watched by clients that come and go. */
  async function friendly(n: number): Promise<() => Promise<void>> {
    const table = `t${n}`;
    remote.fill(
      table,
      Array.from({ length: ROWS }, (_, row) => ({ id: `r${row}`, title: 'one', price: row })),
    );
    const definition = tableConnector(remote.url, [table]);
    const { id: connectorId } = await ask<{ id: string }>(
      0,
      'POST',
      '/custom-connectors',
      definition,
    );
    const { id } = await ask<{ id: string }>(0, 'POST', '/snapshots', { connectorId });
    const path = `/snapshots/${id}`;
    let round = 0;
    return async () => {
      await watchFor(path, 50);
      await settled(path);
      round += 1;
      const ops = [{ op: 'update', id: `r${round % ROWS}`, fields: { title: `round ${round}` } }];
      await ask(0, 'POST', `${path}/tables/${table}/records/bulk`, { ops });
      const publication = await ask<{ id?: string }>(0, 'POST', `${path}/publish`, {});
      if (publication.id) await settled(`${path}/publications/${publication.id}`);
      await leaveEarly(`/custom-connectors/${connectorId}/tables/${table}/records?limit=10000`);
      await ask(0, 'GET', `/custom-connectors/${connectorId}/runs`);
      await ask(0, 'POST', `${path}/download`);
    };
  }

  async function hangUp(path: string, ms: number): Promise<void> {
    const gone = AbortSignal.timeout(Math.round(ms));
    await service
      .request(path, { token: tokens[0] ?? '', signal: gone })
      .then((response) => response.text())
      .catch(() => undefined);
  }

  const watchFor = (path: string, ms: number) => hangUp(`${path}/events`, ms);
  const leaveEarly = (path: string) => hangUp(path, 1 + Math.random() * 100);

  async function hostile(n: number): Promise<() => Promise<void>> {
    const ids: string[] = [];
    for (const listTables of HOSTILE.filter((_, index) => index % 2 === n)) {
      const body = { name: 'Hostile', listTables };
      const made = await ask<{ id?: string }>(1, 'POST', '/custom-connectors', body);
      if (made.id) ids.push(made.id);
    }
    expect(ids.length).toBeGreaterThan(4);
    let turn = 0;
    return () => ask(1, 'GET', `/custom-connectors/${ids[turn++ % ids.length]}/tables`);
  }

  async function sample(): Promise<Sample> {
    const { rows } = await database.query<{ count: number }>(
      `select count(*)::int as count from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid()`,
    );
    return {
      ...resourcesOf(service.pid),
      processes: bench.below(service).length,
      connections: rows[0]?.count ?? 0,
    };
  }

  it(
    'holds no more of anything in the end than at first',
    async () => {
      const works = await Promise.all([
        friendly(0),
        friendly(1),
        friendly(2),
        hostile(0),
        hostile(1),
      ]);
      const running = Promise.all(works.map(repeat));
      await sleep(WARM_UP_MS);
      const samples: Sample[] = [];
      for (const end = Date.now() + SECONDS * 1000; Date.now() < end;) {
        samples.push(await sample());
        await sleep(Math.min(1_000, SECONDS * 25));
      }
      isOver = true;
      await running;

      const third = Math.floor(samples.length / 3);
      const first = medianOf(samples.slice(0, third));
      const last = medianOf(samples.slice(-third));
      process.stdout.write(
        `soak: ${JSON.stringify(first)} → ${JSON.stringify(last)}; ` +
          `${JSON.stringify(Object.fromEntries(statuses))}; ${remote.calls.length} writes\n`,
      );
      const measures = Object.keys(MOST_GROWTH) as (keyof Sample)[];
      const grown = measures.filter((name) => last[name] - first[name] > MOST_GROWTH[name]);
      expect(grown).toEqual([]);
      expect(wrong).toEqual([]);
      expect(remote.calls.filter(({ status }) => status !== 200)).toEqual([]);
      expect(remote.calls.length).toBeGreaterThan(0);
      expect((await service.request('/health/ready')).status).toBe(200);
      // What was for the moment goes: processes beside those that are kept, streams, idle connections.
      await until(async () => (await sample()).processes <= 6, 60_000);
      await until(async () => (await sample()).files <= first.files + 8, 30_000);
      expect(service.stderr).toBe('');
      const below = bench.below(service);
      expect(await service.stop()).toEqual({ code: 0, signal: null });
      await until(() => !below.some(isAlive), 5_000);
    },
    (SECONDS + 240) * 1_000,
  );
});
