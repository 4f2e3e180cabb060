import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, withClient } from './support/database.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { until } from './support/process-tree.js';
import { tableConnector, TableRemote } from './support/table-remote.js';

const PAGES = 5;
const SIZE = 10;

describe('a service that is told to stop', () => {
  let bench: Bench;
  let remote: TableRemote;
  let settings: Record<string, string>;
  let token: string;
  /** How long the remote takes for each page but the first. */
  let pageMs: number;
  /** Has it answer at once from then on. */
  let release: () => void;

  beforeAll(async () => {
    bench = await Bench.open();
    remote = await TableRemote.open();
    const released = new Promise<void>((resolve) => (release = resolve));
    remote.treat = (_call, page) =>
      page > 1
        ? { wait: Promise.race([sleep(pageMs, undefined, { ref: false }), released]) }
        : undefined;
    remote.fill(
      't',
      Array.from({ length: PAGES * SIZE }, (_, index) => ({ id: `r${index}` })),
    );
    settings = {
      DATABASE_URL: await createDatabase(),
      ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
      EGRESS_ALLOW: remote.remote.host,
    };
    const { stdout } = await bench.command('token', ['--user', 'one'], settings);
    token = /^Token +(\S+)$/m.exec(stdout)?.[1] ?? '';
  });
  afterEach(() => bench.endAll());
  afterAll(async () => {
    await bench.end();
    await remote.close();
  });

  async function connectorOn(service: ServiceProcess): Promise<string> {
    const body = JSON.stringify(tableConnector(remote.url, ['t'], SIZE));
    const made = await service.request('/custom-connectors', { method: 'POST', body, token });
    return ((await made.json()) as { id: string }).id;
  }

  /** Begins a request; gives its answer, what came of it so far, and how it ended. */
  async function open(service: ServiceProcess, path: string, accept: string) {
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      const headers = { Authorization: `API-Token ${token}`, Accept: accept };
      request(`${service.url}${path}`, { headers }, resolve).once('error', reject).end();
    });
    const seen = { text: '' };
    answer.setEncoding('utf8').on('data', (text: string) => (seen.text += text));
    const ended = new Promise<'whole' | 'broken'>((resolve) => {
      answer.once('error', () => {
        resolve('broken');
      });
      answer.once('end', () => {
        resolve('whole');
      });
    });
    return { answer, seen, ended };
  }

  const runs = (id: string) =>
    withClient(settings['DATABASE_URL'] ?? '', async (client) => {
      const sql = 'select function, outcome from runs where connector_id = $1';
      return (await client.query<{ function: string; outcome: string }>(sql, [id])).rows;
    });

  it('lets a stream come to its end, takes no connection meanwhile, and says that it is not ready', async () => {
    pageMs = 600;
    const service = await bench.start({ ...settings, SHUTDOWN_SECONDS: '20' }).ready();
    const id = await connectorOn(service);
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    let text = '';
    socket.setEncoding('utf8').on('data', (part: string) => (text += part));
    const closed = once(socket, 'close');
    const head = `Host: x\r\nAuthorization: API-Token ${token}\r\nAccept: application/x-ndjson\r\n\r\n`;
    socket.write(`GET /custom-connectors/${id}/tables/t/records HTTP/1.1\r\n${head}`);
    await until(() => text.includes('"r0"'), 5000);
    service.signal('SIGTERM');
    const began = Date.now();
    const isRefused = () =>
      fetch(`${service.url}/health/live`).then(
        () => false,
        () => true,
      );
    await until(isRefused, 5000);
    // On a connection that is open already the next request can still come.
    socket.write(`GET /health/ready HTTP/1.1\r\n${head}`);
    await closed;
    const [stream = '', ready = ''] = text.split(/(?=HTTP\/1\.1 503)/);
    expect(stream).toMatch(/^HTTP\/1\.1 200 [^]*"summary":\{"complete":true[^]*\r\n0\r\n\r\n$/);
    expect(stream.match(/"id":"r\d+"/g)).toHaveLength(PAGES * SIZE);
    expect(ready).toMatch(/\r\nConnection: close\r\n/);
    expect(ready).toContain('"checks":{"database":"ok","sandbox":"ok","service":"failing"}');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    // It waits for nothing but the stream.
    expect(Date.now() - began).toBeLessThan(8000);
    expect(await runs(id)).toContainEqual({ function: 'pollRecords', outcome: 'ok' });
  }, 60_000);

  it('breaks a stream off at the deadline, which cannot be taken for a whole one', async () => {
    pageMs = 60_000;
    const service = await bench.start({ ...settings, SHUTDOWN_SECONDS: '1' }).ready();
    const id = await connectorOn(service);
    const stream = await open(
      service,
      `/custom-connectors/${id}/tables/t/records`,
      'application/x-ndjson',
    );
    await until(() => stream.seen.text.includes('"r0"'), 5000);
    const began = Date.now();
    service.signal('SIGTERM');
    expect(await stream.ended).toBe('broken');
    expect(Date.now() - began).toBeGreaterThan(900);
    expect(stream.seen.text).not.toContain('summary');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(Date.now() - began).toBeLessThan(8000);
    const [run] = await runs(id);
    expect(run?.function).toBe('pollRecords');
    expect(run?.outcome).not.toBe('ok');
  }, 60_000);

  it('does not wait at a second signal, and ends in order all the same', async () => {
    pageMs = 60_000;
    const service = await bench.start({ ...settings, SHUTDOWN_SECONDS: '60' }).ready();
    const id = await connectorOn(service);
    const stream = await open(
      service,
      `/custom-connectors/${id}/tables/t/records`,
      'application/x-ndjson',
    );
    await until(() => stream.seen.text.includes('"r0"'), 5000);
    service.signal('SIGTERM');
    await sleep(1000);
    const began = Date.now();
    service.signal('SIGINT');
    expect(await stream.ended).toBe('broken');
    expect(await service.ended).toEqual({ code: 0, signal: null });
    expect(Date.now() - began).toBeLessThan(6000);
  }, 60_000);

  it('hands a download over to another process at once, and ends the events of who watches', async () => {
    pageMs = 60_000;
    // The lease alone would take longer than this test.
    const shared = { ...settings, JOB_LEASE_SECONDS: '50', SHUTDOWN_SECONDS: '20' };
    const first = await bench.start(shared).ready();
    const id = await connectorOn(first);
    const made = await first.request('/snapshots', {
      ...{ method: 'POST', token, body: JSON.stringify({ connectorId: id }) },
    });
    const { id: snapshot } = (await made.json()) as { id: string };
    const events = await open(first, `/snapshots/${snapshot}/events`, 'text/event-stream');
    const stream = await open(
      first,
      `/custom-connectors/${id}/tables/t/records`,
      'application/x-ndjson',
    );
    await until(() => events.seen.text.includes('"active"'), 10_000);
    const second = await bench.start(shared).ready();

    const holder = () =>
      withClient(settings['DATABASE_URL'] ?? '', async (client) => {
        const sql = 'select lease_id as lease from jobs where subject_id = $1';
        return (await client.query<{ lease: string | null }>(sql, [snapshot])).rows[0]?.lease;
      });
    const before = await holder();
    expect(before).toEqual(expect.any(String));
    const began = Date.now();
    first.signal('SIGTERM');
    expect(await events.ended).toBe('whole');
    expect(events.seen.text).not.toContain('event: end');
    await until(async () => ![before, null].includes(await holder()), 10_000);
    expect(Date.now() - began).toBeLessThan(4000);
    // The stream has not been cut for it.
    release();
    expect(await stream.ended).toBe('whole');
    expect(stream.seen.text).toContain('"summary"');
    expect((await first.ended).code).toBe(0);

    await until(async () => {
      const answer = await second.request(`/snapshots/${snapshot}`, { token });
      return ((await answer.json()) as { state: string }).state === 'completed';
    }, 120_000);
    const copied = await second.request(`/snapshots/${snapshot}`, { token });
    expect(await copied.json()).toMatchObject({ tables: [{ records: PAGES * SIZE }] });
  }, 90_000);
});
