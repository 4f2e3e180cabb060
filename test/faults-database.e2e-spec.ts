import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Scribe, send, type Reply } from './support/acknowledged.js';
import { DatabaseProxy } from './support/database-proxy.js';
import { OwnPostgres } from './support/own-postgres.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { until } from './support/process-tree.js';
import { tableConnector, TableRemote } from './support/table-remote.js';

/** No request may take longer, whatever the database does. */
const MOST_MS = 20_000;
/** After a fault all is well again within this time, by itself. */
const RECOVERY_MS = 10_000;
const ROWS = 1_500;

/** An answer that a database that fails allows. */
function isTold({ status, code, retryAfter }: Reply): boolean {
  if (status !== 503) return status >= 200 && status < 300;
  return (code === 'database.unavailable' || code === 'database.busy') && Number(retryAfter) > 0;
}

describe('a service whose database fails', () => {
  let bench: Bench;
  let postgres: OwnPostgres;
  let proxy: DatabaseProxy;
  let remote: TableRemote;
  let service: ServiceProcess;
  let token = '';
  let scribe: Scribe;

  beforeAll(async () => {
    bench = await Bench.open();
    postgres = await OwnPostgres.start(bench);
    await postgres.query('alter system set max_connections = 40');
    await postgres.stop();
    await postgres.start();
    proxy = await DatabaseProxy.open(postgres.socketFolder);
    remote = await TableRemote.open();
    const ENCRYPTION_KEYS = randomBytes(32).toString('base64');
    const settings = {
      ...{ DATABASE_URL: postgres.url(proxy.port), ENCRYPTION_KEYS },
      ...{ EGRESS_ALLOW: '127.0.0.1', JOB_LEASE_SECONDS: '2', DATABASE_WAIT_SECONDS: '30' },
    };
    service = bench.start(settings);
    const direct = { ...settings, DATABASE_URL: postgres.url() };
    const { stdout } = await bench.command('token', ['--user', 'one'], direct);
    token = /^Token +(\S+)$/m.exec(stdout)?.[1] ?? '';
  }, 60_000);
  afterAll(async () => {
    await scribe.stop();
    await bench.endAll();
    await proxy.refuse();
    await postgres.stop('immediate').catch(() => undefined);
    await remote.close();
    await bench.end();
  });

  function ask(method: string, path: string, body?: unknown): Promise<Reply> {
    return send(service, token, method, path, body);
  }

  async function health(): Promise<[number, number]> {
    const [live, ready] = await Promise.all([
      ask('GET', '/health/live'),
      ask('GET', '/health/ready'),
    ]);
    return [live.status, ready.status];
  }

  /** Anybody may ask whether it is ready, so that the answer may be a second old. */
  async function isToldAsUnready(): Promise<void> {
    await until(async () => String(await health()) === '200,503', 3_000);
  }

  /** A fault, during which somebody writes; then all must be well again by itself. */
  async function during(fault: () => Promise<void>, end: () => Promise<void>): Promise<Reply[]> {
    const from = scribe.replies.length;
    try {
      await fault();
    } finally {
      await end();
    }
    const told = scribe.acknowledged;
    await until(async () => (await health())[1] === 200, RECOVERY_MS);
    await until(() => scribe.acknowledged > told + 4, RECOVERY_MS);
    const replies = scribe.replies.slice(from);
    expect(replies.filter((reply) => !isTold(reply))).toEqual([]);
    expect(replies.filter(({ ms }) => ms > MOST_MS)).toEqual([]);
    return replies;
  }

  function failures(replies: Reply[]): string[] {
    return [...new Set(replies.flatMap(({ code }) => code ?? []))];
  }

  it('is waited for by a start, which says so, and goes on', async () => {
    await until(() => /is waited for, up to 30 seconds/.test(service.stdout), 20_000);
    expect(service.url).toBe('');
    await proxy.accept();
    await service.ready();
    expect(service.stdout.match(/is waited for/g)).toHaveLength(1);
    expect(service.stdout).toMatch(/takes connections; the start goes on/);
    expect(await health()).toEqual([200, 200]);
    scribe = new Scribe(service, token);
    scribe.start(4);
  });

  describe.each(['fast', 'immediate'] as const)('that is stopped (%s)', (mode) => {
    it('answers 503 until it is back, and a download goes on', async () => {
      const table = `table-${mode}`;
      remote.fill(
        table,
        Array.from({ length: ROWS }, (_, n) => ({ id: `r${n}`, title: `${n}`, price: n })),
      );
      remote.treat = () => ({ wait: sleep(60) });
      const made = await ask('POST', '/custom-connectors', tableConnector(remote.url, [table]));
      const { id: connectorId } = made.body as { id: string };
      const { body } = await ask('POST', '/snapshots', { connectorId });
      const path = `/snapshots/${(body as { id: string }).id}`;
      const events = service
        .request(`${path}/events`, { token })
        .then((response) => response.text());
      const before = remote.reads;
      await until(() => remote.reads > before + 2, 10_000);
      const replies = await during(
        async () => {
          await postgres.stop(mode);
          await sleep(800);
          await isToldAsUnready();
        },
        () => postgres.start(),
      );
      expect(failures(replies)).toContain('database.unavailable');
      await until(async () => {
        const { body: state } = await ask('GET', path);
        return !['pending', 'active'].includes((state as { state: string }).state);
      }, 20_000);
      expect((await ask('GET', path)).body).toMatchObject({
        ...{ state: 'completed', tables: [{ records: ROWS }] },
      });
      expect(await events).toMatch(/event: end\n/);
    }, 60_000);
  });

  it('whose connections are ended one by one answers 503 at most, and goes on', async () => {
    const replies = await during(
      async () => {
        for (let n = 0; n < 15; n += 1) {
          await postgres.terminateAll();
          await sleep(40);
        }
      },
      () => Promise.resolve(),
    );
    expect(replies.length).toBeGreaterThan(10);
  });

  it('that is cut off and can’t be reached answers 503 at once', async () => {
    const replies = await during(
      async () => {
        await proxy.refuse();
        await sleep(600);
        await isToldAsUnready();
        const { status, ms } = await ask('GET', '/custom-connectors');
        expect(status).toBe(503);
        expect(ms).toBeLessThan(2_000);
      },
      () => proxy.accept(),
    );
    expect(failures(replies)).toEqual(['database.unavailable']);
  });

  it('that is slow makes no failures', async () => {
    proxy.delayMs = 300;
    const asked = [
      ask('GET', '/custom-connectors?limit=1'),
      ask('POST', '/custom-connectors', { name: 'slow' }),
    ];
    expect(await health()).toEqual([200, 200]);
    const replies = await Promise.all(asked);
    proxy.delayMs = 0;
    expect(replies.map(({ status }) => status)).toEqual([200, 201]);
  });

  it('that is frozen is given up after a while, and found again', async () => {
    const replies = await during(
      async () => {
        proxy.freeze();
        const asked = Promise.all(
          Array.from({ length: 30 }, () => ask('GET', '/custom-connectors')),
        );
        const [live] = await Promise.all([ask('GET', '/health/live'), asked]);
        expect(live.status).toBe(200);
        expect(live.ms).toBeLessThan(1_000);
        const answers = await asked;
        expect(answers.filter(({ status }) => status !== 503)).toEqual([]);
        expect(answers.filter((reply) => !isTold(reply) || reply.ms > MOST_MS)).toEqual([]);
      },
      () => {
        proxy.thaw();
        return Promise.resolve();
      },
    );
    expect(failures(replies)).toContain('database.unavailable');
  }, 60_000);

  it('that takes no more connections answers 503 until it does', async () => {
    const replies = await during(
      async () => {
        const taken: (() => Promise<void>)[] = [];
        // Of the places that this frees the service may be quicker to take some.
        for (let n = 0; n < 3; n += 1) {
          proxy.cut();
          taken.push(await postgres.exhaust());
        }
        await sleep(500);
        for (const giveBack of taken) await giveBack();
      },
      () => Promise.resolve(),
    );
    expect(failures(replies)).toContain('database.unavailable');
  });

  it('that only reads serves what reads and answers 503 to what writes', async () => {
    const replies = await during(
      async () => {
        await postgres.query('alter database postgres set default_transaction_read_only = on');
        await postgres.terminateAll();
        await until(
          async () => (await ask('GET', '/custom-connectors?limit=1')).status === 200,
          5_000,
        );
        const written = await ask('POST', '/custom-connectors', { name: 'not written' });
        expect(written).toMatchObject({ status: 503, code: 'database.unavailable' });
      },
      async () => {
        await postgres.query('alter database postgres reset default_transaction_read_only');
        await postgres.terminateAll();
      },
    );
    expect(failures(replies)).toContain('database.unavailable');
  });

  it('that gives statements no time answers 503', async () => {
    const replies = await during(
      async () => {
        await postgres.query("alter database postgres set statement_timeout = '1ms'");
        await postgres.terminateAll();
        await sleep(700);
      },
      async () => {
        await postgres.query('alter database postgres reset statement_timeout');
        await postgres.terminateAll();
      },
    );
    expect(failures(replies)).toContain('database.busy');
  });

  it('has kept everything that was acknowledged, and nothing by halves', async () => {
    await scribe.stop();
    expect(await scribe.faults()).toEqual([]);
    expect(scribe.acknowledged).toBeGreaterThan(50);
    const jobs = await postgres.query('select * from jobs');
    expect(jobs).toEqual([]);
    const metrics = await (await service.request('/metrics', { token })).text();
    expect(Number(/^ccs_database_waiting (\d+)$/m.exec(metrics)?.[1])).toBe(0);
    const connections = [...metrics.matchAll(/^ccs_database_connections\{.*\} (\d+)$/gm)];
    const open = connections.reduce((sum, [, count]) => sum + Number(count), 0);
    expect(open).toBeLessThanOrEqual(20);
    expect(proxy.connections).toBe(open);
    expect(service.stderr).toBe('');
    expect(service.stdout).not.toMatch(/"level":60/);
    expect(await service.stop()).toEqual({ code: 0, signal: null });
  });
});
