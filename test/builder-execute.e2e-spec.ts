import { setTimeout as sleep } from 'node:timers/promises';
import { Remote } from './support/remote.js';
import { startTestService, type Api, type TestService } from './support/service.js';

const BUILDER = '/rest/custom-connector-builder';
const KEY = 'sk_live_0123456789abcdef';

interface Trace {
  requests: { method: string; url: string; status?: number; error?: string }[];
  log: { level: string; text: string }[];
  summary?: { complete: boolean; records: number; warnings: { code: string }[] };
  records?: unknown[];
  pagesLeftOut?: number;
  needsMapping?: { detail: string; pointer?: string };
}

interface Traced {
  result: unknown;
  trace: Trace;
}

describe('trying out functions that are not saved', () => {
  let remote: Remote;
  let other: Remote;
  let service: TestService;
  let user: Api;
  const authorizations: (string | undefined)[] = [];
  const strayed: string[] = [];
  let closed = 0;

  beforeAll(async () => {
    other = await Remote.start((request, response) => {
      strayed.push(JSON.stringify([request.url, request.headers]));
      response.end('{}');
    });
    remote = await Remote.start((request, response) => {
      authorizations.push(request.headers.authorization);
      response.once('close', () => (closed += 1));
      const { pathname, searchParams } = new URL(request.url ?? '/', remote.url);
      if (pathname === '/hangs') return;
      response.setHeader('Content-Type', 'application/json');
      if (pathname === '/digits') response.end('{"id":9007199254740993,"n":12345678901234567890}');
      else if (pathname === '/echo') response.end(JSON.stringify(request.headers));
      else if (pathname === '/fails') response.writeHead(422).end('{"message":"no luck"}');
      else {
        const page = Number(searchParams.get('page') ?? 1);
        const items = Array.from({ length: 2 }, (_, at) => ({ id: page * 10 + at, title: 'x' }));
        response.end(JSON.stringify({ items, has_more: page < 3 }));
      }
    });
    service = await startTestService({
      EGRESS_ALLOW: `${remote.host},${other.host}`,
      RUN_CPU_SECONDS: '1',
    });
    user = await service.newUser();
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await Promise.all([remote.stop(), other.stop()]);
  });

  const execute = (route: string, body: object, trace = false) =>
    user.post(`${BUILDER}/execute-${route}${trace ? '?trace=true' : ''}`, body);

  async function traced(route: string, body: object): Promise<Traced> {
    const answer = await execute(route, body, true);
    expect(answer).toMatchObject({ status: 200 });
    return answer.body as Traced;
  }

  async function stored(more: object): Promise<string> {
    const made = await user.post('/custom-connectors', { name: 'x', apiKey: KEY, ...more });
    expect(made).toMatchObject({ status: 201 });
    return (made.body as { id: string }).id;
  }

  const POLL = (pages: string) => `async function* pollRecords(key, [table]) { ${pages} }`;
  const ALL_PAGES = () =>
    POLL(`yield* paginate('${remote.url}/items', { strategy: 'page', recordsPath: 'items',
      hasMorePath: 'has_more' });`);
  const mapping = {
    recordArrayPath: 'items',
    fields: [{ path: 'title', type: 'text', name: 'Title' }],
  };

  it.each<[string, object, unknown]>([
    [
      'list-tables',
      {
        functionString: "function listTables(key) { return [{ id: ['a'], displayName: 'A' }]; }",
        apiKey: '',
      },
      [{ id: ['a'], displayName: 'A' }],
    ],
    [
      'schema',
      {
        functionString:
          "function fetchSchema(key, [t]) { return [{ id: 'n', displayName: t, type: 'numeric' }]; }",
        apiKey: null,
        tableId: ['items'],
      },
      [{ id: 'n', displayName: 'items', type: 'numeric' }],
    ],
    [
      'poll-records',
      {
        function: 'function pollRecords(key, t) { return [{ id: t[1], fields: {} }]; }',
        apiKey: 'k',
        tableId: 'items:a%3Ab',
      },
      [{ id: 'a:b', fields: {} }],
    ],
    [
      'get-record',
      {
        functionString: 'function getRecord(id, key, [t]) { return { id, fields: { t } }; }',
        ...{ recordId: '7', apiKey: 'k', tableId: ['items'] },
      },
      { id: '7', fields: { t: 'items' } },
    ],
    [
      'create-record',
      {
        functionString: 'function createRecord(data, key, [t]) { return { id: 5, ...data, t }; }',
        ...{ recordData: { title: 'Lamp' }, apiKey: 'k', tableId: ['items'] },
      },
      { id: 5, title: 'Lamp', t: 'items' },
    ],
    [
      'update-record',
      {
        functionString: 'function updateRecord(id, data, key, [t]) { return [id, data, t]; }',
        ...{ recordId: '7', recordData: { a: null }, apiKey: 'k', tableId: ['items'] },
      },
      ['7', { a: null }, 'items'],
    ],
    [
      'delete-record',
      {
        functionString: 'function deleteRecord(id, key, [t]) {}',
        ...{ recordId: '7', apiKey: 'k', tableId: ['items'] },
      },
      null,
    ],
  ])('execute-%s gives the result of the function', async (route, body, result) => {
    expect(await execute(route, body)).toMatchObject({ status: 200, body: result });
    expect((await traced(route, body)).result).toEqual(result);
  });

  it('gives null for what JSON has no text for, where the contract takes anything', async () => {
    const functionString = 'function updateRecord() { return fetch; }';
    const body = { functionString, recordId: '1', recordData: {}, tableId: ['t'] };
    expect(await execute('update-record', body)).toMatchObject({ status: 200, text: 'null' });
  });

  it('changes no digit', async () => {
    const functionString = `async function getRecord() { return (await fetch('${remote.url}/digits')).json(); }`;
    const answer = await execute('get-record', { functionString, recordId: '1', tableId: ['t'] });
    expect(answer.text).toBe('{"id":9007199254740993,"n":12345678901234567890}');
  });

  describe('a poll', () => {
    it('of a generator gives the array of its pages, of a plain function what it returned', async () => {
      const pages = [1, 2, 3].map((page) => ({
        items: [page * 10, page * 10 + 1].map((id) => ({ id, title: 'x' })),
        has_more: page < 3,
      }));
      const all = await execute('poll-records', { function: ALL_PAGES(), tableId: ['t'], mapping });
      expect(all).toMatchObject({ status: 200, body: pages });
      const source = `async function pollRecords() { return (await fetch('${remote.url}/items')).json(); }`;
      const one = await execute('poll-records', { function: source, tableId: ['t'] });
      expect(one).toMatchObject({ status: 200, body: pages[0] });
    });

    it('tells with the trace what was asked for, logged, mapped and complete', async () => {
      const body = { function: ALL_PAGES(), tableId: ['t'], mapping };
      const { trace } = await traced('poll-records', body);
      expect(trace.requests).toHaveLength(3);
      expect(trace.requests[0]).toMatchObject({ method: 'GET', status: 200 });
      expect(trace.summary).toMatchObject({ complete: true, records: 6, warnings: [] });
      expect(trace.records?.[0]).toEqual({ id: '10', fields: { Title: 'x' } });
      expect(trace.pagesLeftOut).toBe(0);
    });

    it('tells that it was not complete', async () => {
      const source = POLL(
        `console.warn('once'); yield (await fetch('${remote.url}/items')).json();`,
      );
      const body = { function: source, tableId: ['t'], mapping };
      const { trace } = await traced('poll-records', body);
      expect(trace.summary).toMatchObject({ complete: false, records: 2 });
      expect(trace.summary?.warnings.length).toBeGreaterThan(0);
      expect(trace.log).toMatchObject([{ level: 'warn', text: 'once' }]);
    });

    it('without a mapping shows what a mapping has to be made for', async () => {
      const body = { function: ALL_PAGES(), tableId: ['t'] };
      const { result, trace } = await traced('poll-records', body);
      expect(result).toMatchObject([{ has_more: true }]);
      expect(trace.needsMapping?.detail).toContain('{ id, fields }');
      expect(trace.summary).toBeUndefined();
    });

    it('takes the mapping of the connector, of the table first', async () => {
      const titled = {
        ...mapping,
        fields: [{ path: 'title', type: 'text', name: 'Of the table' }],
      };
      const connectorId = await stored({ mapping, tableMappings: { t: titled } });
      const body = { function: ALL_PAGES(), connectorId };
      const of = async (tableId: string[]) =>
        (await traced('poll-records', { ...body, tableId })).trace.records?.[0];
      expect(await of(['t'])).toEqual({ id: '10', fields: { 'Of the table': 'x' } });
      expect(await of(['u'])).toEqual({ id: '10', fields: { Title: 'x' } });
    });

    it('whose pages are too large is no answer without the trace, and its beginning with it', async () => {
      const source = POLL(
        "for (let n = 0; n < 4; n++) yield [{ id: n, fields: { text: 'x'.repeat(2 * 1024 * 1024) } }];",
      );
      const body = { function: source, tableId: ['t'] };
      const answer = await execute('poll-records', body);
      expect(answer).toMatchObject({ status: 507, body: { code: 'run.result' } });
      expect((answer.body as { detail: string }).detail).toContain('?trace=true');
      const { result, trace } = await traced('poll-records', body);
      expect(result).toMatchObject([[{ id: 0 }], [{ id: 1 }]]);
      expect(trace).toMatchObject({ pagesLeftOut: 2, summary: { complete: true, records: 4 } });
    });
  });

  describe('what goes wrong', () => {
    it('in the source is named with line and column, before anything runs', async () => {
      const answer = await execute('list-tables', { functionString: 'function listTables( {\n' });
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/functionString', line: 2, column: 1 }] },
      });
      const misnamed = await execute('poll-records', {
        function: 'function poll() {}',
        tableId: ['t'],
      });
      expect(misnamed).toMatchObject({ status: 400, body: { errors: [{ pointer: '/function' }] } });
    });

    it('in the code is named with line and column', async () => {
      const functionString = 'async function listTables() {\n  await null;\n  null.x;\n}';
      const answer = await execute('list-tables', { functionString });
      expect(answer).toMatchObject({
        status: 502,
        body: { code: 'connector.run_failed', function: 'listTables', line: 3, reason: 'thrown' },
      });
    });

    it('comes with the trace where that was asked for', async () => {
      const functionString = `async function listTables() {
        console.log('about to fail');
        const response = await fetch('${remote.url}/fails');
        throw new HttpError(response.status, response.url, await response.text());
      }`;
      const { body, status } = await execute('list-tables', { functionString }, true);
      expect(status).toBe(502);
      const { trace, remoteStatus } = body as { trace: Trace; remoteStatus: number };
      expect(remoteStatus).toBe(422);
      expect(trace.log).toMatchObject([{ text: 'about to fail' }]);
      expect(trace.requests.at(-1)).toMatchObject({ status: 422 });
      expect((await execute('list-tables', { functionString })).body).not.toHaveProperty('trace');
    });

    it.each<[string, object, string, string | undefined]>([
      [
        'list-tables',
        { functionString: 'function listTables() { return [{ id: "a" }]; }' },
        'id',
        '/0/id',
      ],
      [
        'schema',
        {
          functionString:
            'function fetchSchema() { return [{ id: "a", displayName: "A", type: "int" }]; }',
          tableId: ['t'],
        },
        'type',
        '/0/type',
      ],
      [
        'create-record',
        {
          functionString: 'function createRecord() { return {}; }',
          ...{ recordData: {}, tableId: ['t'] },
        },
        'id',
        '',
      ],
      [
        'get-record',
        {
          functionString: 'function getRecord() { return { name: "x" }; }',
          ...{ recordId: '1', tableId: ['t'], mapping: { recordArrayPath: '', fields: [] } },
        },
        'id',
        undefined,
      ],
    ])('execute-%s says what is not as agreed', async (route, body, word, pointer) => {
      const { status, body: problem } = await execute(route, body);
      expect(status).toBe(502);
      const told = problem as { code: string; detail: string; pointer?: string };
      expect(told.code).toBe('connector.bad_result');
      expect(told.detail).toContain(word);
      if (pointer !== undefined) expect(told.pointer).toBe(pointer);
    });

    it('ends at the limits of every run', async () => {
      const functionString = 'function listTables() { for (;;); }';
      const answer = await execute('list-tables', { functionString }, true);
      expect(answer).toMatchObject({ status: 504, body: { code: 'run.cpu' } });
    });

    it('names every fault of the body together', async () => {
      const answer = await execute('get-record', {
        functionString: 'x',
        tableId: [],
        allowedHosts: ['*'],
        mapping: { fields: 1 },
        more: 1,
      });
      const { errors } = answer.body as { errors: { pointer: string }[] };
      expect(answer.status).toBe(400);
      expect(new Set(errors.map(({ pointer }) => pointer.split('/')[1]))).toEqual(
        new Set(['functionString', 'tableId', 'allowedHosts', 'mapping', 'more', 'recordId']),
      );
      const query = await user.post(`${BUILDER}/execute-list-tables?trace=maybe`, {
        functionString: 'function listTables() { return []; }',
      });
      expect(query).toMatchObject({ status: 400, body: { errors: [{ parameter: 'trace' }] } });
    });
  });

  describe('the key', () => {
    const ASK = (url: string) => `async function listTables(key) {
      const response = await fetch('${url}' + '/echo', { headers: { Authorization: 'Bearer ' + key } });
      console.log(key, await response.text());
      return [];
    }`;

    it('of the body goes to the hosts in the source beside it, and shows nowhere', async () => {
      const { trace } = await traced('list-tables', {
        functionString: `const BASE = '${remote.url}/'; ${ASK(remote.url)}`,
        apiKey: KEY,
      });
      expect(authorizations.at(-1)).toBe(`Bearer ${KEY}`);
      expect(JSON.stringify(trace)).not.toContain(KEY);
      expect(trace.log[0]?.text).toContain('Bearer');
    });

    it('of the body goes to allowedHosts alone, where there are any', async () => {
      const body = { functionString: ASK(other.url), apiKey: KEY, allowedHosts: [remote.host] };
      const answer = await execute('list-tables', body, true);
      expect(answer).toMatchObject({ status: 502, body: { reason: 'remote.refused' } });
      expect(strayed).toEqual([]);
    });

    it('of a connector goes to its allowedHosts, and never to hosts of a source that is not saved', async () => {
      const open = await stored({ listTables: ASK(remote.url) });
      const refused = await execute('list-tables', {
        functionString: ASK(other.url),
        connectorId: open,
      });
      expect(refused).toMatchObject({ status: 502, body: { reason: 'remote.refused' } });
      expect((refused.body as { detail: string }).detail).toContain('allowedHosts');
      const bound = await stored({ allowedHosts: [remote.host] });
      const body = { functionString: ASK(remote.url), connectorId: bound };
      expect(await execute('list-tables', body)).toMatchObject({ status: 200 });
      expect(authorizations.at(-1)).toBe(`Bearer ${KEY}`);
      expect(strayed).toEqual([]);
    });

    it('may be sent as the mask that was read, with its connector alone', async () => {
      const connectorId = await stored({ allowedHosts: [remote.host] });
      const body = { functionString: ASK(remote.url), apiKey: '••••cdef' };
      expect(await execute('list-tables', { ...body, connectorId })).toMatchObject({ status: 200 });
      expect(authorizations.at(-1)).toBe(`Bearer ${KEY}`);
      for (const more of [{}, { connectorId, apiKey: '••••0000' }]) {
        expect(await execute('list-tables', { ...body, ...more })).toMatchObject({
          status: 400,
          body: { errors: [{ pointer: '/apiKey' }] },
        });
      }
    });

    it('of a connector takes no hosts from the body', async () => {
      const connectorId = await stored({ allowedHosts: [remote.host] });
      const answer = await execute('list-tables', {
        ...{ functionString: ASK(other.url), connectorId, allowedHosts: [other.host] },
      });
      expect(answer).toMatchObject({
        status: 400,
        body: { errors: [{ pointer: '/allowedHosts' }] },
      });
      expect(strayed).toEqual([]);
    });

    it('of somebody else’s connector is not to be had', async () => {
      const connectorId = await stored({ allowedHosts: [remote.host] });
      const stranger = await service.newUser();
      const body = { functionString: ASK(remote.url) };
      const ask = (id: string) =>
        stranger.post(`${BUILDER}/execute-list-tables`, { ...body, connectorId: id });
      const foreign = await ask(connectorId);
      expect(foreign).toMatchObject({ status: 404, body: { code: 'connector.not_found' } });
      const unknown = await ask('cuc_0000000000');
      const { requestId: _one, instance: _two, ...told } = foreign.body as Record<string, unknown>;
      expect(unknown.body).toMatchObject(told);
      expect(await ask('x')).toMatchObject({ status: 404 });
    });
  });

  it('is not on the record of the connector whose key it used', async () => {
    const connectorId = await stored({ allowedHosts: [remote.host] });
    const functionString = 'function listTables() { return []; }';
    await execute('list-tables', { functionString, connectorId });
    const runs = await user.get(`/custom-connectors/${connectorId}/runs`);
    expect(runs.body).toEqual([]);
  });

  it('is ended when its client goes away', async () => {
    const gone = new AbortController();
    const functionString = `async function listTables() { await fetch('${remote.url}/hangs'); return []; }`;
    const before = closed;
    const hung = fetch(`${service.url}${BUILDER}/execute-list-tables`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Authorization: user.authorization ?? '' },
      body: JSON.stringify({ functionString }),
      signal: gone.signal,
    });
    const broken = expect(hung).rejects.toThrow();
    while (!remote.requests.some(({ url }) => url === '/hangs')) await sleep(20);
    gone.abort();
    await broken;
    for (let tries = 0; closed === before && tries < 250; tries++) await sleep(20);
    expect(closed).toBeGreaterThan(before);
  });
});
