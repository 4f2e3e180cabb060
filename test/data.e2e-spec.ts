import { setTimeout as sleep } from 'node:timers/promises';
import { Remote } from './support/remote.js';
import { startTestService, type Api, type TestService } from './support/service.js';

interface Summary {
  complete: boolean;
  stop: string;
  records: number;
  pages: number;
  duplicates: number;
  rejected: number;
  invalid: number;
  samples: object[];
  requests: number;
  warnings: { code: string }[];
}

interface Records {
  records: { id: string; fields: Record<string, unknown> }[];
  summary: Summary;
}

const MAPPING = {
  recordArrayPath: '',
  idPath: 'cca3',
  fields: [
    { path: 'name.common', type: 'text', name: 'Name' },
    { path: 'capital', type: 'text[]', name: 'Capital' },
    { path: 'area', type: 'numeric', name: 'Area' },
    { path: 'landlocked', type: 'boolean', name: 'Landlocked' },
    { path: 'latlng', type: 'numeric[]', name: 'Position' },
    { path: 'currencies', type: 'jsonb', name: 'Currencies' },
  ],
};

/** Waits until something holds, for two seconds at most. */
async function until(holds: () => boolean): Promise<void> {
  for (const end = Date.now() + 2000; !holds() && Date.now() < end;) await sleep(20);
  expect(holds()).toBe(true);
}

