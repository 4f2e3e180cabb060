import { Agent, request as httpRequest } from 'node:http';
import fc from 'fast-check';
import { startTestService, type Api, type TestService } from './support/service.js';

const RUNS = 2500;
const SLOW_MS = 10_000;

const SOURCES = [
  'function listTables() { return []; }',
  'function pollRecords() { return [{ id: 1, fields: {} }]; }',
  'export async function* pollRecords() { yield []; }',
  'function listTables( {',
  '`${',
  '/* ',
];

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 30 }),
  fc.string({ maxLength: 30 }),
  fc.constantFrom(
    '',
    '\0',
    '\ud800',
    '••••',
    '../..',
    "' or 1=1 --",
    '%00',
    '$[?@.a',
    '__proto__',
    ...SOURCES,
  ),
);

const FIELDS = [
  ...['name', 'prompt', 'apiKey', 'allowedHosts', 'exposeApiKey', 'listTables', 'fetchSchema'],
  ...['pollRecords', 'getRecord', 'createRecord', 'tables', 'schema', 'mapping', 'tableMappings'],
  ...['pollRecordsResponse', 'getRecordResponse', 'id', 'version', 'constructor', 'toString'],
];

const mapping = fc.record(
  {
    recordArrayPath: fc.oneof(text, fc.constantFrom('a.b', '$.a[*]', '$..*', '')),
    idPath: fc.oneof(text, fc.array(text, { maxLength: 3 })),
    fields: fc.array(
      fc.record(
        { path: text, type: fc.constantFrom('text', 'numeric[]', 'x'), name: text },
        { requiredKeys: [] },
      ),
      { maxLength: 3 },
    ),
  },
  { requiredKeys: [] },
);

const value = fc.oneof(
  text,
  fc.jsonValue({ maxDepth: 4 }),
  fc.array(text, { maxLength: 4 }),
  mapping,
  fc.dictionary(text, mapping, { maxKeys: 2 }),
  fc.constantFrom(null, true, 1e308, -0, [], {}),
);

const writeRecord = fc.record(
  { id: text, fields: fc.dictionary(text, value, { maxKeys: 3 }) },
  { requiredKeys: [] },
);

/** Bodies from nearly right to not even JSON. */
const body = fc.oneof(
  {
    weight: 6,
    arbitrary: fc
      .dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 6 })
      .map((b) => JSON.stringify({ name: 'fuzz', ...b })),
  },
  {
    weight: 2,
    arbitrary: fc
      .oneof(
        fc.record({ records: fc.array(fc.oneof(writeRecord, value), { maxLength: 4 }) }),
        fc.record({ ids: fc.array(fc.oneof(text, value), { maxLength: 4 }) }),
      )
      .map((b) => JSON.stringify(b)),
  },
  { weight: 2, arbitrary: fc.json({ maxDepth: 6 }) },
  { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
  { weight: 1, arbitrary: fc.nat(3000).map((n) => '['.repeat(n)) },
  {
    weight: 1,
    arbitrary: fc
      .nat(3000)
      .map((n) => `{"name":"x","pollRecordsResponse":${'['.repeat(n)}${']'.repeat(n)}}`),
  },
);

/** A header value that Node lets out; what it does not is sent below HTTP elsewhere. */
const headerValue = fc.oneof(
  fc.string({ maxLength: 40 }).map((s) => s.replace(/[^\x20-\x7e]/g, '')),
  fc.constantFrom(
    '"1"',
    'W/"1"',
    '*',
    '',
    ',,,',
    'application/json',
    'application/x-ndjson',
    'text/html',
    'gzip',
    'bytes=0-1',
    '-1',
    '9'.repeat(400),
  ),
);

const headers = fc.dictionary(
  fc.constantFrom(
    ...[
      'Accept',
      'Accept-Encoding',
      'Accept-Language',
      'If-Match',
      'If-None-Match',
      'Content-Type',
    ],
    ...['Content-Encoding', 'Range', 'X-Request-Id', 'Origin', 'Cookie', 'X-HTTP-Method-Override'],
    ...['Authorization', 'X-Forwarded-For', 'Idempotency-Key'],
  ),
  headerValue,
  { maxKeys: 3 },
);

const query = fc.oneof(
  fc.constant(''),
  fc.constantFrom(
    '?limit=5',
    '?limit=0',
    '?cursor=x',
    '?cascade=true',
    '?a[b]=c',
    '?limit=1&limit=2',
    '?%zz',
    '?__proto__=1',
    '?=',
  ),
  fc.string({ maxLength: 20 }).map((s) => `?${encodeURI(s.toWellFormed())}`),
  fc
    .tuple(fc.constantFrom('limit', 'cursor', 'cascade', 'x'), text)
    .map(([k, v]) => `?${k}=${encodeURIComponent(v.toWellFormed())}`),
);

const segment = fc.oneof(
  text.map((s) => encodeURIComponent(s.toWellFormed())),
  fc.constantFrom(
    '%',
    '%zz',
    '%00',
    '%ff',
    '%2e%2e',
    '..',
    'cuc_0000000000',
    'atk_0000000000',
    'run_0000000000',
    '0',
    '1',
    '-1',
    '99999999999999999999',
    't',
    'me',
    '%252F',
  ),
);

