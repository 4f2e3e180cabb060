import { randomBytes } from 'node:crypto';
import { createDatabase, withClient } from './support/database.js';
import { until } from './support/process-tree.js';
import { Remote } from './support/remote.js';
import { startTestService, type Api, type TestService } from './support/service.js';

interface Run {
  id: string;
  function: string;
  tableId: string | null;
  version: number;
  startedAt: string;
  durationMs: number;
  outcome: string;
  error?: { message: string; line?: number; column?: number };
  requestCount: number;
  bytes: number;
  summary?: { records: number };
  requests: { method: string; url: string; status?: number; bytes: number }[];
  requestsDropped: number;
  log: { level: string; text: string }[];
  logDropped: number;
  responses?: {
    checked: number;
    broken: number;
    unchecked: number;
    faults: { request?: string; pointer: string; detail: string }[];
    gaveUp?: string;
  };
}

const KEY = 'sk_live_0123456789abcdef';
const PASSED = 'function listTables() { return []; }';

describe('runs on record', () => {
  let remote: Remote;
  let service: TestService;
  let user: Api & { userId: string };
  let settings: Record<string, string>;

  beforeAll(async () => {
    remote = await Remote.start((request, response) => {
      if (request.url === '/slow') return;
      const { pathname, searchParams } = new URL(request.url ?? '', 'http://remote');
      if (pathname === '/missing') response.statusCode = 404;
      response.setHeader('Content-Type', 'application/json; charset=utf-8');
      response.end(searchParams.get('body') ?? '[{"id":1,"name":"Lamp"},{"id":2,"name":null}]');
    });
    settings = {
      DATABASE_URL: await createDatabase(),
      ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
      EGRESS_ALLOW: remote.host,
    };
    service = await startTestService(settings);
    user = await service.newUser();
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await remote.stop();
  });

  async function define(definition: object, owner = user): Promise<string> {
    const { status, body } = await owner.post('/custom-connectors', { name: 'x', ...definition });
    expect([status, body]).toEqual([201, expect.anything()]);
    return `/custom-connectors/${(body as { id: string }).id}`;
  }

  async function runsOf(path: string, query = ''): Promise<Run[]> {
    const { status, body } = await user.get(`${path}/runs${query}`);
    expect(status).toBe(200);
    return body as Run[];
  }

  async function lastRun(path: string): Promise<Run> {
    const [newest] = await runsOf(path);
    return (await user.get(`${path}/runs/${newest?.id ?? ''}`)).body as Run;
  }

  /** Reads `/list` once, with the body as the remote gives it. */
  function reads(body?: string): string {
    const query = body === undefined ? '' : `?body=${encodeURIComponent(body)}`;
    return `async function pollRecords() {
      const page = await (await fetch('${remote.url}/list${query}')).json();
      return [page].flat().map((row, index) => ({ id: String(index), fields: {} }));
    }`;
  }

  it('say what ran, when, and what came of it', async () => {
    const path = await define({
      pollRecords: `async function pollRecords(key, [table]) {
        console.log('reading', table);
        return (await fetch('${remote.url}/list?page=1&api_key=abc')).json();
      }`,
      mapping: { recordArrayPath: '', fields: [{ path: 'name', type: 'text', name: 'Name' }] },
    });
    expect(await runsOf(path)).toEqual([]);
    const began = Date.now();
    const { body } = await user.get(`${path}/tables/products/records`);
    const runs = await runsOf(path);
    expect(runs).toEqual([
      {
        ...{ id: expect.stringMatching(/^run_[0-9A-Za-z]{10}$/) as string, version: 1 },
        ...{ function: 'pollRecords', tableId: 'products', outcome: 'ok', requestCount: 1 },
        ...{ startedAt: expect.any(String) as string, durationMs: expect.any(Number) as number },
        ...{ bytes: 45, summary: (body as { summary: object }).summary },
      },
    ]);
    const [run] = runs;
    expect(Date.parse(run?.startedAt ?? '')).toBeGreaterThanOrEqual(began - 1);
    expect(Date.parse(run?.startedAt ?? '')).toBeLessThanOrEqual(Date.now());
    expect((await user.get(`${path}/runs/${run?.id ?? ''}`)).body).toEqual({
      ...run,
      requests: [
        {
          ...{ method: 'GET', url: `${remote.url}/list?page=1&api_key=***`, status: 200 },
          ...{ durationMs: expect.any(Number) as number, bytes: 45 },
        },
      ],
      requestsDropped: 0,
      log: [{ atMs: expect.any(Number) as number, level: 'info', text: 'reading products' }],
      logDropped: 0,
    });
  });

  it('come newest first, page by page', async () => {
    const path = await define({ listTables: PASSED, tables: ['t'] });
    for (let count = 0; count < 5; count += 1) await user.get(`${path}/tables`);
    const all = (await runsOf(path)).map(({ id }) => id);
    expect(new Set(all).size).toBe(5);
    const times = (await runsOf(path)).map(({ startedAt }) => startedAt);
    expect(times).toEqual([...times].sort().reverse());
    const walked: string[] = [];
    let next: string | undefined = `${path}/runs?limit=2`;
    while (next) {
      const { body, headers } = await user.get(next);
      walked.push(...(body as Run[]).map(({ id }) => id));
      next = /<([^>]+)>; rel="next"/.exec(headers['link'] ?? '')?.[1];
      expect(walked.length).toBeLessThanOrEqual(5);
    }
    expect(walked).toEqual(all);
    for (const query of ['?limit=0', '?limit=101', '?cursor=x', '?page=1']) {
      expect((await user.get(`${path}/runs${query}`)).status).toBe(400);
    }
  });

  it('are all there where several ended at once', async () => {
    const path = await define({ listTables: PASSED });
    await Promise.all(Array.from({ length: 12 }, () => user.get(`${path}/tables`)));
    expect(new Set((await runsOf(path)).map(({ id }) => id)).size).toBe(12);
  });

  it('belong to their connector and its owner alone', async () => {
    const path = await define({ listTables: PASSED });
    await user.get(`${path}/tables`);
    const [run] = await runsOf(path);
    const id = run?.id ?? '';
    const stranger = await service.newUser();
    const other = await define({ listTables: PASSED });
    const theirs = await define({ listTables: PASSED }, stranger);
    const told = async (api: Api, route: string) => {
      const { status, body } = await api.get(route);
      return [status, (body as { code: string }).code];
    };
    expect(await told(user, `${other}/runs/${id}`)).toEqual([404, 'run.not_found']);
    expect(await told(stranger, `${theirs}/runs/${id}`)).toEqual([404, 'run.not_found']);
    expect(await told(stranger, `${path}/runs/${id}`)).toEqual([404, 'connector.not_found']);
    expect(await told(stranger, `${path}/runs`)).toEqual([404, 'connector.not_found']);
    for (const wrong of ['x', 'run_0000000000', `${id}0`, '%00']) {
      expect(await told(user, `${path}/runs/${wrong}`)).toEqual([404, 'run.not_found']);
    }
  });

  it('of failures have message, line and column', async () => {
    const path = await define({
      listTables: 'function listTables() {\n  return undefined.length;\n}',
    });
    const { body } = await user.get(`${path}/tables`);
    const run = await lastRun(path);
    const { line, column, runId } = body as { line: number; column: number; runId: string };
    expect(run).toMatchObject({ id: runId, outcome: 'thrown', tableId: null });
    expect(run.error).toEqual({ message: expect.stringMatching(/length/) as string, line, column });
    expect(line).toBe(2);
    expect('summary' in run).toBe(false);
  });

  it.each([
    ['what it threw', 'function listTables() { throw "no"; }', 'thrown'],
    ['a limit', 'function listTables() { return new Promise(() => {}); }', 'run.stalled'],
    ['a remote', "async function listTables() { await fetch('http://10.0.0.1/'); }", 'remote'],
    ['a result', 'function listTables() { return [{ id: "x" }]; }', 'type'],
  ])('tell a failure by %s', async (_what, listTables, outcome) => {
    const path = await define({ listTables });
    const { status } = await user.get(`${path}/tables`);
    expect(status).toBeGreaterThanOrEqual(500);
    expect(await lastRun(path)).toMatchObject({
      outcome,
      error: { message: expect.any(String) as string },
    });
  });

  it('say where a result is not as agreed', async () => {
    const path = await define({ listTables: 'function listTables() { return [{ id: [""] }]; }' });
    await user.get(`${path}/tables`);
    expect((await lastRun(path)).error).toEqual({
      message: 'the id of a table must be an array of texts that are not empty',
      pointer: '/0/id',
    });
  });

  it('are there of tests, of reads by the streaming route, and of clients that went away', async () => {
    const path = await define({ pollRecords: reads(), tables: ['t'] });
    await user.post(`${path}/test`);
    await user.get(`${path}/tables/t/records`, { Accept: 'application/x-ndjson' });
    expect(await runsOf(path)).toMatchObject([
      { tableId: 't', outcome: 'ok', summary: { stop: 'end' } },
      { tableId: 't', outcome: 'ok', summary: { stop: 'limit' } },
    ]);
    const waits = await define({
      listTables: `async function listTables() { await fetch('${remote.url}/slow'); }`,
    });
    const leave = new AbortController();
    const left = fetch(`${service.url}${waits}/tables`, {
      headers: { Authorization: user.authorization ?? '' },
      signal: leave.signal,
    });
    await until(() => remote.requests.some(({ url }) => url === '/slow'), 5000);
    leave.abort();
    await expect(left).rejects.toThrow();
    await until(async () => (await runsOf(waits)).length === 1, 5000);
    expect(await lastRun(waits)).toMatchObject({ outcome: 'cancelled', requestCount: 1 });
  });

  it.each([
    [false, ''],
    [true, ''],
    [true, 'encodeURIComponent'],
  ])('hold no key (exposed: %s %s)', async (exposeApiKey, encode) => {
    const path = await define({
      ...{ apiKey: KEY, exposeApiKey, allowedHosts: [remote.host] },
      listTables: `async function listTables(key) {
        console.log('the key is ' + key);
        console.error(JSON.stringify({ key }), btoa(key));
        await fetch('${remote.url}/list?page=' + ${encode}(key));
        await fetch('${remote.url}/' + key + '/list', { headers: { 'X-Key': key } });
        throw new Error('failed with ' + key);
      }`,
    });
    await user.get(`${path}/tables`);
    const run = await lastRun(path);
    expect(run).toMatchObject({ outcome: 'thrown', requestCount: 2 });
    expect(run.requests).toHaveLength(2);
    expect(run.log).toHaveLength(2);
    expect(remote.requests.at(-1)?.headers['x-key']).toBe(KEY);
    const rows = await withClient(service.databaseUrl, (client) =>
      client.query<{ row: string }>('select r::text as row from runs r'),
    );
    const text = rows.rows.map(({ row }) => row).join('\n') + JSON.stringify(run);
    for (const form of [KEY, Buffer.from(KEY).toString('base64').slice(0, -2)]) {
      expect(text).not.toContain(form);
    }
    expect(service.log.join('\n')).not.toContain(KEY);
  });

  it('count in the metrics, which name nobody', async () => {
    const path = await define({ listTables: `async ${PASSED}` });
    const runs = async (labels: string) => {
      const { status, headers, text } = await service.anonymous.get('/metrics');
      expect([status, headers['content-type']]).toEqual([
        200,
        expect.stringContaining('text/plain'),
      ]);
      const line = text
        .split('\n')
        .find((each) => each.startsWith(`ccs_run_duration_seconds_count{${labels}}`));
      return { text, count: Number(line?.split(' ').at(-1) ?? 0) };
    };
    const labels = 'function="listTables",outcome="ok"';
    const before = await runs(labels);
    await user.get(`${path}/tables`);
    await user.get(`${path}/nothing`);
    const { text, count } = await runs(labels);
    expect(count).toBe(before.count + 1);
    for (const name of [
      'ccs_egress_requests_total{outcome="2xx"}',
      'ccs_egress_response_bytes_total ',
      'ccs_sandbox_processes{state="idle"}',
      'ccs_sandbox_waiting_runs 0',
      'ccs_database_connections{state="busy"}',
      'ccs_http_request_duration_seconds_count{method="GET",route="/custom-connectors/:id/tables",status="200"}',
      'ccs_http_request_duration_seconds_count{method="any",route="none",status="404"}',
      'nodejs_eventloop_lag_seconds ',
    ]) {
      expect(text).toContain(name);
    }
    expect(text).not.toMatch(/(usr|cuc|run|atk)_[0-9A-Za-z]{10}/);
    expect(text).not.toContain(remote.host);
  });

  it('keep texts that PostgreSQL has no place for, with U+FFFD', async () => {
    const path = await define({
      listTables: `function listTables() { console.log('a\\0b\\ud800c'); throw new Error('x\\0\\udfffy'); }`,
      pollRecords: 'function pollRecords() { return [{ id: "1", fields: {} }]; }',
    });
    await user.get(`${path}/tables`);
    expect(await lastRun(path)).toMatchObject({
      log: [{ text: 'a\ufffdb\ufffdc' }],
      error: { message: expect.stringContaining('x\ufffd\ufffdy') as string },
    });
    expect((await user.get(`${path}/tables/a%00b/records`)).status).toBe(200);
    expect(await lastRun(path)).toMatchObject({ tableId: 'a\ufffdb' });
  });

  it('go with their connector, and with their user', async () => {
    const gone = await service.newUser();
    const api: Api = gone;
    const first = await define({ listTables: PASSED }, gone);
    const second = await define({ listTables: PASSED }, gone);
    for (const path of [first, first, second]) await api.get(`${path}/tables`);
    const count = async () => {
      const { rows } = await withClient(service.databaseUrl, (client) =>
        client.query<{ n: string }>('select count(*) as n from runs where user_id = $1', [
          gone.userId,
        ]),
      );
      return Number(rows[0]?.n);
    };
    await api.get(`${first}/runs`);
    expect(await count()).toBe(3);
    // One that is still to be written is none that comes after.
    await api.get(`${first}/tables`);
    expect((await api.delete(first)).status).toBe(204);
    await api.get(`${second}/tables`);
    await api.get(`${second}/runs`);
    expect(await count()).toBe(2);
    expect((await api.delete('/users/me')).status).toBe(202);
    expect(await count()).toBe(0);
  });

  describe('of a connector that says what it expects', () => {
    async function read(definition: object): Promise<Run> {
      const path = await define(definition);
      expect((await user.get(`${path}/tables/t/records`)).status).toBe(200);
      return lastRun(path);
    }

    it('say nothing where it does not', async () => {
      expect('responses' in (await read({ pollRecords: reads() }))).toBe(false);
    });

    it('compare by a schema', async () => {
      const run = await read({
        pollRecords: reads(),
        pollRecordsResponse: {
          type: 'array',
          items: { required: ['price'], properties: { name: { type: 'string' } } },
        },
      });
      const request = `GET ${remote.url}/list`;
      expect(run.responses).toMatchObject({ checked: 1, broken: 1, unchecked: 0 });
      expect(run.responses?.faults).toEqual([
        { request, pointer: '/0', detail: "must have required property 'price'" },
        { request, pointer: '/1/name', detail: 'must be string' },
      ]);
      expect(run).toMatchObject({ outcome: 'ok', summary: { records: 2 } });
    });

    it('compare by a sample', async () => {
      const sample = [
        { id: 1, name: 'Chair' },
        { id: 2, name: null },
      ];
      const like = await read({ pollRecords: reads(), pollRecordsResponse: sample });
      expect(like.responses).toEqual({ checked: 1, broken: 0, unchecked: 0, faults: [] });
      const unlike = await read({
        pollRecords: reads('[{"id":"7"}]'),
        pollRecordsResponse: sample,
      });
      expect(unlike.responses?.faults.map(({ pointer, detail }) => [pointer, detail])).toEqual([
        ['/0', "must have required property 'name'"],
        ['/0/id', 'must be number'],
      ]);
    });

    it('leave out what is no success', async () => {
      const run = await read({
        pollRecords: `async function pollRecords() { await fetch('${remote.url}/missing'); return []; }`,
        pollRecordsResponse: { type: 'array' },
      });
      expect(run.responses).toEqual({ checked: 0, broken: 0, unchecked: 0, faults: [] });
    });

    it('say that a schema cannot be used, once', async () => {
      const run = await read({
        pollRecords: reads(),
        pollRecordsResponse: { $ref: 'https://schemas.example/x' },
      });
      expect(run.responses).toMatchObject({ checked: 0, broken: 0, unchecked: 1 });
      expect(run.responses?.faults).toEqual([
        { pointer: '', detail: expect.stringMatching(/^The schema cannot be used: /) as string },
      ]);
    });

    it('hide the key in what they found', async () => {
      const path = await define({
        ...{ apiKey: KEY, exposeApiKey: true, allowedHosts: [remote.host] },
        pollRecords: `async function pollRecords(key) {
          const body = JSON.stringify({ [key]: 1 });
          await fetch('${remote.url}/list?body=' + encodeURIComponent(body));
          return [];
        }`,
        pollRecordsResponse: { additionalProperties: { type: 'string' } },
      });
      await user.get(`${path}/tables/t/records`);
      const { responses } = await lastRun(path);
      expect(responses?.faults).toMatchObject([{ pointer: '/••••', detail: 'must be string' }]);
      expect(JSON.stringify(responses)).not.toContain(KEY);
    });
  });

  describe('after a restart', () => {
    const DAY_MS = 86_400_000;

    /** Copies the newest run so many times, as of so many milliseconds ago. */
    async function age(connector: string, count: number, ms: number): Promise<void> {
      await withClient(service.databaseUrl, (client) =>
        client.query(
          `insert into runs select 'run_' || substr(md5(random()::text), 1, 10), user_id, connector_id,
             version, function, table_id, now() - $2 * interval '1 millisecond', duration_ms, outcome,
             error, request_count, requests_dropped, bytes, log_dropped, summary, responses, requests, log
           from (select * from runs where connector_id = $1 order by started_at desc limit 1) r,
             generate_series(1, $3::int)`,
          [connector, ms, count],
        ),
      );
    }

    it('are there, also those of the last moment, but for those that are too old', async () => {
      const path = await define({ listTables: PASSED });
      const connector = path.split('/').at(-1) ?? '';
      await user.get(`${path}/tables`);
      await runsOf(path);
      await age(connector, 2_500, 2 * DAY_MS + 60_000);
      await age(connector, 3, 2 * DAY_MS - 60_000);
      await user.get(`${path}/tables`);
      await service.stop();
      service = await startTestService({ ...settings, RUN_RETENTION_DAYS: '2' });
      user = Object.assign(service.as(user.authorization ?? ''), { userId: user.userId });
      const count = () =>
        withClient(service.databaseUrl, async (client) => {
          const sql = 'select count(*) as n from runs where connector_id = $1';
          return Number((await client.query<{ n: string }>(sql, [connector])).rows[0]?.n);
        });
      await until(async () => (await count()) <= 5, 10_000);
      expect(await runsOf(path)).toHaveLength(5);
    }, 40_000);
  });
});
