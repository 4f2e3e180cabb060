import { withClient } from './support/database.js';
import { startTestService, type Answer, type Api, type TestService } from './support/service.js';

interface Connector {
  id: string;
  name: string;
  version: number;
  apiKey: string | null;
  [field: string]: unknown;
}

const KEY = 'sk_live_0123456789abcdef';
const LIST_TABLES =
  "async function listTables(apiKey) {\n  return [{ id: ['a'], displayName: 'A' }];\n}";
const WHOLE = {
  name: 'Shop',
  prompt: 'Products of our shop',
  apiKey: KEY,
  allowedHosts: ['api.example.com', '*.shop.example.com', '[2001:db8::1]:8443'],
  exposeApiKey: true,
  listTables: LIST_TABLES,
  pollRecords: 'export async function* pollRecords(apiKey, table) { yield []; }',
  getRecord: 'const getRecord = (id) => ({ id });',
  tables: ['a', 'b%3Ac:d'],
  schema: [{ id: 'title', displayName: 'Title', type: 'text' }],
  mapping: { recordArrayPath: 'data', fields: [{ path: 'title', type: 'text', name: 'Title' }] },
  tableMappings: {
    b: { recordArrayPath: '$.items[*]', idPath: ['x', 'y'], fields: [] },
  },
  pollRecordsResponse: [{ zebra: 1, apple: { constructor: 'kept', __proto__x: [null] } }],
  getRecordResponse: { type: 'object', required: ['id'] },
};

function connectorOf({ body }: Answer): Connector {
  return body as Connector;
}

function faultsOf({ status, body }: Answer): Record<string, string> {
  expect(status).toBe(400);
  const { errors } = body as { errors: { pointer?: string; parameter?: string; detail: string }[] };
  return Object.fromEntries(errors.map((e) => [e.pointer ?? `?${e.parameter ?? ''}`, e.detail]));
}

