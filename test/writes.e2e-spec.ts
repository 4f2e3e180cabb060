import { request as httpRequest } from 'node:http';
import jsonServer from 'json-server';
import { ExpiredWrites } from '../src/remote-service/writes/expired-writes.module.js';
import { withClient } from './support/database.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { until } from './support/process-tree.js';
import { Remote } from './support/remote.js';
import { startTestService, type Answer, type Api, type TestService } from './support/service.js';
import { Shop, type Treatment } from './support/shop.js';

type Result =
  | { status: 'ok'; id: string }
  | { status: 'error'; error: { code: string; reason?: string; detail: string; status: number } }
  | { status: 'unknown' };

type OwnApi = Api & { userId: string; token: string };

const resultsOf = ({ body }: Answer) => (body as { results: Result[] }).results;
const numbered = (count: number, from = 0) =>
  Array.from({ length: count }, (_, index) => ({ fields: { n: from + index } }));

/** The source of a `createRecord` that makes items in a shop. */
const creating = (url: string) => `async function createRecord(data, apiKey, [table]) {
  if (data.n < 0) throw new Error('thrown');
  if (data.noId) return { made: true };
  const response = await fetch('${url}/' + table, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey },
    body: JSON.stringify(data),
  });
  if (!response.ok) throw new Error('refused: ' + response.status);
  return response.json();
}`;