interface Sent {
  status: number;
  type: string;
  body: string;
  ms: number;
}

describe('every route', () => {
  let service: TestService;
  let user: Api;
  let connector: string;
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });

  beforeAll(async () => {
    service = await startTestService({ RUN_CALL_SECONDS: '5', RUN_POLL_SECONDS: '5' });
    user = await service.newUser();
    const made = await user.post('/custom-connectors', {
      name: 'fuzzed',
      listTables: 'function listTables() { return [{ id: ["t"], displayName: "T" }]; }',
      pollRecords: 'function pollRecords() { return [{ id: 1, fields: {} }]; }',
      getRecord: 'function getRecord(id) { return { id, fields: {} }; }',
      createRecord: 'function createRecord({ id }) { return { id }; }',
      updateRecord: 'function updateRecord() {}',
      deleteRecord: 'function deleteRecord() {}',
    });
    connector = (made.body as { id: string }).id;
  });

  afterAll(async () => {
    agent.destroy();
    await service.stop();
  });

  function send(method: string, path: string, sent: Record<string, string>, payload?: string) {
    const { hostname, port } = new URL(service.url);
    const begun = Date.now();
    return new Promise<Sent>((resolve, reject) => {
      const outgoing = httpRequest(
        { hostname, port, method, path, agent, headers: sent, timeout: SLOW_MS },
        (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () => {
            resolve({
              status: response.statusCode ?? 0,
              type: response.headers['content-type'] ?? '',
              body: Buffer.concat(chunks).toString(),
              ms: Date.now() - begun,
            });
          });
        },
      );
      outgoing.on('timeout', () => outgoing.destroy(new Error('the service hangs')));
      outgoing.on('error', reject);
      outgoing.end(payload);
    });
  }

  it(`answers ${RUNS} generated requests without a 5xx, a hang or a crash, errors as problems`, async () => {
    const routes = Object.entries(service.contract.document.paths).flatMap(([path, item]) =>
      Object.keys(item)
        .filter((key) => ['get', 'post', 'put', 'patch', 'delete'].includes(key))
        .map((verb) => ({ path, method: verb.toUpperCase() })),
    );
    const route = fc.oneof(
      { weight: 9, arbitrary: fc.constantFrom(...routes) },
      {
        weight: 1,
        arbitrary: fc.record({
          path: fc.constantFrom('/', '/nothing/{id}', '/docs/assets/{name}', '/docs-json'),
          method: fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'HEAD'),
        }),
      },
    );
    const hit = new Map<string, number>();
    const request = fc.record({
      route,
      segments: fc.array(segment, { minLength: 3, maxLength: 3 }),
      own: fc.boolean(),
      query,
      headers,
      body: fc.option(body, { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(
        request,
        async ({ route: { method, path }, segments, own, query: q, headers: h, body: b }) => {
          // The user and the connector stay, so that what comes behind them is reached as well.
          fc.pre(!(method === 'DELETE' && path.endsWith('/me')));
          let index = 0;
          const filled = path.replace(/\{\w+\}/g, (name) =>
            own && name === '{id}' && (method !== 'DELETE' || path.endsWith('/records'))
              ? connector
              : (segments[index++] ?? 'x'),
          );
          fc.pre(!/[^\x21-\x7e]/.test(filled + q));
          const payload = method === 'GET' || method === 'HEAD' ? undefined : b;
          const answer = await send(
            method,
            filled + q,
            {
              Authorization: user.authorization ?? '',
              'Content-Type': 'application/json',
              ...h,
            },
            payload,
          );
          hit.set(`${method} ${path}`, (hit.get(`${method} ${path}`) ?? 0) + 1);
          // A generated connector may well fail to run; that is the connector's failure.
          const { code } = safeJson(answer.body);
          const failedRun = answer.status === 502 && String(code).startsWith('connector.');
          if (answer.status >= 500 && !failedRun) {
            throw new Error(`${answer.status} ${answer.body}`);
          }
          if (answer.status >= 400 && method !== 'HEAD') {
            expect(answer.type).toMatch(/^application\/problem\+json/);
            expect(safeJson(answer.body)).toMatchObject({
              status: answer.status,
              code: expect.any(String) as string,
              title: expect.any(String) as string,
              detail: expect.any(String) as string,
              requestId: expect.any(String) as string,
            });
          }
        },
      ),
      { numRuns: RUNS },
    );
    expect(
      routes.filter(({ method, path }) => !hit.has(`${method} ${path}`) && !path.endsWith('/me')),
    ).toEqual([]);
    expect((await user.get('/users/me')).status).toBe(200);
    expect((await user.get('/health/ready')).status).toBe(200);
  }, 240_000);
});

function safeJson(json: string): { code?: unknown } {
  try {
    return JSON.parse(json) as { code?: unknown };
  } catch {
    return {};
  }
}
