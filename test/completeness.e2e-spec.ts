import { once } from 'node:events';
import { request, type IncomingMessage } from 'node:http';
import type { Remote } from './support/remote.js';
import { startTestService, type Api, type TestService } from './support/service.js';
import { items, startTraps } from './support/traps.js';

interface Warning {
  code: string;
  detail: string;
  request?: string;
  pointer?: string;
  header?: string;
}

interface Summary {
  complete: boolean;
  stop: string;
  records: number;
  pages: number;
  duplicates: number;
  rejected: number;
  invalid: number;
  requests: number;
  samples: object[];
  warnings: Warning[];
}

interface Read {
  status: number;
  ids: string[];
  records: { id: string; fields: Record<string, unknown> }[];
  summary: Summary;
  error?: { code: string; detail: string; remoteStatus?: number };
}

const MAPPING = {
  recordArrayPath: 'rows',
  fields: [
    { path: 'name', type: 'text', name: 'Name' },
    { path: 'price', type: 'numeric', name: 'Price' },
  ],
};

const ids = (from: number, to: number): string[] => items(from, to).map(({ id }) => String(id));

describe('a read says whether it was complete', () => {
  let remote: Remote;
  let service: TestService;
  let user: Api;

  beforeAll(async () => {
    remote = await startTraps();
    service = await startTestService({
      EGRESS_ALLOW: remote.host,
      RUN_POLL_SECONDS: '20',
      RUN_REQUESTS: '60',
    });
    user = await service.newUser();
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await remote.stop();
  });

  async function define(body: string, mapping: object | null): Promise<string> {
    const pollRecords = `async function* pollRecords(apiKey, tableId) {
      const at = '${remote.url}';
      const get = async (path) => (await fetch(at + path)).json();
      ${body}
    }`;
    const made = await user.post('/custom-connectors', { name: 'x', pollRecords, mapping });
    expect([made.status, made.body]).toEqual([201, expect.anything()]);
    return `/custom-connectors/${(made.body as { id: string }).id}/tables/t/records`;
  }

  /** The same where the answer may be broken off. */
  async function stream(body: string): Promise<{ whole: boolean; lines: object[] }> {
    const url = `${service.url}${await define(body, MAPPING)}`;
    const headers = { Authorization: user.authorization ?? '', Accept: 'application/x-ndjson' };
    const asked = request(url, { headers }).end();
    const [response] = (await once(asked, 'response')) as [IncomingMessage];
    let text = '';
    response.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    response.on('error', () => undefined);
    await new Promise((resolve) => response.once('close', resolve));
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as object);
    return { whole: response.complete, lines };
  }

  /** Reads by a body of `pollRecords`, an async generator in which `at` is the remote's address. */
  async function read(
    body: string,
    { mapping = MAPPING, query = '' }: { mapping?: object | null; query?: string } = {},
  ): Promise<Read> {
    const path = `${await define(body, mapping)}${query}`;
    const { status, text } = await user.get(path, { Accept: 'application/x-ndjson' });
    if (status !== 200) throw new Error(`${status} ${text}`);
    const lines = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as unknown);
    const { summary, error } = lines.pop() as Read;
    const records = lines as unknown as Read['records'];
    return {
      status,
      records,
      ids: records.map(({ id }) => id),
      summary,
      ...(error ? { error } : {}),
    };
  }

  /** The three ways in which connectors read numbered pages: all must be judged alike. */
  const ways = (trap: string): [way: string, body: string, mapping: object | null][] => [
    ['the kit', `yield* paginate(at + '/${trap}', { strategy: 'page' })`, MAPPING],
    [
      'a loop',
      `for (let page = 1; ; page++) {
         const body = await get('/${trap}?page=' + page);
         if (!body.rows?.length) { if (body.rows === undefined) yield body; return; }
         yield body;
       }`,
      MAPPING,
    ],
    [
      'code that maps',
      `for (let page = 1; ; page++) {
         const { rows = [] } = await get('/${trap}?page=' + page);
         if (rows.length === 0) return;
         yield rows.map(({ id, name }) => ({ id: String(id), fields: { Name: name } }));
       }`,
      null,
    ],
  ];

  const complete = (found: Read, wanted: string[]) => {
    expect(found.error).toBeUndefined();
    expect(found.summary).toMatchObject({ complete: true, stop: 'end', warnings: [] });
    expect(found.ids).toEqual(wanted);
    expect(found.summary.records).toBe(wanted.length);
  };

  describe('where it was', () => {
    it.each(
      ['plain', 'total', 'says-more', 'pages-told'].flatMap((trap) =>
        ways(trap).map(([way, body, mapping]) => ({ trap, way, body, mapping })),
      ),
    )('$trap, by $way', async ({ body, mapping }) => {
      complete(await read(body, { mapping }), ids(0, 35));
    });

    it.each(['retry-seconds', 'retry-date', 'unavailable-once', 'reset-once'])(
      '%s',
      async (trap) => {
        const found = await read(ways(trap)[0]?.[1] ?? '');
        complete(found, ids(0, 35));
        expect(found.summary.requests).toBeGreaterThan(4);
      },
    );

    const cursorLoop = (trap: string) => `let cursor = '';
      do {
        const body = await get('/${trap}' + (cursor && '?cursor=' + cursor));
        yield body;
        cursor = body.rows.length || cursor === '' ? body.next_cursor : null;
      } while (cursor);`;

    it.each([
      ['Link headers, by the kit', "yield* paginate(at + '/link', { strategy: 'link-header' })"],
      [
        'Link headers, by a loop',
        `for (let url = at + '/link'; url;) {
           const response = await fetch(url);
           yield await response.json();
           url = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
         }`,
      ],
      [
        'a total in a header',
        "for (let page = 1; page < 5; page++) yield await get('/total-in-header?page=' + page)",
      ],
    ])('%s', async (_name, body) => {
      complete(await read(body, { mapping: { ...MAPPING, recordArrayPath: '' } }), ids(0, 35));
    });

    it.each([
      [
        'a cursor, by the kit',
        "yield* paginate(at + '/cursor', { strategy: 'cursor', cursorPath: 'next_cursor', cursorParam: 'cursor' })",
      ],
      ['a cursor, by a loop', cursorLoop('cursor')],
      ['a cursor that stays at its end', cursorLoop('cursor-stays')],
      [
        'the same, by the kit',
        "yield* paginate(at + '/cursor-stays', { strategy: 'cursor', cursorPath: 'next_cursor', cursorParam: 'cursor' })",
      ],
      ['an empty first page', cursorLoop('empty-first')],
      [
        'pages counted from 0',
        "for (let p = 0; p < 4; p++) yield await get('/pages-from-0?page=' + p)",
      ],
      ['gzip', "yield await get('/gzip')"],
      ['brotli', "yield await get('/brotli')"],
      [
        'pages fetched ahead that come empty',
        "yield* paginate(at + '/plain', { strategy: 'page', concurrency: 8 })",
      ],
      [
        'pages fetched ahead by own code',
        `const pages = await Promise.all([1, 2, 3, 4, 5, 6].map((p) => get('/says-more?page=' + p)));
         for (const page of pages) yield page;`,
      ],
      [
        'an export job that is polled',
        `await (await fetch(at + '/export', { method: 'POST' })).json();
         let job;
         do job = await get('/export/job'); while (job.status === 'running');
         yield await (await fetch(job.url)).json();`,
      ],
    ])('%s', async (_name, body) => {
      complete(await read(body), ids(0, 35));
    });

    it('records keyed by object key', async () => {
      const mapping = { recordArrayPath: 'rows', idPath: '@key', fields: MAPPING.fields };
      const [[, byKit], [, byLoop]] = ways('keyed') as unknown as [
        [string, string],
        [string, string],
      ];
      const wanted = ids(0, 35).map((id) => `k${id}`);
      complete(await read(byKit, { mapping }), wanted);
      const loop = byLoop.replaceAll('body.rows?.length', 'Object.keys(body.rows).length');
      complete(await read(loop, { mapping }), wanted);
    });

    it('records that are the members of the root, whatever their keys', async () => {
      const mapping = { recordArrayPath: '', idPath: '@key', fields: MAPPING.fields };
      complete(await read("yield await get('/keyed-root')", { mapping }), [
        'error',
        'total',
        'next',
      ]);
    });

    it('nested pagination', async () => {
      const body = `for (const { id } of (await get('/nested')).boards) {
        for (let page = 1, more = true; more; page++) {
          const answer = await get('/nested/' + id + '?page=' + page);
          yield answer;
          more = answer.has_more;
        }
      }`;
      complete(await read(body), [...ids(100, 115), ...ids(200, 215)]);
    });

    it('GraphQL', async () => {
      const body = `for (let after = null, more = true; more;) {
        const response = await fetch(at + '/graphql', {
          method: 'POST',
          body: JSON.stringify({ query: 'query T($after: String) { things }', variables: { after } }),
        });
        const page = await response.json();
        yield page;
        ({ hasNextPage: more, endCursor: after } = page.data.things.pageInfo);
      }`;
      const mapping = { ...MAPPING, recordArrayPath: 'data.things.nodes' };
      complete(await read(body, { mapping }), ids(0, 35));
    });

    it('a record of 10 MB', async () => {
      const found = await read("yield await get('/ten-megabytes')");
      complete(found, ['1', '2', '3']);
      expect(found.records[0]?.fields).toEqual({ Name: 'x'.repeat(10_000_000) });
    });

    it('numbers as texts', async () => {
      const found = await read("yield await get('/numbers-as-texts')");
      complete(found, ['1', '2']);
      expect(found.records.map(({ fields }) => fields['Price'])).toEqual([
        12.5,
        '9007199254740993',
      ]);
    });

    it('wrong types in one of a thousand records, which is told', async () => {
      const found = await read("yield await get('/one-wrong')");
      complete(found, ids(0, 1_000));
      expect(found.records[617]).toEqual({ id: '617', fields: { Name: 'item 617', Price: null } });
      expect(found.summary).toMatchObject({
        invalid: 1,
        samples: [{ record: '617', field: 'Price', pointer: '/rows/617/price' }],
      });
    });

    it.each([
      [
        'a look-up beside the list',
        "await get('/owner/7'); yield await get('/plain?page=4')",
        ids(30, 35),
      ],
      [
        'a list that is looked at beside the one that is read',
        "const { rows } = await get('/owners'); if (rows.length) yield await get('/plain?page=4')",
        ids(30, 35),
      ],
      ['a filter in the query', "yield await get('/filtered?status=open')", ids(0, 4)],
      ['a sync token', "yield await get('/sync-token')", ids(0, 5)],
      ['records with a field named error', "yield await get('/field-named-error')", ids(0, 5)],
      [
        'the same in code that maps',
        "yield { rows: (await get('/field-named-error')).rows.filter(Boolean) }",
        ids(0, 5),
      ],
    ])('%s', async (_name, body, wanted) => {
      complete(await read(body), wanted);
    });

    it('records with a field named error, at the root', async () => {
      const mapping = { ...MAPPING, recordArrayPath: '' };
      complete(await read("yield await get('/field-named-error/root')", { mapping }), ids(0, 5));
    });

    it.each([
      ['yield { rows: invoice.lines }'],
      ['yield { rows: invoice.lines.map((line) => ({ ...line })) }'],
    ])('an invoice with a total: %s', async (give) => {
      const body = `for (const { id } of (await get('/invoices')).rows) {
        const invoice = await get('/invoice/' + id);
        ${give}
      }`;
      complete(await read(body), [...ids(0, 2), ...ids(10, 12), ...ids(20, 22)]);
    });
  });

  describe('where it was not', () => {
    const partial = (found: Read, ...warnings: object[]) => {
      expect(found.error).toBeUndefined();
      expect(found.summary).toMatchObject({ complete: false, warnings });
    };

    it.each(ways('repeats'))('a page that repeats, by %s', async (way, body, mapping) => {
      const stopped = body.replace('page = 1; ;', 'page = 1; page < 5;');
      const found = await read(stopped, { mapping });
      expect(found.ids).toEqual(ids(0, 20));
      const asked = `GET ${remote.url}/repeats?page=3`;
      expect(found.summary.complete).toBe(false);
      expect(found.summary.warnings[0]).toMatchObject({
        ...{ code: 'read.repeated_page', request: asked, pointer: '/rows' },
      });
      expect(found.summary.duplicates).toBe(way === 'the kit' ? 0 : 20);
    });

    it('a cursor that never ends', async () => {
      const kit = "{ strategy: 'cursor', cursorPath: 'next_cursor', cursorParam: 'cursor' }";
      const found = await read(`yield* paginate(at + '/cursor-never-ends', ${kit})`);
      expect(found.ids).toEqual(ids(0, 10));
      partial(
        found,
        { code: 'read.repeated_page', request: expect.stringContaining('cursor=2') as string },
        { code: 'read.has_more' },
      );
    });

    it('a cursor that never ends, in a loop that goes on: the limit of requests ends it', async () => {
      const { whole, lines } = await stream(
        `for (let cursor = 1; cursor;) {
           const body = await get('/cursor-never-ends?cursor=' + cursor);
           yield body;
           cursor = body.next_cursor;
         }`,
      );
      expect(whole).toBe(false);
      expect(lines.at(-1)).toMatchObject({ error: { code: 'run.requests' } });
    });

    it.each(ways('error-in-200'))('an error inside a 200, by %s', async (_way, body, mapping) => {
      const found = await read(body, { mapping });
      expect(found.ids).toEqual(ids(0, 20));
      expect(found.summary.complete).toBe(false);
      expect(found.summary.warnings[0]).toEqual({
        code: 'read.remote_error',
        detail: expect.stringContaining('ok is false') as string,
        request: `GET ${remote.url}/error-in-200?page=3`,
        pointer: '/ok',
      });
    });

    it.each(ways('error-at-once'))('nothing but an error, by %s', async (_way, body, mapping) => {
      const found = await read(body, { mapping });
      expect(found.ids).toEqual([]);
      partial(found, { code: 'read.remote_error', pointer: '/status' });
    });

    it.each(ways('total-greater'))(
      'a total greater than what comes, by %s',
      async (_way, body, mapping) => {
        const found = await read(body, { mapping });
        expect(found.ids).toEqual(ids(0, 35));
        partial(found, {
          code: 'read.total',
          detail: expect.stringContaining('tells of 50 records and sent 35') as string,
          pointer: '/meta/total',
        });
      },
    );

    it.each([
      ['total', "yield await get('/total')", { code: 'read.total', pointer: '/meta/total' }],
      ['flag', "yield await get('/says-more')", { code: 'read.has_more', pointer: '/has_more' }],
      [
        'number of pages',
        "yield await get('/pages-told?page=1'); yield await get('/pages-told?page=2')",
        { code: 'read.has_more', pointer: '/pagination/total_pages' },
      ],
      ['cursor', "yield await get('/cursor')", { code: 'read.has_more', pointer: '/next_cursor' }],
      [
        'cursor beside an empty first page',
        "yield await get('/empty-first')",
        { code: 'read.has_more', pointer: '/next_cursor' },
      ],
      [
        'cursor, in code that maps',
        "yield { rows: (await get('/cursor')).rows.map((row) => ({ ...row })) }",
        { code: 'read.has_more', pointer: '/next_cursor' },
      ],
      [
        'cursor, where the code parses the text',
        "yield JSON.parse(await (await fetch(at + '/cursor')).text())",
        { code: 'read.has_more', pointer: '/next_cursor' },
      ],
    ])('a first page alone, of a remote that tells of more: %s', async (_name, body, wanted) => {
      partial(await read(body), wanted);
    });

    it('a first page alone, of a remote with Link headers', async () => {
      const mapping = { ...MAPPING, recordArrayPath: '' };
      partial(await read("yield await get('/link')", { mapping }), {
        ...{ code: 'read.has_more', header: 'link', request: `GET ${remote.url}/link` },
      });
      partial(await read("yield await get('/total-in-header')", { mapping }), {
        ...{ code: 'read.total', header: 'x-total-count' },
      });
    });

    it('one of two nested lists, the first, is left before its end', async () => {
      const body = `yield await get('/nested/1?page=1');
        yield await get('/nested/2?page=1'); yield await get('/nested/2?page=2');`;
      partial(await read(body), {
        code: 'read.has_more',
        request: expect.stringContaining('/nested/1') as string,
      });
    });

    it('deletion while paging', async () => {
      const body = `for (let page = 1; page < 5; page++) {
        const answer = await get('/deleted-while-paging?page=' + page);
        if (answer.rows.length) yield answer;
      }`;
      const found = await read(body);
      expect(found.ids).toEqual([...ids(0, 20), ...ids(25, 35)]);
      partial(found, { code: 'read.total' });
    });

    it('ids that collide', async () => {
      const found = await read("yield await get('/ids-collide')");
      expect(found.ids).toEqual(ids(0, 5));
      partial(found, { code: 'mapping.duplicates' });
      expect(found.summary).toMatchObject({ duplicates: 2 });
    });

    it('a limit with something beyond it, and that alone', async () => {
      const found = await read("yield* paginate(at + '/says-more', { strategy: 'page' })", {
        query: '?limit=12',
      });
      expect(found.ids).toEqual(ids(0, 12));
      partial(found, { code: 'read.limit' });
      expect(found.summary.warnings).toHaveLength(1);
    });

    it('a connection that is reset mid-body each time is an error, not an end', async () => {
      const body = "yield* paginate(at + '/reset-always', { strategy: 'page' })";
      const { whole, lines } = await stream(body);
      expect(whole).toBe(false);
      expect(lines).toHaveLength(21);
      const reason = 'remote.unreachable';
      expect(lines.at(-1)).toMatchObject({ error: { code: 'connector.run_failed', reason } });
    }, 60_000);
  });
});
