import { SandboxPool } from './pool.js';
import { callJob, jsonResponse, readJob, WIDE } from './pool-fixture.js';
import type { EgressResponse } from '../../egress/egress.types.js';
import type { CallOutcome, ReadJob } from '../sandbox.types.js';

const pool = new SandboxPool({ min: 1, max: 2 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const DOCUMENT = {
  data: { items: [{ id: 1, tags: ['a', 'b'], at: { x: 1 } }, { id: 2 }, { id: 3 }, { id: 4 }] },
  more: false,
  next: null,
  count: 4,
  name: 'ä\0😀\ud800',
  then: 'x',
  length: 7,
  constructor: { name: 'mine' },
  empty: {},
  none: [],
};
const TEXT = JSON.stringify(DOCUMENT).replace('"empty"', '"__proto__":{"p":1},"empty"');

function answer(text: string): EgressResponse {
  return { ...jsonResponse('https://a.example/', null), body: Buffer.from(text) };
}

const run = (body: string, text = TEXT): Promise<CallOutcome> =>
  pool.call(
    callJob(
      `async function f() { const page = await (await fetch('https://a.example')).json(); ${body} }`,
      { fetch: () => Promise.resolve(answer(text)) },
    ),
  );

async function read(source: string, more: Partial<ReadJob>) {
  const { job, ...seen } = readJob(source, more);
  return { outcome: await pool.read(job), ...seen };
}

describe('what response.json() gives is like the value itself to code that', () => {
  it.each([
    ['reads members', 'return [page.more, page.next, page.count, page.name, page.none, page.zz]'],
    ['reads deep', 'return [page.data.items[0].at.x, page.data.items[0].tags[1], page.empty.a?.b]'],
    [
      'picks apart',
      'const { data: { items: [first, ...rest] }, ...others } = page; return [first, rest, others]',
    ],
    [
      'asks whether it is an array',
      'return [Array.isArray(page), Array.isArray(page.none), page.data.items instanceof Array]',
    ],
    [
      'asks for types',
      'return [typeof page, typeof page.data, typeof page.next, typeof page.name]',
    ],
    [
      'counts',
      'return [page.data.items.length, page.none.length, page.length, Object.keys(page).length]',
    ],
    [
      'lists keys',
      'return [Object.keys(page), Object.entries(page.data.items[0]), Reflect.ownKeys(page.none)]',
    ],
    [
      'asks for members',
      "return ['data' in page, 'zz' in page, 0 in page.data.items, 9 in page.data.items, Object.hasOwn(page, 'next'), page.hasOwnProperty('zz'), 'toString' in page]",
    ],
    ['describes a member', "return Object.getOwnPropertyDescriptor(page, 'count')"],
    [
      'loops',
      'const out = []; for (const item of page.data.items) out.push(item.id); for (const key in page) out.push(key); return out',
    ],
    [
      'loops by index',
      'const out = []; for (let i = 0; i < page.data.items.length; i++) out.push(page.data.items[i].id); return out',
    ],
    [
      'takes from the end',
      'return [page.data.items.at(-1), page.data.items[page.data.items.length - 1], page.data.items.slice(-2)]',
    ],
    [
      'maps, filters and sorts',
      'return page.data.items.map((item) => ({ ...item, y: 1 })).filter((item) => item.id > 1).sort((a, b) => b.id - a.id)',
    ],
    ['reduces', 'return page.data.items.reduce((sum, { id }) => sum + id, 0)'],
    ['spreads', 'return [[...page.data.items], { ...page, z: 1 }, Object.assign({}, page.data)]'],
    [
      'writes it as JSON',
      'return [JSON.stringify(page), JSON.stringify(page.data.items, null, 1), JSON.stringify({ page })]',
    ],
    [
      'makes it text',
      'return [String(page), String(page.data.items[0].tags), `${page.none}`, page + page.count]',
    ],
    [
      'compares',
      'return [page.data === page.data, page.data.items[0] === page.data.items[0], page === page.data, page.data.items.indexOf(page.data.items[2])]',
    ],
    [
      'changes members',
      'page.count = 5; page.data.items[0].id = 9; delete page.more; page.data.items.push({ id: 5 }); page.added = 1; return page',
    ],
    [
      'changes what it took before',
      'const { items } = page.data; items.length = 1; items[0].id = 7; return [page.data.items, page]',
    ],
    [
      'changes a part and then looks at the whole',
      'const first = page.data.items[0]; first.id = 8; page.data.items.reverse(); return [page.data, first]',
    ],
    [
      'reads many members',
      'let n = 0; for (let i = 0; i < 100; i++) n += page.count + page.data.items.length; return n',
    ],
    [
      'freezes',
      'Object.freeze(page); try { "use strict"; page.count = 6 } catch {} return [page.count, Object.isFrozen(page)]',
    ],
    ['clones', 'return structuredClone(page.data)'],
    [
      'asks for prototypes',
      'return [Object.getPrototypeOf(page) === Object.prototype, page.__proto__, page.constructor.name, page.none.constructor === Array]',
    ],
    ['awaits it again', 'return [await page.data, await Promise.all([page.none, page.empty])]'],
    ['concatenates', 'return [].concat(page.data.items, page.none, [page.empty])'],
    [
      'keeps it in collections',
      'const m = new Map([[page.data, 1]]); const s = new Set([page, page]); return [m.get(page.data), s.size]',
    ],
    [
      'is a replacer or a reviver',
      'return JSON.parse(JSON.stringify(page, (k, v) => (k === "count" ? 99 : v)), (k, v) => v)',
    ],
  ])('%s', async (_name, body) => {
    // eslint-disable-next-line @typescript-eslint/no-implied-eval -- the same text on both sides
    const here = new Function('page', `return (async () => { ${body} })()`) as (
      page: unknown,
    ) => Promise<unknown>;
    const expected: unknown = JSON.parse(JSON.stringify(await here(JSON.parse(TEXT))));
    const outcome = await run(body);
    expect(outcome.kind === 'ok' ? outcome.value : outcome).toEqual(expected);
  });

  it('has a scalar as its root', async () => {
    expect(await run('return [page, typeof page]', ' 12.5 ')).toMatchObject({
      value: [12.5, 'number'],
    });
    expect(await run('return [page]', 'null')).toMatchObject({ value: [null] });
  });

  it('has no JSON in its body, which it is told with the place', async () => {
    const outcome = await run('', '{"a": 1,\n "b" 2}');
    expect(outcome).toMatchObject({ kind: 'thrown', line: 1 });
    expect(outcome).toMatchObject({
      message: 'SyntaxError: not valid JSON: expected ":", found "2" at line 2, column 6',
    });
    expect(await run('', '')).toMatchObject({ kind: 'thrown' });
  });

  it('has a body nested deeper than any stack', async () => {
    const deep = '['.repeat(150_000) + ']'.repeat(150_000);
    expect(await run('return page.length', deep)).toMatchObject({ kind: 'ok', value: 1 });
    expect(await run('return page', deep)).toMatchObject({ kind: 'type' });
    expect(await run('return page.map((x) => x)', deep)).toMatchObject({ kind: 'type' });
  });
});

describe('numbers keep all their digits where a page', () => {
  const big = '{"data":{"items":[{"id":12345678901234567890,"n":0.1234567890123456789}]}}';
  const mapping = {
    recordArrayPath: '',
    fields: [{ path: 'n', type: 'numeric' as const, name: 'n' }],
  };
  const line = '{"id":"12345678901234567890","fields":{"n":"0.1234567890123456789"}}';
  const poll = (body: string, recordArrayPath: string) =>
    read(
      `async function* f() { const page = await (await fetch('https://a.example')).json(); ${body} }`,
      {
        fetch: () => Promise.resolve(answer(big)),
        mapping: { ...mapping, recordArrayPath },
      },
    );

  it.each([
    ['is yielded untouched', 'yield page', 'data.items'],
    ['is picked from', 'yield page.data.items', ''],
    [
      'was asked for members',
      'if (page.data.items.length && !page.error) yield page',
      'data.items',
    ],
    ['was read by single members', 'console.log(page.data.items[0].n); yield page.data', 'items'],
    ['was asked for what it has', "if ('data' in page) yield page", 'data.items'],
  ])('%s', async (_name, body, path) => {
    const { outcome, lines } = await poll(body, path);
    expect(outcome).toMatchObject({ kind: 'ok', counts: { rejected: 0 } });
    expect(lines).toEqual([line]);
  });

  it('is returned as it is by a call', async () => {
    const outcome = await pool.call(
      callJob("async function f() { return (await fetch('https://a.example')).json() }", {
        fetch: () => Promise.resolve(answer('[1, {"a": "b"}]')),
      }),
    );
    expect(outcome).toMatchObject({ kind: 'ok', value: [1, { a: 'b' }] });
  });

  it('and the id is rejected where the code had it in its hands as a number', async () => {
    const { outcome, lines } = await poll('yield page.data.items.map((item) => ({ ...item }))', '');
    expect(lines).toEqual([]);
    expect(outcome.counts.warnings).toMatchObject([{ code: 'mapping.unsafe_id' }]);
  });
});

describe('a page that the code changed leaves as it was changed', () => {
  it.each([
    ['at its root', 'page.items = [{ id: 9 }]; yield page', '{"id":"9","fields":{}}'],
    ['below', 'page.items[0].id = 8; yield page', '{"id":"8","fields":{}}'],
    [
      'in a part',
      'const { items } = page; items.pop(); items.push({ id: 7 }); yield page',
      '{"id":"7","fields":{}}',
    ],
    [
      'after it was yielded',
      'const { items } = page; yield page; items[0].id = 6; yield page',
      '{"id":"1","fields":{}}',
    ],
  ])('%s', async (_name, body, first) => {
    const { lines } = await read(
      `async function* f() { const page = await (await fetch('https://a.example')).json(); ${body} }`,
      {
        fetch: () => Promise.resolve(answer('{"items":[{"id":1}]}')),
        mapping: { recordArrayPath: 'items', fields: [] },
      },
    );
    expect(lines[0]).toBe(first);
  });
});

describe('pages outside of the engine', () => {
  const MB = 1024 * 1024;
  const page = (n: number, bytes: number): EgressResponse =>
    answer(JSON.stringify({ items: [{ id: n, pad: 'x'.repeat(bytes) }] }));
  const limits = { ...WIDE, memoryBytes: 32 * MB };
  const many = (source: string) =>
    read(source, {
      limits,
      fetch: ({ url }) => Promise.resolve(page(Number(new URL(url).searchParams.get('p')), MB)),
      mapping: { recordArrayPath: 'items', fields: [] },
    });
  const LOOP = (use: string): string =>
    `async function* f() { const kept = []; for (let p = 0; p < 40; p++) {
      const page = await (await fetch('https://a.example/?p=' + p)).json(); ${use} } }`;

  it.each([
    ['untouched', 'yield page'],
    ['looked at', 'yield { items: page.items.map(({ id }) => ({ id })) }'],
    ['dropped', 'yield { items: [{ id: p }] }'],
    ['held in a circle', 'const circle = { page }; circle.self = circle; yield page'],
  ])(
    'take no memory once the code is done with them: %s',
    async (_name, use) => {
      const { outcome } = await many(LOOP(use));
      expect(outcome).toMatchObject({ kind: 'ok', counts: { records: 40, pages: 40 } });
    },
    60_000,
  );

  it('count as the memory of the code while it holds them', async () => {
    const { outcome } = await many(LOOP('kept.push(page); yield page'));
    expect(outcome).toMatchObject({ kind: 'limit', code: 'run.memory' });
  }, 60_000);

  it('reach the taker while the remote is still being read', async () => {
    let asked = 0;
    const before: number[] = [];
    const { job } = readJob(LOOP('yield page'), {
      fetch: ({ url }) => {
        asked += 1;
        return Promise.resolve(page(Number(new URL(url).searchParams.get('p')), 10));
      },
      mapping: { recordArrayPath: 'items', fields: [] },
      onRecords: () => {
        before.push(asked);
        return Promise.resolve();
      },
    });
    expect(await pool.read(job)).toMatchObject({ kind: 'ok', counts: { records: 40 } });
    expect(before[0]).toBeLessThan(10);
  });

  it('may be larger than a result may be, and then are not given out', async () => {
    const small = { ...WIDE, resultBytes: 1_000 };
    const fetch = () => Promise.resolve(page(1, 5_000));
    const mapping = { recordArrayPath: 'items', fields: [] };
    const whole = await read(LOOP('yield page'), { limits: small, fetch, mapping });
    expect(whole.outcome).toMatchObject({ kind: 'limit', code: 'run.result' });
    const part = await read(LOOP('if (p) return; yield page.items[0].id'), {
      ...{ limits: small, fetch, mapping: { recordArrayPath: 'items', fields: [] } },
    });
    expect(part.outcome).toMatchObject({ kind: 'ok', counts: { records: 0 } });
  });
});