describe('writes', () => {
  let shop: Shop;
  let db: { posts: Record<string, unknown>[] };
  let rest: Remote;
  let service: TestService;
  let user: OwnApi;
  let other: OwnApi;

  beforeAll(async () => {
    shop = await Shop.open();
    const app = jsonServer.create();
    db = { posts: [{ id: 1, title: 'first', draft: true }] };
    app.use(jsonServer.router(db));
    rest = await Remote.start(app as Parameters<typeof Remote.start>[0]);
    service = await startTestService({
      EGRESS_ALLOW: `${shop.remote.host},${rest.host}`,
      RUN_CALL_SECONDS: '3',
      RUN_CPU_SECONDS: '1',
    });
    user = await service.newUser();
    other = await service.newUser();
  }, 60_000);

  beforeEach(() => {
    shop.reset();
  });

  afterAll(async () => {
    shop.release();
    await service.stop();
    await shop.remote.stop();
    await rest.stop();
  });

  async function define(definition: object, api: Api = user): Promise<string> {
    const { status, body } = await api.post('/custom-connectors', { name: 'x', ...definition });
    expect([status, body]).toEqual([201, expect.anything()]);
    return `/custom-connectors/${(body as { id: string }).id}`;
  }

  async function items(api: Api = user): Promise<string> {
    return `${await define({ createRecord: creating(shop.url) }, api)}/tables/items/records`;
  }

  const code = ({ body }: Answer) => (body as { code: string }).code;

  describe('on json-server', () => {
    const call = (path: string, method: string, body = '') =>
      `const response = await fetch('${rest.url}/' + table + ${path}, {
        method: '${method}',
        headers: { 'Content-Type': 'application/json' },
        ${body}
      });
      if (!response.ok) throw Object.assign(new Error('failed'), { status: response.status });`;

    async function posts(): Promise<string> {
      const body = 'body: JSON.stringify(data),';
      return `${await define({
        getRecord: `async function getRecord(id, apiKey, [table]) {
          const response = await fetch('${rest.url}/' + table + '/' + id);
          return response.status === 404 ? null : response.json();
        }`,
        createRecord: `async function createRecord(data, apiKey, [table]) { ${call("''", 'POST', body)} return response.json(); }`,
        updateRecord: `async function updateRecord(id, data, apiKey, [table]) { ${call("'/' + id", 'PATCH', body)} }`,
        deleteRecord: `async function deleteRecord(id, apiKey, [table]) { ${call("'/' + id", 'DELETE')} return () => 1; }`,
        mapping: {
          recordArrayPath: 'unused',
          fields: [
            { path: 'title', type: 'text', name: 'Title' },
            { path: '@key', type: 'text', name: 'Asked' },
          ],
        },
      })}/tables/posts/records`;
    }

    /** What json-server itself says. */
    const stored = async (id: string): Promise<unknown> =>
      (await fetch(`${rest.url}/posts/${id}`)).json();

    it('makes, reads, changes and removes records, one failure stopping no other', async () => {
      const path = await posts();
      const made = await user.post(path, {
        records: [{ fields: { title: 'a' } }, { fields: { title: 'b', draft: false } }],
      });
      expect(made.status).toBe(200);
      const ids = resultsOf(made).map((result) => (result.status === 'ok' ? result.id : ''));
      expect([...ids].sort()).toEqual(['2', '3']);
      expect(await stored(ids[1] ?? '')).toEqual({ id: Number(ids[1]), title: 'b', draft: false });

      const read = await user.get(`${path}/${ids[1]}`);
      expect([read.status, read.body]).toEqual([
        200,
        { id: ids[1], fields: { Title: 'b', Asked: ids[1] } },
      ]);

      const changed = await user.send('PATCH', path, {
        body: {
          records: [
            { id: ids[0], fields: { title: 'c' } },
            { id: '99', fields: { title: 'no' } },
            { id: '1', fields: { draft: { deep: [null] } } },
          ],
        },
      });
      expect(changed.status).toBe(200);
      expect(resultsOf(changed)).toEqual([
        { status: 'ok', id: ids[0] },
        {
          status: 'error',
          error: expect.objectContaining({
            ...{ code: 'connector.run_failed', status: 502, remoteStatus: 404 },
            function: 'updateRecord',
          }) as object,
        },
        { status: 'ok', id: '1' },
      ]);
      expect(await stored(ids[0] ?? '')).toEqual({ id: Number(ids[0]), title: 'c' });
      expect(await stored('1')).toEqual({ id: 1, title: 'first', draft: { deep: [null] } });

      const removed = await user.send('DELETE', path, { body: { ids: [ids[0], '99'] } });
      expect([removed.status, resultsOf(removed).map(({ status }) => status)]).toEqual([
        200,
        ['ok', 'error'],
      ]);
      expect(await stored(ids[0] ?? '')).toEqual({});
      const gone = await user.get(`${path}/${ids[0]}`);
      expect([gone.status, code(gone)]).toEqual([404, 'connector.record_not_found']);
    });
  });

  describe('getRecord', () => {
    const LARGE = '{"id":9007199254740993,"n":12345678901234567890,"deep":{"m":0.1}}';
    const record = async (source: string, definition: object = {}, id = 'a%2Fb') => {
      const path = await define({
        getRecord: `async function getRecord(id, key, table) { ${source} }`,
        ...definition,
      });
      return user.get(`${path}/tables/t/records/${id}`);
    };
    const mapping = (fields: object[] = [], idPath: string | string[] = 'id') => ({
      mapping: { recordArrayPath: '', idPath, fields },
    });

    it('gives a record without a mapping, and gets the id and the table', async () => {
      const { status, body } = await record('return { id, fields: { table, key } };');
      expect([status, body]).toEqual([200, { id: 'a/b', fields: { table: ['t'], key: '' } }]);
    });

    it('keeps every digit of numbers that it only passes on', async () => {
      shop.page = LARGE;
      const source = `return (await fetch('${shop.url}/')).json();`;
      const fields = [
        { path: 'n', type: 'jsonb', name: 'N' },
        { path: 'deep', type: 'jsonb', name: 'Deep' },
      ];
      const { text } = await record(source, mapping(fields));
      expect(text).toBe(
        '{"id":"9007199254740993","fields":{"N":12345678901234567890,"Deep":{"m":0.1}}}',
      );
      shop.page = `{"id":"plain","fields":${LARGE}}`;
      expect((await record(source)).text).toBe(shop.page);
    });

    it.each([
      ['null', 'return null;'],
      ['nothing', ''],
    ])('tells of %s that there is no such record', async (_what, source) => {
      for (const definition of [{}, mapping()]) {
        const answer = await record(source, definition);
        expect([answer.status, code(answer)]).toEqual([404, 'connector.record_not_found']);
      }
    });

    it.each([
      ['no { id, fields }', 'return { id: 1 };', {}, '/fields'],
      ['an id that is none', 'return { id: {}, fields: {} };', {}, '/id'],
      ['no id', 'return { a: 1 };', mapping(), ''],
      ['an id past 2^53-1 as a number', 'return { id: 9007199254740993 };', mapping(), '/id'],
      [
        'no id, and values that do not fit',
        'return { n: "x" };',
        mapping(
          Array.from({ length: 30 }, (_, i) => ({ path: 'n', type: 'numeric', name: `N${i}` })),
        ),
        '',
      ],
    ])('is a bad result with %s', async (_what, source, definition, pointer) => {
      const { status, body } = await record(source, definition);
      expect([status, body]).toEqual([
        502,
        expect.objectContaining({ code: 'connector.bad_result', function: 'getRecord', pointer }),
      ]);
    });

    it('lets what does not fit a type be null', async () => {
      const { body } = await record(
        'return { id: 7, n: "x" };',
        mapping([{ path: 'n', type: 'numeric', name: 'N' }]),
      );
      expect(body).toEqual({ id: '7', fields: { N: null } });
    });

    it('is held by the limit of CPU time where a path of the mapping takes for ever', async () => {
      const path = '$[?match(@, "(a|aa|a*)*b")]';
      const definition = mapping([{ path, type: 'jsonb', name: 'X' }], '@key');
      const answer = await record('return ["a".repeat(40)];', definition);
      expect([answer.status, code(answer)]).toEqual([504, 'run.cpu']);
    }, 20_000);

    it('names the function where it is missing, and an unknown table', async () => {
      const path = await define({ tables: ['known'] });
      expect(code(await user.get(`${path}/tables/known/records/1`))).toBe(
        'connector.function_missing',
      );
      expect(code(await user.get(`${path}/tables/else/records/1`))).toBe(
        'connector.table_not_found',
      );
    });
  });

  it('tells of 1,000 records, of which 37 fail in many ways, the truth about each', async () => {
    const ways: Record<number, Treatment | 'throw' | 'no id'> = {};
    const kinds = ['refuse', 'fail', 'hang up', 'make and hang up', 'throw', 'no id'] as const;
    for (let index = 0; index < 35; index += 1) ways[index * 28 + 3] = kinds[index % 6] ?? 'fail';
    ways[500] = 'never answer';
    ways[990] = 'never answer';
    expect(Object.keys(ways)).toHaveLength(37);
    shop.treatment = (n) => ways[n] as Treatment | undefined;
    const records = numbered(1000).map(({ fields: { n } }) => ({
      fields: ways[n] === 'throw' ? { n: -1 } : ways[n] === 'no id' ? { n, noId: true } : { n },
    }));
    const answer = await user.post(await items(), { records });
    expect(answer.status).toBe(200);
    const results = resultsOf(answer);
    expect(results).toHaveLength(1000);
    const expected = {
      ...{
        refuse: 'connector.run_failed',
        fail: 'connector.run_failed',
        throw: 'connector.run_failed',
      },
      ...{ 'hang up': 'connector.run_failed', 'make and hang up': 'connector.run_failed' },
      ...{ 'never answer': 'run.time', 'no id': 'connector.bad_result' },
    };
    for (const [n, result] of results.entries()) {
      const way = ways[n];
      if (way === undefined)
        expect([n, result]).toEqual([n, { status: 'ok', id: shop.made.get(n) }]);
      else {
        expect([n, result.status]).toEqual([n, 'error']);
        if (result.status === 'error') expect([n, result.error.code]).toEqual([n, expected[way]]);
        // Of all these only one kind has written.
        expect([n, shop.made.has(n)]).toEqual([n, way === 'make and hang up']);
      }
    }
    expect(results.filter(({ status }) => status === 'error')).toHaveLength(37);
    expect([...shop.asked.values()].every((count) => count === 1)).toBe(true);
    // Without an Idempotency-Key each record has a key of its own all the same.
    expect(new Set([...shop.keys.values()].flat()).size).toBe(shop.requests);
  }, 120_000);

  it('takes an id as text or as a number that is sure, and refuses any other', async () => {
    const path = await define({
      createRecord: 'function createRecord({ value }) { return value; }',
    });
    const values = [
      'x',
      7,
      { id: 8, more: [1] },
      { id: 'y' },
      2 ** 60,
      null,
      [1],
      { id: '' },
      true,
    ];
    const records = [...values, 'l'.repeat(5000)].map((value) => ({ fields: { value } }));
    const results = resultsOf(await user.post(`${path}/tables/t/records`, { records }));
    expect(results.map((result) => ('id' in result ? result.id : result.status))).toEqual([
      ...['x', '7', '8', 'y'],
      ...['error', 'error', 'error', 'error', 'error', 'error'],
    ]);
    for (const result of results.slice(4)) {
      expect(result).toMatchObject({ error: { code: 'connector.bad_result', status: 502 } });
    }
    expect(results[7]).toMatchObject({ error: { pointer: '/id' } });
  });

  describe('what is refused as a whole', () => {
    const all = {
      createRecord: 'function createRecord() { return 1; }',
      updateRecord: 'function updateRecord() {}',
      deleteRecord: 'function deleteRecord() { return () => 1; }',
    };

    it.each([
      ['POST', { records: [{ fields: {} }] }, 'createRecord'],
      ['PATCH', { records: [{ id: '1', fields: {} }] }, 'updateRecord'],
      ['DELETE', { ids: ['1'] }, 'deleteRecord'],
    ])('%s without its function, or to no table', async (method, body, name) => {
      const path = await define({ tables: ['known'] });
      const missing = await user.send(method, `${path}/tables/known/records`, { body });
      expect([missing.status, missing.body]).toEqual([
        422,
        expect.objectContaining({ code: 'connector.function_missing', function: name }),
      ]);
      const unknown = await user.send(method, `${path}/tables/else/records`, { body });
      expect([unknown.status, code(unknown)]).toEqual([404, 'connector.table_not_found']);
    });

    it.each<[string, string, object, string[]]>([
      ['no records', 'POST', {}, ['/records']],
      ['an empty list', 'PATCH', { records: [] }, ['/records']],
      ['too many', 'POST', { records: Array(1001).fill({ fields: {} }) }, ['/records']],
      ['too many ids', 'DELETE', { ids: Array(1001).fill('x') }, ['/ids']],
      ['no list', 'DELETE', { ids: 'x' }, ['/ids']],
      ['ids that are none', 'DELETE', { ids: ['a', '', 1, null] }, ['/ids/1', '/ids/2', '/ids/3']],
      ['an id with NUL', 'DELETE', { ids: ['a\0'] }, ['/ids/0']],
      [
        'faults in many records, all named',
        'PATCH',
        { records: [{ id: 1, fields: [] }, null, { id: 'a', fields: {}, x: 1 }, {}], more: 1 },
        [
          '/more',
          '/records/0/id',
          '/records/0/fields',
          '/records/1',
          '/records/2/x',
          '/records/3/id',
          '/records/3/fields',
        ],
      ],
      ['an id to make', 'POST', { records: [{ id: 'a', fields: {} }] }, ['/records/0/id']],
    ])('%s', async (_what, method, body, pointers) => {
      const path = await define(all);
      const answer = await user.send(method, `${path}/tables/t/records`, { body });
      expect(answer.status).toBe(400);
      const { errors } = answer.body as { errors: { pointer: string }[] };
      expect(errors.map(({ pointer }) => pointer)).toEqual(pointers);
    });

    it('more than 25 MiB, and no less', async () => {
      const path = `${await define(all)}/tables/t/records`;
      const records = (mib: number) => ({
        records: [{ id: '1', fields: { t: 'x'.repeat(mib * 1024 * 1024) } }],
      });
      const large = await user.send('PATCH', path, { body: records(6) });
      expect([large.status, resultsOf(large)]).toEqual([200, [{ status: 'ok', id: '1' }]]);
      expect((await user.send('PATCH', path, { body: records(26) })).status).toBe(413);
    });

    it.each([
      ['is empty', ''],
      ['has a blank', 'a b'],
      ['is not ASCII', 'ä'],
      ['is too long', 'x'.repeat(256)],
    ])('an Idempotency-Key that %s', async (_what, key) => {
      const path = `${await define(all)}/tables/t/records`;
      const answer = await user.post(path, { records: numbered(1) }, { 'Idempotency-Key': key });
      expect([answer.status, answer.body]).toEqual([
        400,
        expect.objectContaining({
          errors: [expect.objectContaining({ header: 'Idempotency-Key' })],
        }),
      ]);
    });
  });

  /** Sends a write as a client that can go away. */
  function leaving(path: string, body: object, headers: Record<string, string> = {}) {
    const { hostname, port } = new URL(service.url);
    const outgoing = httpRequest({
      ...{ hostname, port, path, method: 'POST' },
      headers: {
        Authorization: user.authorization,
        'Content-Type': 'application/json',
        ...headers,
      },
    });
    outgoing.on('error', () => undefined);
    outgoing.end(JSON.stringify(body));
    return outgoing;
  }

  const gone = (before: number) =>
    until(
      () =>
        service.log
          .slice(before)
          .some((line) => /request aborted|"statusCode":null|aborted/.test(line)),
      5000,
    );

  it('stops before its next record where the client goes away', async () => {
    const path = await items();
    shop.hold();
    const before = service.log.length;
    const outgoing = leaving(path, { records: numbered(50) });
    await shop.came(1);
    outgoing.destroy();
    await gone(before);
    shop.release();
    // The next write has its turn behind whatever was left of the first.
    expect(resultsOf(await user.post(path, { records: numbered(1, 100) }))).toHaveLength(1);
    const asked = [...shop.asked.keys()].sort((a, b) => a - b);
    expect(asked.pop()).toBe(100);
    expect(asked.every((n) => n < 4)).toBe(true);
  });

  describe('with an Idempotency-Key', () => {
    const key = (name: string) => ({ 'Idempotency-Key': name });

    it('answers a second time with the same bytes and writes nothing', async () => {
      const path = await items();
      shop.treatment = (n) => (n === 2 ? 'refuse' : undefined);
      const first = await user.post(path, { records: numbered(5) }, key('k1'));
      const again = await user.post(path, { records: numbered(5) }, key('k1'));
      expect(again.text).toBe(first.text);
      expect(resultsOf(first).map(({ status }) => status)).toEqual([
        'ok',
        'ok',
        'error',
        'ok',
        'ok',
      ]);
      expect(shop.requests).toBe(5);
      const another = await user.post(path, { records: numbered(4) }, key('k1'));
      expect([another.status, code(another)]).toEqual([422, 'idempotency.key_reused']);
      expect(shop.requests).toBe(5);
    });

    it('runs one of two equal requests at once; the other is told to wait', async () => {
      const path = await items();
      shop.hold();
      const send = () => user.post(path, { records: numbered(6) }, key('k2'));
      const both = [send(), send()];
      const told = await Promise.race(both);
      expect([told.status, code(told)]).toEqual([409, 'idempotency.in_progress']);
      expect(told.headers['retry-after']).toBe('2');
      expect((await user.post(path, { records: numbered(1) }, key('k2'))).status).toBe(422);
      shop.release();
      const [one, two] = await Promise.all(both);
      expect([one?.status, two?.status].sort()).toEqual([200, 409]);
      expect(shop.requests).toBe(6);
      expect((await send()).text).toBe((one?.status === 200 ? one : two)?.text);
      expect(shop.requests).toBe(6);
    });

    it('is another write for another user, method or table', async () => {
      const [mine, theirs] = [await items(), await items(other)];
      await user.post(mine, { records: numbered(1) }, key('k3'));
      expect((await other.post(theirs, { records: numbered(1) }, key('k3'))).status).toBe(200);
      const elsewhere = mine.replace('items', 'others');
      expect((await user.post(elsewhere, { records: numbered(1) }, key('k3'))).status).toBe(200);
      expect(shop.asked.get(0)).toBe(3);
      expect(new Set(shop.keys.get(0)).size).toBe(3);
      const sent = { ids: ['1'] };
      const removal = await user.send('DELETE', mine, { headers: key('k3'), body: sent });
      expect([removal.status, code(removal)]).toEqual([422, 'connector.function_missing']);
    });

    it('is free again where nothing was tried', async () => {
      const path = await define({});
      const send = () =>
        user.post(`${path}/tables/items/records`, { records: numbered(1) }, key('k4'));
      expect((await send()).status).toBe(422);
      await user.put(path, { createRecord: creating(shop.url) });
      expect(resultsOf(await send())).toEqual([{ status: 'ok', id: 'item-0' }]);
    });

    it('goes on to its end where the client goes away', async () => {
      const path = await items();
      shop.hold();
      const before = service.log.length;
      const outgoing = leaving(path, { records: numbered(9) }, key('k5'));
      await shop.came(1);
      outgoing.destroy();
      await gone(before);
      shop.release();
      await until(() => shop.made.size === 9, 10_000);
      const send = () => user.post(path, { records: numbered(9) }, key('k5'));
      let answer = await send();
      await until(async () => (answer = await send()).status !== 409, 5000);
      expect(resultsOf(answer).map(({ status }) => status)).toEqual(Array(9).fill('ok'));
      expect(shop.requests).toBe(9);
    });

    it('loses and doubles nothing where the connections to the database break', async () => {
      const path = await items();
      const send = () => user.post(path, { records: numbered(60) }, key('k6'));
      const answer = send();
      for (const count of [5, 20, 35, 50]) {
        await shop.came(count);
        await withClient(service.databaseUrl, (client) =>
          client.query(
            'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()',
          ),
        );
      }
      const first = await answer;
      expect(resultsOf(first)).toEqual(
        numbered(60).map(({ fields: { n } }) => ({ status: 'ok', id: `item-${n}` })),
      );
      expect(shop.requests).toBe(60);
      expect((await send()).text).toBe(first.text);
    });

    it('is gone with its connector, in the middle of a write too', async () => {
      const path = await items();
      shop.hold();
      const answer = user.post(path, { records: numbered(20) }, key('k7'));
      await shop.came(1);
      await user.delete(path.replace('/tables/items/records', ''));
      shop.release();
      const { status, body } = await answer;
      expect([status, body]).toEqual([
        404,
        expect.objectContaining({ code: 'connector.not_found' }),
      ]);
      // What had begun, and at most as much again that began before that was known.
      expect(shop.requests).toBeLessThanOrEqual(8);
      const left = await withClient(service.databaseUrl, (client) =>
        client.query('select 1 from write_requests where connector_id = $1', [path.split('/')[2]]),
      );
      expect(left.rowCount).toBe(0);
    });

    it('gives the code one key for each record, whichever try it is', async () => {
      const path = await items();
      await user.post(path, { records: numbered(3) }, key('k8'));
      await withClient(service.databaseUrl, (client) => client.query('delete from write_requests'));
      await user.post(path, { records: numbered(3) }, key('k8'));
      const keys = [...shop.keys.values()];
      expect(keys.map((tries) => new Set(tries).size)).toEqual([1, 1, 1]);
      expect(keys.flat().every((text) => /^[0-9a-f]{64}$/.test(text))).toBe(true);
      expect(new Set(keys.flat()).size).toBe(3);
    });

    it('is removed in the background once it is kept no longer', async () => {
      const path = await items();
      await user.post(path, { records: numbered(2) }, key('old'));
      await user.post(path, { records: numbered(2) }, key('new'));
      const sql = (text: string) =>
        withClient(
          service.databaseUrl,
          async (client) => (await client.query(text)).rows as object[],
        );
      // More than are removed in one step, and one whose write still runs.
      await sql(`insert into write_requests
        select user_id, decode(lpad(to_hex(n), 64, '0'), 'hex'), connector_id, body_hash, records,
          lease_id, case when n = 1 then now() + interval '1 hour' else lease_until end, n > 1,
          now() - interval '25 hours'
        from write_requests, generate_series(1, 50) as n
        where key_hash = (select max(key_hash) from write_requests)`);
      await service.running.app.get(ExpiredWrites, { strict: false }).remove();
      expect(
        await sql("select 1 from write_requests where created_at < now() - interval '24 hours'"),
      ).toHaveLength(1);
      expect((await user.post(path, { records: numbered(2) }, key('new'))).status).toBe(200);
      expect(shop.requests).toBe(4);
      await sql("delete from write_requests where created_at < now() - interval '24 hours'");
    });

    it('is forgotten after 24 hours', async () => {
      const path = await items();
      const send = () => user.post(path, { records: numbered(1) }, key('k9'));
      await send();
      await withClient(service.databaseUrl, (client) =>
        client.query(
          "update write_requests set created_at = now() - interval '23 hours 59 minutes'",
        ),
      );
      await send();
      expect(shop.requests).toBe(1);
      await withClient(service.databaseUrl, (client) =>
        client.query("update write_requests set created_at = now() - interval '24 hours'"),
      );
      await send();
      expect(shop.requests).toBe(2);
    });
  });
});

