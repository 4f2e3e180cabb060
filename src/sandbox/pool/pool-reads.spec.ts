import { SandboxPool } from './pool.js';
import { answering, callJob, readJob, WIDE } from './pool-fixture.js';
import type { ReadJob, ReadOutcome } from '../sandbox.types.js';

const pool = new SandboxPool({ min: 1, max: 2 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

async function read(
  source: string,
  more: Partial<ReadJob> = {},
): Promise<{ outcome: ReadOutcome; lines: string[]; batches: number[] }> {
  const { job, ...seen } = readJob(source, more);
  return { outcome: await pool.read(job), ...seen };
}

const RECORDS = (count: number): string =>
  `Array.from({ length: ${count} }, (_, i) => ({ id: String(i), fields: { n: i } }))`;
const line = (n: number): string => `{"id":"${n}","fields":{"n":${n}}}`;

describe('a read', () => {
  it.each([
    ['an array', `function f() { return ${RECORDS(3)} }`, 1],
    ['a promise of an array', `async function f() { return ${RECORDS(3)} }`, 1],
    ['an async generator', `async function* f() { for (const r of ${RECORDS(3)}) yield [r] }`, 3],
    [
      'a generator',
      `function* f() { for (const r of ${RECORDS(3)}) yield Promise.resolve([r]) }`,
      3,
    ],
    [
      'a promise of a generator',
      `async function f() { return (async function* () { yield ${RECORDS(3)} })() }`,
      1,
    ],
    ['an exported generator', `export async function* f() { yield* [${RECORDS(3)}] }`, 1],
  ])('takes %s', async (_name, source, pages) => {
    const { outcome, lines } = await read(source);
    expect(outcome).toMatchObject({ kind: 'ok', stop: 'end', counts: { records: 3, pages } });
    expect(lines).toEqual([line(0), line(1), line(2)]);
  });

  it('maps what a remote said, and counts what is wrong with it', async () => {
    const { outcome, lines } = await read(
      'async function f() { return (await fetch("https://a.example/x")).json() }',
      {
        fetch: answering(() => ({
          data: {
            list: [{ key: 7, a: { b: '1.5' } }, { a: 1 }, { key: 7 }, { key: 8, a: { b: 'x' } }],
          },
        })),
        mapping: {
          recordArrayPath: 'data.list',
          idPath: 'key',
          fields: [{ path: 'a.b', type: 'numeric', name: 'n' }],
        },
      },
    );
    expect(lines.map((text) => JSON.parse(text) as unknown)).toEqual([
      { id: '7', fields: { n: 1.5 } },
      { id: '8', fields: { n: null } },
    ]);
    const { counts } = outcome;
    expect(counts).toMatchObject({ records: 2, pages: 1, duplicates: 1, rejected: 1, invalid: 1 });
    expect(counts.samples.length).toBeGreaterThan(0);
  });

  it('takes a mapping as large as one may be', async () => {
    const fields = Array.from({ length: 1_000 }, (_, n) => ({
      ...{ path: `a.${'x'.repeat(1_900)}${n}`, type: 'text' as const, name: `field ${n}` },
    }));
    const { outcome, lines } = await read('function f() { return [{ id: 1 }] }', {
      mapping: { recordArrayPath: '', fields },
    });
    expect([outcome.kind, lines]).toEqual(['ok', ['{"id":"1","fields":{}}']]);
  });

  it('tells of records with ids and fields as long as they like', async () => {
    const { outcome } = await read(
      `function f() { const id = '\\u0001'.repeat(1e4); return Array.from({ length: 30 }, () => ({ id, [id]: 'x' })) }`,
      {
        mapping: {
          recordArrayPath: '',
          fields: [{ path: `["${'\u0001'.repeat(1e3)}"]`, type: 'numeric', name: 'n'.repeat(200) }],
        },
      },
    );
    expect(outcome).toMatchObject({ kind: 'ok', counts: { records: 1, duplicates: 29 } });
    expect(JSON.stringify(outcome.counts).length).toBeLessThan(256 * 1024);
  });

  it('is cut once more records were seen than asked for', async () => {
    const source = `let page = 0; async function* f() {
      for (;;) { console.log(page++); yield ${RECORDS(10)}.map((r) => ({ ...r, id: page + r.id })) }
    }`;
    for (const [maxRecords, pages] of [
      [5, 1],
      [10, 2],
      [25, 3],
    ] as const) {
      const { outcome, lines } = await read(source, { maxRecords });
      expect(outcome).toMatchObject({ kind: 'ok', stop: 'cut', counts: { records: maxRecords } });
      expect([lines.length, outcome.log.length]).toEqual([maxRecords, pages]);
    }
    const whole = await read(`function f() { return ${RECORDS(5)} }`, { maxRecords: 5 });
    expect(whole.outcome).toMatchObject({ kind: 'ok', stop: 'end', counts: { records: 5 } });
  });

  it('goes on no faster than its records are taken', async () => {
    let taken = 0;
    let most = 0;
    let yielded = 0;
    const { outcome } = await read(
      `async function* f() {
        for (let p = 0; p < 12; p++) {
          await fetch('https://a.example/' + p);
          yield ${RECORDS(100)}.map((r) => ({ id: p + '/' + r.id, fields: { text: 'x'.repeat(3000) } }));
        }
      }`,
      {
        fetch: answering(() => {
          yielded += 1;
          most = Math.max(most, yielded - taken / 100);
          return null;
        }),
        onRecords: async (bytes, count) => {
          expect(bytes.length).toBeLessThan(300 * 1024);
          await new Promise((done) => setTimeout(done, 20));
          taken += count;
        },
      },
    );
    expect(outcome).toMatchObject({ kind: 'ok', counts: { records: 1_200, pages: 12 } });
    expect(taken).toBe(1_200);
    expect(most).toBeLessThanOrEqual(3);
  });

  it('hands on a large page in batches, in order', async () => {
    const { outcome, lines, batches } = await read(`function f() { return ${RECORDS(50_000)} }`);
    expect(outcome).toMatchObject({ kind: 'ok', counts: { records: 50_000, pages: 1 } });
    expect(batches.length).toBeGreaterThan(5);
    expect([lines[0], lines.at(-1)]).toEqual([line(0), line(49_999)]);
  });

  it('keeps what came before a failure', async () => {
    const source = `async function* f() { yield ${RECORDS(2)}; throw new Error('late') }`;
    const { outcome, lines } = await read(source);
    expect(outcome).toMatchObject({ kind: 'thrown', message: 'late', counts: { records: 2 } });
    expect(lines).toHaveLength(2);
  });

  it.each([
    ['nothing', 'function f() {}'],
    ['a function', 'function f() { return () => 1 }'],
    ['a number without a mapping', 'function f() { return 5 }'],
    ['a page that is no list', 'async function* f() { yield { a: 1 } }'],
    ['records without fields', 'function f() { return [{ id: 1 }] }'],
    ['an undefined page', 'async function* f() { yield undefined }'],
    ['a circle', 'function f() { const a = []; a.push(a); return a }'],
    [
      'a deep page',
      'function f() { let a = []; for (let i = 0; i < 100000; i++) a = [a]; return a }',
    ],
  ])('is a type failure where the code gives %s', async (_name, source) => {
    expect((await read(source)).outcome).toMatchObject({ kind: 'type', counts: { records: 0 } });
  });

  it('says in the log that what a generator returns is not read', async () => {
    const { outcome } = await read(`async function* f() { yield ${RECORDS(1)}; return [1] }`);
    expect(outcome).toMatchObject({ kind: 'ok', counts: { records: 1 } });
    expect(outcome.log).toMatchObject([{ level: 'warn' }]);
  });

  it('rejects with what the taker of its records rejects with', async () => {
    const failing = (): Promise<void> => Promise.reject(new Error('disk full'));
    await expect(
      read(`function f() { return ${RECORDS(1)} }`, { onRecords: failing }),
    ).rejects.toThrow('disk full');
    expect(await pool.call(callJob('function f() { return 1 }'))).toMatchObject({ kind: 'ok' });
  });

  it('ends at a page above the limit of a result', async () => {
    const limits = { ...WIDE, resultBytes: 10_000 };
    const big = await read(`function f() { return ${RECORDS(1_000)} }`, { limits });
    expect(big.outcome).toMatchObject({ kind: 'limit', code: 'run.result' });
  });
});

describe('the pages of a read', () => {
  async function pagesOf(source: string, maxBytes: number, more: Partial<ReadJob> = {}) {
    const pages: [string, boolean][] = [];
    const onPage = (json: Uint8Array, inSeries: boolean) =>
      pages.push([Buffer.from(json).toString(), inSeries]);
    const { outcome, lines } = await read(source, { pages: { maxBytes, onPage }, ...more });
    return { outcome, lines, pages };
  }

  it('come beside the records, as they are', async () => {
    const fetch = answering(() => ({ items: [{ id: 1, a: 2 }], more: null }));
    const mapping = { recordArrayPath: 'items', fields: [] };
    const source = 'async function f() { return (await fetch("https://a.example/")).json() }';
    const { pages, lines } = await pagesOf(source, 1_000, { fetch, mapping });
    expect(pages).toEqual([['{"items":[{"id":1,"a":2}],"more":null}', false]]);
    expect(lines).toEqual(['{"id":"1","fields":{}}']);
  });

  it('are the first ones, up to the bytes asked for', async () => {
    const source = `function* f() { for (const r of ${RECORDS(4)}) yield [r] }`;
    const { outcome, pages } = await pagesOf(source, 60);
    expect(pages).toEqual([
      [`[${line(0)}]`, true],
      [`[${line(1)}]`, true],
    ]);
    expect(outcome).toMatchObject({ counts: { pages: 4, records: 4 } });
  });

  it('come also where they are no records', async () => {
    const { outcome, pages } = await pagesOf('function f() { return { a: 1 } }', 60);
    expect(outcome).toMatchObject({ kind: 'type' });
    expect(pages).toEqual([['{"a":1}', false]]);
  });
});
