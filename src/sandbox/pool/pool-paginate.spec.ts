import type { EgressRequest, EgressResponse } from '../../egress/egress.types.js';
import { SandboxPool } from './pool.js';
import { callJob, jsonResponse, readJob } from './pool-fixture.js';
import type { ReadJob } from '../sandbox.types.js';

const pool = new SandboxPool({ min: 1, max: 2 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const URL_OF_LIST = 'https://a.example/list?q=x';
const TOTAL = 10;
type Answer = (request: EgressRequest, at: (name: string) => number) => EgressResponse;

const records = (from: number, count: number): { id: number }[] =>
  Array.from({ length: Math.max(0, Math.min(count, TOTAL - from)) }, (_, n) => ({ id: from + n }));

/** Reads what `paginate` gives with these options from a remote that answers so. */
async function turn(options: string, answer: Answer, more: Partial<ReadJob> = {}) {
  const asked: EgressRequest[] = [];
  const { job, lines } = readJob(
    `async function* f() {
      const pages = paginate('${URL_OF_LIST}', ${options});
      const end = yield* pages;
      console.log(JSON.stringify(end));
    }`,
    {
      mapping: { recordArrayPath: 'rows', fields: [] },
      fetch: (request) => {
        asked.push(request);
        const params = new URL(request.url).searchParams;
        return Promise.resolve(answer(request, (name) => Number(params.get(name) ?? 0)));
      },
      ...more,
    },
  );
  const outcome = await pool.read(job);
  return {
    outcome,
    asked,
    urls: asked.map(({ url }) => url.replace('https://a.example/list', '')),
    ids: lines.filter(Boolean).map((line) => Number((JSON.parse(line) as { id: string }).id)),
    said: outcome.log.map(({ text }) => text),
  };
}

const json = (request: EgressRequest, value: unknown, link?: string): EgressResponse => {
  const response = jsonResponse(request.url, value);
  return link === undefined
    ? response
    : { ...response, headers: [...response.headers, ['link', link]] };
};
const ALL = Array.from({ length: TOTAL }, (_, n) => n);

describe('paginate by Link headers', () => {
  const answer: Answer = (request, at) => {
    const next = at('from') + 4;
    const link = `<https://b.example/>; rel="first", </list?q=x&from=${next}>; title="a, b"; rel="next last"`;
    return json(request, { rows: records(at('from'), 4) }, next < TOTAL ? link : '<x>; rel=prev');
  };

  it('follows rel="next", whatever else is in the header', async () => {
    const { ids, urls, said } = await turn("{ strategy: 'link-header' }", answer);
    expect(ids).toEqual(ALL);
    expect(urls).toEqual(['?q=x', '?q=x&from=4', '?q=x&from=8']);
    expect(said[1]).toBe('{"stop":"no rel=\\"next\\" in the Link header","pages":3}');
  });

  it('takes a header that is none for the end', async () => {
    const { ids, outcome } = await turn("{ strategy: 'link-header' }", (request) =>
      json(request, { rows: records(0, 3) }, '<<<>; rel'),
    );
    expect([ids, outcome.kind]).toEqual([[0, 1, 2], 'ok']);
  });
});

describe('paginate by cursor', () => {
  const options = "{ strategy: 'cursor', cursorPath: 'meta.next', cursorParam: 'after' }";
  const answer: Answer = (request, at) => {
    const next = at('after') + 4;
    return json(request, {
      rows: records(at('after'), 4),
      meta: { next: next < TOTAL ? next : null },
    });
  };

  it('sends each cursor with the next request, and ends without one', async () => {
    const { ids, urls } = await turn(options, answer);
    expect(ids).toEqual(ALL);
    expect(urls).toEqual(['?q=x', '?q=x&after=4', '?q=x&after=8']);
  });

  it('puts it at its place in a JSON body', async () => {
    const { ids, asked } = await turn(
      `{ strategy: 'cursor', cursorPath: '$.meta.next', cursorParam: 'variables.after', in: 'body',
         body: { query: 'ü', variables: { first: 4 } } }`,
      (request) => {
        const body = JSON.parse(Buffer.from(request.body ?? []).toString()) as {
          variables: { after?: number };
        };
        const from = body.variables.after ?? 0;
        return json(request, {
          rows: records(from, 4),
          meta: { next: from + 4 < TOTAL ? from + 4 : '' },
        });
      },
    );
    expect(ids).toEqual(ALL);
    expect(asked.map(({ method, body }) => [method, Buffer.from(body ?? []).toString()])).toEqual([
      ['POST', '{"query":"ü","variables":{"first":4}}'],
      ['POST', '{"query":"ü","variables":{"first":4,"after":4}}'],
      ['POST', '{"query":"ü","variables":{"first":4,"after":8}}'],
    ]);
    expect(asked[0]?.headers).toContainEqual(['content-type', 'application/json']);
  });

  it('keeps the digits of a cursor that no number can hold', async () => {
    const { urls } = await turn(options, (request, at) => ({
      ...json(request, null),
      body: Buffer.from(
        at('after') === 0 ? '{"rows":[],"meta":{"next":12345678901234567890}}' : '{"rows":[]}',
      ),
    }));
    expect(urls).toEqual(['?q=x', '?q=x&after=12345678901234567890']);
  });

  it('follows whole URLs, also relative ones', async () => {
    const { ids, urls } = await turn(
      "{ strategy: 'cursor', nextUrlPath: 'next' }",
      (request, at) => {
        const next = at('from') + 5;
        return json(request, {
          rows: records(at('from'), 5),
          next: next < TOTAL ? `/list?from=${next}` : undefined,
        });
      },
    );
    expect([ids, urls]).toEqual([ALL, ['?q=x', '?from=5']]);
  });

  it('heeds hasMorePath, and goes on over empty pages', async () => {
    const { urls, said } = await turn(
      "{ strategy: 'cursor', cursorPath: '$.rows[-1].id', cursorParam: 'after', hasMorePath: 'more' }",
      (request, at) => json(request, { rows: records(at('after'), 4), more: at('after') < 6 }),
    );
    expect(urls).toHaveLength(3);
    expect(said[1]).toContain('hasMorePath is false');
    const empty = await turn(options, (request, at) =>
      json(request, {
        rows: at('after') === 1 ? [] : records(at('after'), 1),
        meta: { next: at('after') < 2 ? at('after') + 1 : null },
      }),
    );
    expect(empty.ids).toEqual([0, 2]);
  });

  it('takes one cursor for a whole series, until a page is empty', async () => {
    let served = 0;
    const { ids, said } = await turn(options, (request) =>
      json(request, { rows: records(4 * served++, 4), meta: { next: 'scroll' } }),
    );
    expect(ids).toEqual(ALL);
    expect(said[1]).toContain('an empty page');
  });
});

describe.each([1, 3, 8])('paginate with a concurrency of %d', (concurrency) => {
  const by = (options: string) => `{ ${options}, concurrency: ${concurrency} }`;
  const paged: Answer = (request, at) => {
    const page = at('page') - 1;
    return json(request, { rows: records(4 * page, 4), pages: 3, total: TOTAL, more: page < 2 });
  };

  it.each([
    ['', 'a page without records', 4],
    [", totalPagesPath: 'pages'", 'totalPagesPath is reached', 3],
    [", totalPath: 'total'", 'totalPath is reached', 3],
    [", hasMorePath: 'more'", 'hasMorePath is false', 3],
  ])('by page%s ends at: %s', async (option, stop, least) => {
    const { ids, said, urls } = await turn(by(`strategy: 'page'${option}`), paged);
    expect(ids).toEqual(ALL);
    expect(said[1]).toContain(stop);
    expect(urls.slice(0, least)).toEqual(
      [1, 2, 3, 4].slice(0, least).map((page) => `?q=x&page=${page}`),
    );
    // Nothing is asked for beyond an end that is known.
    const known = /total/.test(option) || concurrency === 1;
    expect(urls.length).toBeLessThanOrEqual(known ? least : least + concurrency);
  });

  it('by page takes other names and numbers', async () => {
    const { ids, urls } = await turn(
      by("strategy: 'page', pageParam: 'p', startPage: 0, pageSizeParam: 'n', pageSize: 5"),
      (request, at) => json(request, { rows: records(5 * at('p'), 5) }),
    );
    expect(ids).toEqual(ALL);
    expect(urls[1]).toBe('?q=x&p=1&n=5');
  });

  it('by offset ends at fewer records than the limit', async () => {
    const { ids, said } = await turn(by("strategy: 'offset', limit: 4"), (request, at) =>
      json(request, { rows: records(at('offset'), at('limit')) }),
    );
    expect(ids).toEqual(ALL);
    expect(said[1]).toContain('fewer records than the limit');
  });

  it('by offset loses nothing where the remote gives fewer than it is asked for', async () => {
    const { ids, said } = await turn(
      by("strategy: 'offset', limit: 4, totalPath: 'total'"),
      (request, at) => json(request, { rows: records(at('offset'), 3), total: String(TOTAL) }),
    );
    expect(ids).toEqual(ALL);
    expect(said[1]).toContain('totalPath is reached');
  });

  it('stops at a page that came before, and the read is not complete', async () => {
    const { ids, said, outcome } = await turn(by("strategy: 'page'"), (request) =>
      json(request, { rows: records(0, 4), at: Math.random() }),
    );
    expect(ids).toEqual([0, 1, 2, 3]);
    expect(said[1]).toContain('a page that came before');
    expect(outcome.counts).toMatchObject({
      ...{ records: 4, duplicates: 0 },
      warnings: [{ code: 'read.repeated_page' }],
    });
  });

  it('keeps the order of pages that come out of it', async () => {
    const { ids } = await turn(by("strategy: 'page'"), paged, {
      fetch: async (request) => {
        const page = Number(new URL(request.url).searchParams.get('page'));
        await new Promise((done) => setTimeout(done, 60 - 15 * Math.min(page, 4)));
        return paged(request, () => page);
      },
    });
    expect(ids).toEqual(ALL);
  });

  it('has no more on their way than it may', async () => {
    let open = 0;
    let most = 0;
    await turn(by("strategy: 'page', totalPagesPath: 'pages'"), paged, {
      fetch: async (request) => {
        most = Math.max(most, ++open);
        await new Promise((done) => setTimeout(done, 60));
        open -= 1;
        const page = Number(new URL(request.url).searchParams.get('page'));
        return json(request, { rows: records(page, 1), pages: 12 });
      },
    });
    expect(most).toBe(concurrency);
  });

  it('fails with the answer that was no page, where it was called', async () => {
    const { outcome, ids } = await turn(by("strategy: 'page'"), (request, at) =>
      at('page') < 3
        ? paged(request, at)
        : { ...json(request, { why: 'quota' }), status: 403, statusText: 'Forbidden' },
    );
    expect(ids).toEqual(ALL.slice(0, 8));
    expect(outcome).toMatchObject({
      ...{ kind: 'thrown', status: 403, line: 2 },
      message: 'HttpError: GET https://a.example/list?q=x&page=3 answered 403',
    });
  });

  it('asks for nothing more once its pages are not taken', async () => {
    const { job } = readJob(`async function* f() {
      for await (const page of paginate('${URL_OF_LIST}', ${by("strategy: 'page'")})) { yield page; return }
    }`);
    let asked = 0;
    const outcome = await pool.read({
      ...job,
      mapping: { recordArrayPath: 'rows', fields: [] },
      fetch: (request, signal) => {
        asked += 1;
        if (asked > 1)
          return new Promise((_done, reject) => {
            signal.addEventListener('abort', () => {
              reject(new Error('aborted'));
            });
          });
        return Promise.resolve(paged(request, () => 1));
      },
    });
    expect(outcome).toMatchObject({ kind: 'ok', counts: { records: 4 } });
    expect(asked).toBeLessThanOrEqual(concurrency + 1);
  });
});

describe('paginate', () => {
  it('gives pages to code that looks at them', async () => {
    const { outcome, ids } = await turn("{ strategy: 'page' }", () => jsonResponse('', null), {
      source: `async function* f() {
        for await (const { rows } of paginate('${URL_OF_LIST}', { strategy: 'page', recordsPath: 'rows' })) {
          yield { rows: rows.filter(({ id }) => id % 2) };
        }
      }`,
      fetch: (request) => {
        const page = Number(new URL(request.url).searchParams.get('page'));
        return Promise.resolve(json(request, { rows: records(4 * (page - 1), 4) }));
      },
    });
    expect([outcome.kind, ids]).toEqual(['ok', [1, 3, 5, 7, 9]]);
  });

  it('ends at an answer without content', async () => {
    const { outcome, ids } = await turn("{ strategy: 'page' }", (request, at) =>
      at('page') === 1
        ? json(request, { rows: records(0, 4) })
        : { ...json(request, null), status: 204, body: new Uint8Array() },
    );
    expect([outcome.kind, ids]).toEqual(['ok', [0, 1, 2, 3]]);
    expect(outcome.counts).toMatchObject({ pages: 1, warnings: [] });
  });

  it('says of a page without a list that there was none', async () => {
    const { outcome } = await turn("{ strategy: 'page' }", (request) =>
      json(request, { note: 'none' }),
    );
    expect(outcome.counts).toMatchObject({ records: 0, warnings: [{ code: 'mapping.no_array' }] });
  });

  it.each([
    ['nothing', '', /strategy must be one of link-header, cursor, page, offset/],
    ['an unknown strategy', "{ strategy: 'pages' }", /strategy must be one of/],
    [
      'several faults',
      "{ strategy: 'offset', limit: 0, offsetParam: '', nope: 1, concurrency: 65, in: 'head', totalPath: 'a[', hasMorePath: 5 }",
      /limit must be a whole number of at least 1; offsetParam must be the name of a parameter; nope is not an option of the strategy offset; hasMorePath must be a path, as text; concurrency must be at most 64; in must be query or body; totalPath: expected an index/,
    ],
    ['no cursor', "{ strategy: 'cursor' }", /cursorPath is missing.*cursorParam is missing/],
    [
      'two kinds of cursor',
      "{ strategy: 'cursor', nextUrlPath: 'a', cursorPath: 'b' }",
      /nextUrlPath goes without/,
    ],
    [
      'concurrency for cursors',
      "{ strategy: 'cursor', nextUrlPath: 'a', concurrency: 2 }",
      /concurrency is not an option/,
    ],
    ['a body that is not JSON', "{ strategy: 'page', in: 'body', body: 'x' }", /body must be JSON/],
  ])('refuses %s, with every fault', async (_what, options, message) => {
    const { outcome } = await turn(options || 'undefined', () => jsonResponse('', null));
    expect(outcome).toMatchObject({ kind: 'thrown', line: 2 });
    expect((outcome as { message: string }).message).toMatch(message);
  });

  it('shares nothing between two lists, and nothing with what the code replaced', async () => {
    const outcome = await pool.call(
      callJob(
        `async function f() {
          globalThis.fetch = () => { throw new Error('mine') };
          JSON.parse = JSON.stringify = URL.prototype.toString = () => { throw new Error('mine') };
          const first = paginate('https://a.example/1', { strategy: 'page', recordsPath: '' });
          const second = paginate('https://a.example/2', { strategy: 'page', recordsPath: '' });
          return [(await first.next()).value[0].n, (await second.next()).value[0].n];
        }`,
        { fetch: (request) => Promise.resolve(json(request, [{ n: 1 }])) },
      ),
    );
    expect(outcome).toMatchObject({ kind: 'ok', value: [1, 1] });
  });
});

describe('the kit', () => {
  it('sleeps, and has an HttpError to throw and to catch', async () => {
    const outcome = await pool.call(
      callJob(
        `async function f() {
          const began = Date.now(); await sleep(50);
          const slept = Date.now() - began;
          let told; try { await sleep(NaN) } catch (error) { told = error.message }
          const own = new HttpError(418, 'https://a.example/', 'tea');
          try { for await (const _ of paginate('https://a.example/', { strategy: 'page' })); }
          catch (error) {
            return [slept >= 45, told, own instanceof Error, own.name, own.status, own.body,
              error instanceof HttpError, error.status, error.url, error.body];
          }
        }`,
        {
          fetch: (request) =>
            Promise.resolve({
              ...json(request, { no: 1 }),
              status: 500,
              url: 'https://b.example/',
            }),
        },
      ),
    );
    expect(outcome).toMatchObject({
      kind: 'ok',
      value: [
        ...[true, 'sleep takes a number of milliseconds', true, 'HttpError', 418, 'tea'],
        ...[true, 500, 'https://b.example/', '{"no":1}'],
      ],
    });
  });

  it('gives writes their idempotencyKey, and others none', async () => {
    const source =
      "const KEY = typeof idempotencyKey; function f() { return [KEY, KEY === 'string' && idempotencyKey] }";
    expect(await pool.call(callJob(source, { idempotencyKey: 'key-1' }))).toMatchObject({
      value: ['string', 'key-1'],
    });
    expect(await pool.call(callJob(source))).toMatchObject({ value: ['undefined', false] });
  });
});
