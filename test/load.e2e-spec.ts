import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { newId } from '../src/common/ids.js';
import { Load, LoadClient, type LoadUser } from './support/load-client.js';
import { OwnPostgres } from './support/own-postgres.js';
import { until } from './support/process-tree.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { tableConnector, TableRemote } from './support/table-remote.js';

/** How long the load lasts; longer shows more. */
const SECONDS = Number(process.env['LOAD_SECONDS'] ?? 10);
const USERS = 50;
const CLIENTS = 4;
/** Of the capacity that was measured. */
const SHARE = 0.8;
/** After a fault is over nothing may fail any more within this time. */
const AFTER_MS = 10_000;
const MIB = 1024 * 1024;
const SHARED_KEY = randomBytes(24).toString('hex');

describe(`${USERS * CLIENTS} clients on two API processes and a worker`, () => {
  let bench: Bench;
  let postgres: OwnPostgres;
  let remote: TableRemote;
  let load: Load;
  let settings: Record<string, string>;

  beforeAll(async () => {
    bench = await Bench.open();
    postgres = await OwnPostgres.start(bench);
    remote = await TableRemote.open();
    remote.fill('load', []);
    settings = {
      ...{ DATABASE_URL: postgres.url(), ENCRYPTION_KEYS: randomBytes(32).toString('base64') },
      ...{ AGENT_SHARED_KEY: SHARED_KEY, EGRESS_ALLOW: '127.0.0.1', JOB_LEASE_SECONDS: '2' },
    };
  });
  afterAll(async () => {
    load.isOver = true;
    await load.close();
    await bench.endAll();
    await postgres.stop('immediate');
    await remote.close();
    await bench.end();
  });

  function start(ROLE: string): Promise<ServiceProcess> {
    return bench.start({ ...settings, ROLE }).ready();
  }

  async function newUser(n: number): Promise<LoadUser> {
    const id = newId('usr');
    const name = `u${n}`;
    await postgres.query('insert into users (id) values ($1)', [id]);
    const authorization = `Agent-Token ${SHARED_KEY}:${id}`;
    const post = async (path: string, body: unknown): Promise<string> => {
      const answer = await load.send(authorization, 'POST', path, body);
      if (answer.status > 202) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
      return (answer.body as { id: string }).id;
    };
    const reader = await post('/custom-connectors', {
      name: `${name}-reader`,
      tables: ['t'],
      pollRecords: `async function pollRecords() {
        return [1, 2, 3, 4, 5].map((n) => ({ id: 'r' + n, fields: { n } }));
      }`,
    });
    const writer = await post('/custom-connectors', {
      ...tableConnector(remote.url, ['load']),
      name: `${name}-writer`,
    });
    const snapshot = await post('/snapshots', { connectorId: reader });
    await until(async () => {
      const { body } = await load.send(authorization, 'GET', `/snapshots/${snapshot}`);
      return (body as { state: string }).state === 'completed';
    }, 60_000);
    return { authorization, name, reader, writer, snapshot, record: 'r1' };
  }

  it(
    'sees its own writes, loses none and doubles none, while a process is killed and the database restarts',
    async () => {
      const [first, second, worker] = await Promise.all(['api', 'api', 'worker'].map(start));
      const apis = [first, second] as ServiceProcess[];
      load = new Load(apis.map(({ url }) => url));
      const users = await Promise.all(Array.from({ length: USERS }, (_, n) => newUser(n)));
      const clients = users.flatMap((user) =>
        Array.from({ length: CLIENTS }, (_, n) => new LoadClient(load, user, n)),
      );
      const running = Promise.all(clients.map((client) => client.run()));

      await sleep(1_000);
      const measured = Math.max(2, SECONDS / 6) * 1000;
      const before = load.requests;
      await sleep(measured);
      const capacity = ((load.requests - before) * 1000) / measured;
      // On a machine that is busy with other things hardly anything may have ended by then.
      load.rate = SHARE * capacity;
      load.latencies.length = 0;
      const staying = [apis[1] as ServiceProcess, worker as ServiceProcess];
      const memoryBefore = staying.map(({ pid }) => memoryOf(pid));

      await sleep((SECONDS / 2) * 1000 - measured);
      const calm = summary(load.latencies);
      expect(load.failures).toEqual([]);
      const faultAt = Date.now();
      await apis[0]?.stop('SIGKILL');
      const restarted = start('api');
      await sleep(1_000);
      await postgres.stop('fast');
      await postgres.start();
      apis[0] = await restarted;
      await load.replace(0, apis[0].url);
      const overAt = Date.now();
      await sleep(Math.max(3_000, (SECONDS / 2) * 1000));
      load.isOver = true;
      await running;

      const late = load.failures.filter(({ at }) => at < faultAt || at > overAt + AFTER_MS);
      expect(late).toEqual([]);
      load.rate = 0;
      load.failures.length = 0;
      await Promise.all(clients.map((client) => client.settle()));
      expect(load.failures.filter(({ at }) => at > overAt + AFTER_MS)).toEqual([]);
      expect(load.wrong).toEqual([]);

      const writes = clients.flatMap((client) => client.writes);
      const made = new Map<unknown, number>();
      for (const { body, status } of remote.calls) {
        if (status === 201) made.set(body?.['title'], (made.get(body?.['title']) ?? 0) + 1);
      }
      const counts = writes.map(({ title, result }) => [result, made.get(title) ?? 0] as const);
      expect(counts.filter(([result, count]) => result === 'ok' && count !== 1)).toEqual([]);
      expect(counts.filter(([, count]) => count > 1)).toEqual([]);
      expect(made.size).toBeLessThanOrEqual(writes.length);

      await sleep(2_000);
      const memoryAfter = staying.map(({ pid }) => memoryOf(pid));
      process.stdout.write(
        `load: capacity ${capacity.toFixed(0)}/s; at ${SHARE}: ${calm}; ` +
          `${load.requests} requests, ${writes.length} writes (${writes.filter(({ result }) => result === 'unknown').length} unknown); ` +
          `memory ${megabytes(memoryBefore)} → ${megabytes(memoryAfter)} MiB\n`,
      );
      for (const [index, after] of memoryAfter.entries()) {
        expect(after).toBeLessThan(1.3 * (memoryBefore[index] ?? 0) + 64 * MIB);
      }
      for (const service of [...apis, worker]) expect(service?.stderr).toBe('');
    },
    240_000 + SECONDS * 2_000,
  );
});

function memoryOf(pid: number): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(/^VmRSS:\s+(\d+)/m.exec(status)?.[1]) * 1024;
}

function megabytes(values: number[]): string {
  return values.map((value) => (value / MIB).toFixed(0)).join('+');
}

function summary(latencies: readonly number[]): string {
  const sorted = latencies.toSorted((a, b) => a - b);
  const at = (share: number) => (sorted[Math.floor(share * sorted.length)] ?? 0).toFixed(0);
  return `p50 ${at(0.5)} ms, p99 ${at(0.99)} ms`;
}