describe('a write whose service was killed', () => {
  let bench: Bench;
  let shop: Shop;

  beforeAll(async () => {
    bench = await Bench.open();
    shop = await Shop.open();
  });
  afterAll(async () => {
    await bench.end();
    await shop.remote.stop();
  });

  it('keeps what it told of records, knows of no other, and writes none of them twice', async () => {
    const settings = { DATA_DIR: bench.dataDir('killed'), EGRESS_ALLOW: shop.remote.host };
    let service: ServiceProcess = await bench.start(settings).ready();
    const { token = '' } = service;
    const defined = await service.request('/custom-connectors', {
      method: 'POST',
      body: JSON.stringify({ name: 'x', createRecord: creating(shop.url) }),
    });
    const { id } = (await defined.json()) as { id: string };
    const send = () =>
      fetch(`${service.url}/custom-connectors/${id}/tables/items/records`, {
        method: 'POST',
        headers: {
          ...{ 'Content-Type': 'application/json', 'Idempotency-Key': 'killed' },
          Authorization: `API-Token ${token}`,
        },
        body: JSON.stringify({ records: numbered(300) }),
      });
    const cut = send().catch(() => null);
    await shop.came(80);
    bench.below(service);
    await service.stop('SIGKILL');
    await cut;
    service = await bench.start(settings).ready();

    let answer = await send();
    expect([200, 409]).toContain(answer.status);
    await until(async () => (answer = await send()).status !== 409, 15_000);
    const text = await answer.text();
    expect([answer.status, text.slice(0, 12)]).toEqual([200, '{"results":[']);
    const { results } = JSON.parse(text) as { results: Result[] };
    expect(results).toHaveLength(300);
    for (const [n, result] of results.entries()) {
      if (result.status === 'ok') expect(result.id).toBe(shop.made.get(n));
      else expect(result).toEqual({ status: 'unknown' });
    }
    // What the remote had told of is known but for the few that were under way.
    const known = results.filter(({ status }) => status === 'ok').length;
    expect(known).toBeGreaterThanOrEqual(shop.made.size - 4);
    expect(known).toBeLessThan(300);
    expect([...shop.asked.values()].every((count) => count === 1)).toBe(true);
    const { requests } = shop;
    expect(await (await send()).text()).toBe(text);
    expect(shop.requests).toBe(requests);
  }, 120_000);
});