describe('data operations', () => {
  let world: Remote;
  let odd: Remote;
  let service: TestService;
  let user: Api;

  beforeAll(async () => {
    world = await Remote.countries();
    odd = await Remote.start((request, response) => {
      if (request.url === '/slow') return;
      if (request.url === '/large') {
        response.end('{"rows":[{"id":9007199254740991},{"id":9007199254740993},{"id":"7"}]}');
        return;
      }
      if (request.url === '/unauthorized') response.statusCode = 401;
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify({ path: request.url, auth: request.headers.authorization }));
    });
    service = await startTestService({
      EGRESS_ALLOW: `${world.host},${odd.host}`,
      RUN_CALL_SECONDS: '10',
      RUN_POLL_SECONDS: '10',
      RUN_CPU_SECONDS: '1',
      RUN_MEMORY_MB: '64',
    });
    user = await service.newUser();
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await world.stop();
    await odd.stop();
  });

  async function define(definition: object): Promise<string> {
    const { status, body } = await user.post('/custom-connectors', { name: 'x', ...definition });
    expect([status, body]).toEqual([201, expect.anything()]);
    return `/custom-connectors/${(body as { id: string }).id}`;
  }

  function countries(): Promise<string> {
    return define({
      listTables: `async function listTables() {
        const db = await (await fetch('${world.url}/db')).json();
        return Object.keys(db).map((id) => ({ id: [id], displayName: id[0].toUpperCase() + id.slice(1) }));
      }`,
      pollRecords: `export async function* pollRecords(apiKey, [table]) {
        for (let page = 1; ; page += 1) {
          const response = await fetch(\`${world.url}/\${table}?_page=\${page}&_limit=100\`);
          const records = await response.json();
          if (records.length === 0) return;
          yield records;
        }
      }`,
      mapping: MAPPING,
    });
  }

  it('tries a connector, lists its tables and describes them', async () => {
    const path = await countries();
    expect((await user.post(`${path}/test`)).body).toEqual({ health: 'ok' });
    expect((await user.get(`${path}/tables`)).body).toEqual({
      tables: [{ id: { wsId: 'countries', remoteId: ['countries'] }, displayName: 'Countries' }],
    });
    const { body } = await user.get(`${path}/tables/countries/spec`);
    expect(body).toMatchObject({ id: { wsId: 'countries' }, name: 'countries' });
    expect((body as { columns: object[] }).columns[1]).toEqual({
      id: { wsId: 'Capital', remoteId: ['Capital'] },
      name: 'Capital',
      pgType: 'text[]',
    });
  });

  it('reads all records as NDJSON, mapped, with a summary at the end', async () => {
    const path = await countries();
    const { status, headers, text } = await user.get(`${path}/tables/countries/records`, {
      Accept: 'application/x-ndjson',
    });
    expect(status).toBe(200);
    expect(headers['content-type']).toMatch(/^application\/x-ndjson/);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Records['records'][0]);
    const { summary } = lines.pop() as unknown as { summary: Summary };
    expect(lines).toHaveLength(250);
    expect(lines.find(({ id }) => id === 'AUT')?.fields).toEqual({
      Name: 'Austria',
      Capital: ['Vienna'],
      Area: 83871,
      Landlocked: true,
      Position: [47.33333333, 13.33333333],
      Currencies: { EUR: { name: 'Euro', symbol: '€' } },
    });
    expect(summary).toMatchObject({
      ...{ complete: true, stop: 'end', records: 250, pages: 3, requests: 4 },
      ...{ duplicates: 0, rejected: 0, invalid: 0, samples: [], warnings: [] },
    });
  });

  it.each([
    ['', 100, false],
    ['?limit=250', 250, true],
    ['?limit=249', 249, false],
    ['?limit=10000', 250, true],
    ['?limit=1', 1, false],
  ])('reads JSON with %j and says whether there is more', async (query, records, complete) => {
    const path = await countries();
    const { body } = await user.get(`${path}/tables/countries/records${query}`);
    const answer = body as Records;
    expect(answer.records).toHaveLength(records);
    expect(answer.summary).toMatchObject({ records, complete, stop: complete ? 'end' : 'limit' });
    expect(answer.summary.warnings.map(({ code }) => code)).toEqual(complete ? [] : ['read.limit']);
  });

  it.each(['?limit=0', '?limit=10001', '?limit=x', '?lim=1'])('refuses %s', async (query) => {
    const path = await countries();
    expect((await user.get(`${path}/tables/countries/records${query}`)).status).toBe(400);
  });

  it('counts and samples what does not fit, and says that records were not kept', async () => {
    const path = await define({
      pollRecords: `function pollRecords() {
        return [{ id: 1, n: '7.50' }, { id: 2, n: 'many' }, { id: 1, n: 1 }, { n: 2 }];
      }`,
      mapping: { recordArrayPath: '', fields: [{ path: 'n', type: 'numeric', name: 'N' }] },
    });
    const { records, summary } = (await user.get(`${path}/tables/t/records`)).body as Records;
    expect(records).toEqual([
      { id: '1', fields: { N: 7.5 } },
      { id: '2', fields: { N: null } },
    ]);
    expect(summary).toMatchObject({
      ...{ complete: false, stop: 'end', records: 2, duplicates: 1, rejected: 1, invalid: 1 },
    });
    expect(summary.samples).toContainEqual(
      expect.objectContaining({ record: '2', field: 'N', pointer: '/1/n' }),
    );
  });

  describe('an id beyond what a number of JavaScript can hold', () => {
    const large = async (use: string) => {
      const path = await define({
        pollRecords: `async function pollRecords() {
          const page = await (await fetch('${odd.url}/large')).json();
          ${use}
        }`,
        mapping: { recordArrayPath: 'rows', fields: [] },
      });
      const { records, summary } = (await user.get(`${path}/tables/t/records`)).body as Records;
      return { ids: records.map(({ id }) => id), summary };
    };

    it('keeps its digits where the page comes through as it came', async () => {
      const { ids, summary } = await large('return page;');
      expect(ids).toEqual(['9007199254740991', '9007199254740993', '7']);
      expect(summary).toMatchObject({ complete: true, rejected: 0 });
    });

    it('is rejected rather than given wrong where the code read it', async () => {
      const { ids, summary } = await large('return { rows: page.rows.map(({ id }) => ({ id })) };');
      expect(ids).toEqual(['9007199254740991', '7']);
      expect(summary).toMatchObject({ complete: false, rejected: 1 });
      expect(summary.warnings).toEqual([expect.objectContaining({ code: 'mapping.unsafe_id' })]);
    });
  });

  it('falls back to tables and schema where there are no functions', async () => {
    const path = await define({
      tables: ['plain', 'a%3Ab:c'],
      schema: [{ id: 'Title', displayName: 'The title', type: 'text' }],
      pollRecords:
        'function pollRecords(key, id) { return [{ id: id.join("|"), fields: { id } }]; }',
    });
    expect((await user.get(`${path}/tables`)).body).toEqual({
      tables: [
        { id: { wsId: 'plain', remoteId: ['plain'] }, displayName: 'plain' },
        { id: { wsId: 'a%3Ab:c', remoteId: ['a:b', 'c'] }, displayName: 'a:b / c' },
      ],
    });
    const table = encodeURIComponent('a%3Ab:c');
    expect((await user.get(`${path}/tables/${table}/spec`)).body).toMatchObject({
      columns: [{ id: { wsId: 'Title' }, name: 'The title', pgType: 'text' }],
    });
    const { records } = (await user.get(`${path}/tables/${table}/records`)).body as Records;
    expect(records).toEqual([{ id: 'a:b|c', fields: { id: ['a:b', 'c'] } }]);
    expect((await user.get(`${path}/tables/other/records`)).status).toBe(404);
    expect((await user.get(`${path}/tables/other/spec`)).status).toBe(404);
    expect((await user.get(`${path}/tables/a%25zz/spec`)).status).toBe(404);
    expect((await user.post(`${path}/test`)).body).toEqual({ health: 'ok' });
  });

  it('uses the mapping of a table before the one of all', async () => {
    const own = { recordArrayPath: 'b', fields: [{ path: 'v', type: 'text', name: 'Own' }] };
    const path = await define({
      tables: ['a', 'b'],
      pollRecords:
        'function pollRecords() { return { a: [{ id: 1, v: 1 }], b: [{ id: 2, v: 2 }] }; }',
      mapping: { recordArrayPath: 'a', fields: [{ path: 'v', type: 'text', name: 'Shared' }] },
      tableMappings: { b: own },
    });
    const read = async (table: string) =>
      ((await user.get(`${path}/tables/${table}/records`)).body as Records).records;
    expect(await read('a')).toEqual([{ id: '1', fields: { Shared: '1' } }]);
    expect(await read('b')).toEqual([{ id: '2', fields: { Own: '2' } }]);
    expect((await user.get(`${path}/tables/b/spec`)).body).toMatchObject({
      columns: [{ name: 'Own' }],
    });
  });

  it.each([
    ['/tables', 'GET', 'listTables'],
    ['/tables/t/spec', 'GET', 'fetchSchema'],
    ['/tables/t/records', 'GET', 'pollRecords'],
    ['/test', 'POST', 'listTables'],
  ])('names the function that %s lacks', async (route, method, name) => {
    const path = await define({});
    const { status, body } = await user.send(method, `${path}${route}`, {});
    expect([status, body]).toEqual([
      422,
      expect.objectContaining({ code: 'connector.function_missing', function: name }),
    ]);
  });

  describe('a function that fails', () => {
    async function tables(source: string, definition: object = {}) {
      const path = await define({ listTables: source, ...definition });
      const answer = await user.get(`${path}/tables`);
      const test = await user.post(`${path}/test`);
      expect(test.body).toMatchObject({
        health: 'error',
        error: { code: (answer.body as { code: string }).code },
      });
      return answer;
    }

    it('is an error with its place in the source, never an empty list', async () => {
      const { status, body } = await tables(
        'function listTables() {\n  const tables = undefined;\n  return tables.map((t) => t);\n}',
      );
      expect(status).toBe(502);
      expect(body).toMatchObject({ code: 'connector.run_failed', function: 'listTables', line: 3 });
      expect((body as { runId: string }).runId).toMatch(/^run_[0-9A-Za-z]{10}$/);
    });

    it('tells what the remote answered last', async () => {
      const { body } = await tables(
        `async function listTables() { const r = await fetch('${odd.url}/unauthorized'); if (!r.ok) throw new Error('no'); }`,
      );
      expect(body).toMatchObject({ code: 'connector.run_failed', remoteStatus: 401 });
    });

    it('hides its key where its own message shows it', async () => {
      const { text } = await tables('function listTables(key) { throw new Error(`key ${key}`); }', {
        apiKey: 'sk_live_0123456789',
      });
      expect(text).not.toContain('sk_live_0123456789');
    });

    it.each([
      ['no array', 'return { id: ["a"] };'],
      ['an id that is text', 'return [{ id: "a", displayName: "A" }];'],
      ['an id without parts', 'return [{ id: [], displayName: "A" }];'],
      [
        'two tables of one id',
        'return [{ id: ["a"], displayName: "A" }, { id: ["a"], displayName: "B" }];',
      ],
      ['nothing', ''],
    ])('gives a bad result with %s', async (_what, code) => {
      const { status, body } = await tables(`function listTables() { ${code} }`);
      expect([status, (body as { code: string }).code]).toEqual([502, 'connector.bad_result']);
    });

    it.each([
      ['run.cpu', 504, 'for (;;) {}'],
      ['run.stalled', 502, 'return new Promise(() => {});'],
      ['run.time', 504, 'return new Promise((resolve) => setTimeout(resolve, 60000));'],
      ['run.memory', 507, 'const all = []; for (;;) all.push(new Array(10000).fill(all.length));'],
    ])(
      'reaches %s',
      async (code, status, source) => {
        const path = await define({ listTables: `function listTables() { ${source} }` });
        const answer = await user.get(`${path}/tables`);
        expect([answer.status, (answer.body as { code: string }).code]).toEqual([status, code]);
      },
      20_000,
    );
  });

  describe('the network', () => {
    async function call(url: string, definition: object = {}) {
      const path = await define({
        listTables: `async function listTables(key) {
          const response = await fetch(${JSON.stringify(url)}, { headers: { Authorization: key } });
          const { auth } = await response.json();
          return [{ id: ['t'], displayName: String(auth) }];
        }`,
        ...definition,
      });
      return user.get(`${path}/tables`);
    }

    it('reaches what EGRESS_ALLOW names, with the key', async () => {
      const { body } = await call(`${odd.url}/x`, { apiKey: 'Bearer k' });
      expect(odd.requests.at(-1)?.headers.authorization).toBe('Bearer k');
      expect(body).toMatchObject({
        tables: [{ displayName: expect.stringMatching(/^standin_/) as string }],
      });
    });

    it.each([
      'http://127.0.0.1:9/',
      'http://localhost:9/',
      'http://169.254.169.254/latest/meta-data/',
      'http://[::1]:9/',
      'http://10.0.0.1/',
      'http://0x7f000001:9/',
      'file:///etc/passwd',
    ])('refuses %s', async (url) => {
      const { status, body } = await call(url);
      expect(status).toBe(502);
      expect(body).toMatchObject({ code: 'connector.run_failed', reason: 'remote.refused' });
    });

    it('holds a connector to its allowedHosts', async () => {
      const before = odd.requests.length;
      const { body } = await call(`${odd.url}/x`, { allowedHosts: ['api.example.com'] });
      expect(body).toMatchObject({ code: 'connector.run_failed', reason: 'remote.refused' });
      expect(odd.requests.length).toBe(before);
      expect((await call(`${odd.url}/x`, { allowedHosts: [odd.host] })).status).toBe(200);
    });
  });

  describe('a stream', () => {
    it('that fails before its first record is a plain problem', async () => {
      const path = await define({
        pollRecords: 'async function* pollRecords() { throw new Error("at once"); }',
      });
      const { status, headers } = await user.get(`${path}/tables/t/records`, {
        Accept: 'application/x-ndjson',
      });
      expect(status).toBe(502);
      expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    });

    it('that fails later says so in its last line and breaks off', async () => {
      const path = await define({
        pollRecords: `async function* pollRecords() {
          yield [{ id: 'a', fields: {} }];
          await new Promise((resolve) => setTimeout(resolve, 200));
          throw new Error('half way');
        }`,
      });
      const response = await fetch(`${service.url}${path}/tables/t/records`, {
        headers: { Authorization: user.authorization ?? '', Accept: 'application/x-ndjson' },
      });
      expect(response.status).toBe(200);
      let text = '';
      const reading = (async () => {
        for await (const chunk of response.body ?? [])
          text += Buffer.from(chunk as Uint8Array).toString();
      })();
      await expect(reading).rejects.toThrow();
      const lines = text.trimEnd().split('\n');
      expect(lines[0]).toBe('{"id":"a","fields":{}}');
      expect(JSON.parse(lines[1] ?? '')).toMatchObject({ error: { code: 'connector.run_failed' } });
    });

    it('gives the first record while the rest is still being read', async () => {
      const path = await define({
        pollRecords: `async function* pollRecords() {
          yield [{ id: 'a', fields: {} }];
          await new Promise((resolve) => setTimeout(resolve, 3000));
          yield [{ id: 'b', fields: {} }];
        }`,
      });
      const begun = Date.now();
      const response = await fetch(`${service.url}${path}/tables/t/records`, {
        headers: { Authorization: user.authorization ?? '', Accept: 'application/x-ndjson' },
      });
      const reader = response.body?.getReader();
      await reader?.read();
      expect(Date.now() - begun).toBeLessThan(2500);
      await reader?.cancel();
    });

    it('ends its run when the client goes away', async () => {
      const path = await define({
        pollRecords: `async function* pollRecords() {
          yield [{ id: 'a', fields: {} }];
          await fetch('${odd.url}/slow');
        }`,
      });
      const leave = new AbortController();
      const response = await fetch(`${service.url}${path}/tables/t/records`, {
        headers: { Authorization: user.authorization ?? '', Accept: 'application/x-ndjson' },
        signal: leave.signal,
      });
      await response.body?.getReader().read();
      const asked = () => odd.requests.find(({ url }) => url === '/slow');
      await until(() => asked() !== undefined);
      leave.abort();
      await until(() => asked()?.socket.destroyed === true);
    });
  });
});