describe('custom connectors', () => {
  let service: TestService;
  let user: Api;

  beforeAll(async () => {
    service = await startTestService();
    user = await service.newUser();
  });

  afterAll(async () => {
    await service.stop();
  });

  async function create(body: object = WHOLE): Promise<Connector> {
    const response = await user.post('/custom-connectors', body);
    expect(response.status).toBe(201);
    return connectorOf(response);
  }

  describe('POST', () => {
    it('answers with the connector, its place and its version', async () => {
      const response = await user.post('/custom-connectors', WHOLE);
      const connector = connectorOf(response);
      expect(response.status).toBe(201);
      expect(response.headers['location']).toBe(`/custom-connectors/${connector.id}`);
      expect(response.headers['etag']).toBe('"1"');
      expect(connector).toMatchObject({ ...WHOLE, apiKey: '••••cdef', version: 1 });
      expect(connector.id).toMatch(/^cuc_[0-9A-Za-z]{10}$/);
    });

    it('takes a name alone', async () => {
      expect(await create({ name: 'x' })).toMatchObject({
        name: 'x',
        apiKey: null,
        allowedHosts: [],
        exposeApiKey: false,
        mapping: null,
      });
    });

    it('keeps free-form JSON exactly as it was sent', async () => {
      const sample = '[{"b":1,"a":{"constructor":1,"toString":{"x":2}},"c":null,"d":1.5e-7}]';
      const response = await fetch(`${service.url}/custom-connectors`, {
        method: 'POST',
        headers: { Authorization: user.authorization ?? '', 'Content-Type': 'application/json' },
        body: `{"name":"raw","pollRecordsResponse":${sample}}`,
      });
      expect(response.status).toBe(201);
      expect(await response.text()).toContain(`"pollRecordsResponse":${sample}`);
    });

    it.each([
      ['1234567', '••••'],
      ['12345678901', '••••'],
      ['123456789012', '••••9012'],
      ['', null],
    ])('masks the key %j as %j', async (apiKey, mask) => {
      expect((await create({ name: 'x', apiKey })).apiKey).toBe(mask);
    });

    it('names every fault at once', async () => {
      const faults = faultsOf(
        await user.post('/custom-connectors', {
          id: 'cuc_0000000000',
          version: 3,
          nmae: 'typo',
          name: '',
          prompt: 'x'.repeat(20_001),
          apiKey: '••••9012',
          allowedHosts: ['*.com', 'ok.example.com', 7, 'https://'],
          exposeApiKey: 'yes',
          listTables: 'function listTabels() {}',
          pollRecords: 'function pollRecords() {\n  return [;\n}',
          getRecord: 'import fs from "fs"; function getRecord() {}',
          updateRecord: `function updateRecord() { /* ${'x'.repeat(256 * 1024)} */ }`,
          tables: ['ok', '', 'a%zz', 'ok'],
          schema: [{ id: '', displayName: 'A', type: 'date', extra: 1 }, 7],
          mapping: { recordArrayPath: 'a..b', fields: [{ path: '$[', type: 'txt', name: '' }] },
          tableMappings: { a: { fields: [] } },
          getRecordResponse: 'text',
        }),
      );
      expect(Object.keys(faults)).toEqual(
        expect.arrayContaining([
          ...['/id', '/version', '/nmae', '/name', '/prompt', '/apiKey', '/exposeApiKey'],
          ...['/allowedHosts/0', '/allowedHosts/2', '/allowedHosts/3'],
          ...['/listTables', '/pollRecords', '/getRecord', '/updateRecord'],
          ...['/tables/1', '/tables/2', '/tables/3'],
          ...['/schema/0/id', '/schema/0/type', '/schema/0/extra', '/schema/1'],
          ...['/mapping/recordArrayPath', '/mapping/fields/0/path', '/mapping/fields/0/type'],
          ...['/mapping/fields/0/name', '/tableMappings/a/recordArrayPath', '/getRecordResponse'],
        ]),
      );
      expect(Object.keys(faults)).not.toContain('/allowedHosts/1');
    });

    it('says where a source cannot be parsed', async () => {
      const { body } = await user.post('/custom-connectors', {
        name: 'x',
        listTables: 'function listTables() {\n  return 1 +;\n}',
      });
      expect((body as { errors: object[] }).errors).toEqual([
        expect.objectContaining({ pointer: '/listTables', line: 2, column: 13 }),
      ]);
    });

    it('wants hosts where the key is exposed', async () => {
      const faults = faultsOf(
        await user.post('/custom-connectors', { name: 'x', exposeApiKey: true }),
      );
      expect(Object.keys(faults)).toEqual(['/exposeApiKey']);
    });

    it.each([
      ['NUL', { name: 'a\0b' }, '/name'],
      ['half a surrogate pair', { name: 'x', prompt: '\ud83d' }, '/prompt'],
      [
        'NUL in a name within free JSON',
        { name: 'x', getRecordResponse: { 'a\0': 1 } },
        '/getRecordResponse/a\0',
      ],
      [
        'a name',
        { name: 'x', getRecordResponse: JSON.parse('{"__proto__":1}') as object },
        '/getRecordResponse/__proto__',
      ],
    ])('refuses %s that cannot be stored', async (_what, body, pointer) => {
      expect(Object.keys(faultsOf(await user.post('/custom-connectors', body)))).toEqual([pointer]);
    });

    it('refuses nesting that is deeper than 100 levels', async () => {
      const deep = `${'['.repeat(50_000)}${']'.repeat(50_000)}`;
      const response = await fetch(`${service.url}/custom-connectors`, {
        method: 'POST',
        headers: { Authorization: user.authorization ?? '', 'Content-Type': 'application/json' },
        body: `{"name":"deep","pollRecordsResponse":${deep}}`,
      });
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('100 levels');
    });
  });

  describe('GET of one', () => {
    it('gives what was stored, and 304 where it is known', async () => {
      const { id } = await create();
      const path = `/custom-connectors/${id}`;
      const first = await user.get(path);
      expect(first.status).toBe(200);
      expect(first.headers['etag']).toBe('"1"');
      for (const known of ['"1"', 'W/"1"', '"7", "1"', '*']) {
        const again = await user.get(path, { 'If-None-Match': known });
        expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', '"1"']);
      }
      expect((await user.get(path, { 'If-None-Match': '"2"' })).status).toBe(200);
    });

    it.each([
      'cuc_0000000000',
      'cuc_',
      'usr_0000000000',
      'nothing',
      '%00',
      'cuc_%F0%9F%98%80%F0%9F',
    ])('answers 404 or 400 for %s', async (id) => {
      const { status } = await user.get(`/custom-connectors/${id}`);
      expect([400, 404]).toContain(status);
    });
  });

  describe('PUT', () => {
    it('takes back what GET gave, and makes no version of it', async () => {
      const { id } = await create();
      const given = await user.get(`/custom-connectors/${id}`);
      const put = await user.put(`/custom-connectors/${id}`, given.body);
      expect(put.status).toBe(200);
      expect(put.headers['etag']).toBe('"1"');
      expect(put.body).toEqual(given.body);
    });

    it('leaves absent fields, clears with null, counts the version up', async () => {
      const { id, updatedAt } = await create();
      const { headers, body } = await user.put(`/custom-connectors/${id}`, {
        name: 'Renamed',
        prompt: null,
        allowedHosts: null,
        exposeApiKey: null,
        mapping: null,
      });
      expect(headers['etag']).toBe('"2"');
      expect(body).toMatchObject({
        ...{ name: 'Renamed', prompt: null, allowedHosts: [], exposeApiKey: false, mapping: null },
        ...{ listTables: LIST_TABLES, apiKey: '••••cdef', version: 2 },
      });
      expect((body as Connector)['updatedAt']).not.toBe(updatedAt);
    });

    it('knows the mask, takes a new key, clears it, and refuses any other mask', async () => {
      const { id } = await create();
      const path = `/custom-connectors/${id}`;
      expect(connectorOf(await user.put(path, { apiKey: '••••cdef' })).version).toBe(1);
      expect(Object.keys(faultsOf(await user.put(path, { apiKey: '••••9999' })))).toEqual([
        '/apiKey',
      ]);
      expect(connectorOf(await user.put(path, { apiKey: KEY })).version).toBe(1);
      const changed = connectorOf(await user.put(path, { apiKey: 'another-key-9999' }));
      expect([changed.apiKey, changed.version]).toEqual(['••••9999', 2]);
      const cleared = connectorOf(await user.put(path, { apiKey: null, exposeApiKey: false }));
      expect([cleared.apiKey, cleared.version]).toEqual([null, 3]);
    });

    it.each([{ name: null }, { name: '' }, { allowedHosts: [] }])(
      'refuses a change to %j that leaves no whole connector',
      async (change) => {
        const { id } = await create();
        const put = await user.put(`/custom-connectors/${id}`, change);
        expect(put.status).toBe(400);
        expect(connectorOf(await user.get(`/custom-connectors/${id}`)).version).toBe(1);
      },
    );

    it('honours If-Match', async () => {
      const { id } = await create();
      const path = `/custom-connectors/${id}`;
      expect((await user.put(path, { name: 'b' }, { 'If-Match': '"1"' })).status).toBe(200);
      const stale = await user.put(path, { name: 'c' }, { 'If-Match': '"1"' });
      expect(stale.status).toBe(412);
      expect((await user.put(path, { name: 'c' }, { 'If-Match': 'W/"2"' })).status).toBe(412);
      expect((await user.put(path, { name: 'c' }, { 'If-Match': '"9", "2"' })).status).toBe(200);
      expect((await user.put(path, { name: 'd' }, { 'If-Match': '*' })).status).toBe(200);
    });

    it('loses none of many changes at once', async () => {
      const { id } = await create({ name: 'x' });
      const path = `/custom-connectors/${id}`;
      const puts = await Promise.all(
        Array.from({ length: 20 }, (_, i) => user.put(path, { name: `name ${i}` })),
      );
      expect(new Set(puts.map(({ status }) => status))).toEqual(new Set([200]));
      const versions = puts.map((put) => connectorOf(put).version).sort((a, b) => a - b);
      expect(versions).toEqual(Array.from({ length: 20 }, (_, i) => i + 2));
      const guarded = await Promise.all(
        Array.from({ length: 10 }, (_, i) =>
          user.put(path, { name: `guarded ${i}` }, { 'If-Match': '"21"' }),
        ),
      );
      expect(guarded.filter(({ status }) => status === 200)).toHaveLength(1);
    });
  });

  describe('DELETE', () => {
    it('removes the connector with its versions', async () => {
      const { id } = await create();
      const path = `/custom-connectors/${id}`;
      await user.put(path, { name: 'b' });
      expect((await user.delete(path, { 'If-Match': '"1"' })).status).toBe(412);
      expect((await user.delete(`${path}?cascade=maybe`)).status).toBe(400);
      expect((await user.delete(`${path}?cascade=true`, { 'If-Match': '"2"' })).status).toBe(204);
      expect((await user.get(path)).status).toBe(404);
      expect((await user.delete(path)).status).toBe(404);
      const { rows } = await withClient(service.databaseUrl, (client) =>
        client.query('select 1 from custom_connector_versions where connector_id = $1', [id]),
      );
      expect(rows).toEqual([]);
    });
  });

  describe('versions', () => {
    it('keeps what was, without the key, and restores it as the next version', async () => {
      const { id } = await create();
      const path = `/custom-connectors/${id}`;
      await user.put(path, { name: 'Second', mapping: null, apiKey: 'second-key-second' });
      const list = await user.get(`${path}/versions`);
      expect((list.body as Connector[]).map(({ version, name }) => [version, name])).toEqual([
        [2, 'Second'],
        [1, 'Shop'],
      ]);
      const { body } = await user.get(`${path}/versions/1`);
      expect(body).toMatchObject({ version: 1, name: 'Shop', mapping: WHOLE.mapping });
      expect(body).not.toHaveProperty('apiKey');

      expect(
        (await user.post(`${path}/versions/1/restore`, undefined, { 'If-Match': '"1"' })).status,
      ).toBe(412);
      const restored = await user.post(`${path}/versions/1/restore`);
      expect(restored.status).toBe(200);
      expect(restored.headers['etag']).toBe('"3"');
      expect(restored.body).toMatchObject({
        ...{ name: 'Shop', mapping: WHOLE.mapping, apiKey: '••••cond', version: 3 },
      });
    });

    it.each(['0', '2', '-1', '1.5', '99999999999', 'x', '%00'])(
      'knows no version %s',
      async (n) => {
        const { id } = await create({ name: 'x' });
        expect((await user.get(`/custom-connectors/${id}/versions/${n}`)).status).toBe(404);
        expect((await user.post(`/custom-connectors/${id}/versions/${n}/restore`)).status).toBe(
          404,
        );
      },
    );

    it('keeps the newest 100 before the present one, and pages through them', async () => {
      const { id } = await create({ name: 'v1' });
      const path = `/custom-connectors/${id}`;
      for (let i = 2; i <= 103; i += 1) await user.put(path, { name: `v${i}` });
      const seen: number[] = [];
      for (let next: string | undefined = `${path}/versions?limit=40`; next;) {
        const page: Answer = await user.get(next);
        seen.push(...(page.body as Connector[]).map(({ version }) => version));
        next = /<([^>]+)>; rel="next"/.exec(page.headers['link'] ?? '')?.[1];
      }
      expect(seen).toEqual(Array.from({ length: 101 }, (_, i) => 103 - i));
      expect((await user.get(`${path}/versions/2`)).status).toBe(404);
    });
  });

  describe('list', () => {
    it('pages newest first without losing or repeating any', async () => {
      const owner = await service.newUser();
      const names = Array.from({ length: 25 }, (_, i) => `c${i}`);
      await Promise.all(names.map((name) => owner.post('/custom-connectors', { name })));
      const seen: Connector[] = [];
      for (let next: string | undefined = '/custom-connectors?limit=7'; next;) {
        const page: Answer = await owner.get(next);
        expect(page.status).toBe(200);
        seen.push(...(page.body as Connector[]));
        next = /<([^>]+)>; rel="next"/.exec(page.headers['link'] ?? '')?.[1];
      }
      expect(seen.map(({ name }) => name).sort()).toEqual(names.sort());
      const times = seen.map((connector) => connector['createdAt'] as string);
      expect(times).toEqual([...times].sort().reverse());
    });

    it('ends a page early rather than answer with tens of megabytes', async () => {
      const owner = await service.newUser();
      const pollRecords = `function pollRecords() {} // ${'x'.repeat(250 * 1024)}`;
      const big = { name: 'big', pollRecords, pollRecordsResponse: ['y'.repeat(4_000_000)] };
      for (let i = 0; i < 3; i += 1) await owner.post('/custom-connectors', big);
      const first = await owner.get('/custom-connectors');
      expect(first.body).toHaveLength(1);
      const next = /<([^>]+)>/.exec(first.headers['link'] ?? '')?.[1] ?? '';
      expect((await owner.get(next)).body).toHaveLength(1);
    });

    it('is empty for a new user', async () => {
      const owner = await service.newUser();
      const { status, body, headers } = await owner.get('/custom-connectors');
      expect([status, body, headers['link']]).toEqual([200, [], undefined]);
    });

    it.each([
      ['limit=0', '?limit'],
      ['limit=101', '?limit'],
      ['limit=-1', '?limit'],
      ['limit=1.5', '?limit'],
      ['limit=ten', '?limit'],
      ['limit=', '?limit'],
      ['limit=5&limit=6', '?limit'],
      ['cursor=nonsense', '?cursor'],
      ['cursor=', '?cursor'],
      ['limt=5', '?limt'],
    ])('refuses %s', async (query, parameter) => {
      const faults = faultsOf(await user.get(`/custom-connectors?${query}`));
      expect(Object.keys(faults)).toEqual([parameter]);
    });
  });
});
