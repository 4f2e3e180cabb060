import type { EgressRequest, EgressResponse } from '../../egress/egress.types.js';
import { CheckProcesses } from './check-processes.js';
import { Backlog, ResponseCheck, ResponseChecker } from './response-checker.js';

const REQUEST: EgressRequest = {
  ...{ method: 'GET', url: 'https://api.example/x?token=t', headers: [], redirect: 'follow' },
};
const MIB = 1024 * 1024;

function answer(body: unknown, change: Partial<EgressResponse> = {}): EgressResponse {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return {
    ...{ status: 200, statusText: 'OK', url: REQUEST.url, redirected: false },
    headers: [['Content-Type', 'application/json']],
    body: new Uint8Array(Buffer.from(text)),
    ...change,
  };
}

describe('ResponseCheck', () => {
  let processes: CheckProcesses;
  let backlog: Backlog;
  let names = 0;

  beforeAll(() => {
    processes = new CheckProcesses();
    backlog = new Backlog();
  });
  afterAll(() => processes.stop());

  function open(expected: object, limitMs?: number, owner = 'usr_a'): ResponseCheck {
    const hide = (text: string) => text.replaceAll('key', '••••');
    const run = { owner, name: String((names += 1)), expected, hide };
    return new ResponseCheck(run, processes, backlog, limitMs);
  }

  async function check(expected: object, body: unknown, limitMs?: number) {
    const opened = open(expected, limitMs);
    opened.take(REQUEST, answer(body));
    return opened.finish();
  }

  it('counts, and names each kind of fault once, at the first place where it was found', async () => {
    const opened = open({ items: { required: ['a'], properties: { b: { type: 'string' } } } });
    opened.take(REQUEST, answer([{ a: 1 }]));
    opened.take(REQUEST, answer([{ a: 1, b: 1 }, { b: 2 }]));
    opened.take(REQUEST, answer([{ b: 'x' }]));
    const request = 'GET https://api.example/x?token=***';
    expect(await opened.finish()).toEqual({
      ...{ checked: 3, broken: 2, unchecked: 0 },
      faults: [
        { request, pointer: '/0/b', detail: 'must be string' },
        { request, pointer: '/1', detail: "must have required property 'a'" },
      ],
    });
  });

  it('goes on where more comes after all before was checked', async () => {
    const opened = open({ type: 'array' });
    for (let count = 1; count <= 3; count += 1) {
      opened.take(REQUEST, answer([]));
      expect(await opened.finish()).toMatchObject({ checked: count });
    }
  });

  it('names at most 20 faults', async () => {
    const names30 = Array.from({ length: 30 }, (_, n) => `m${n}`);
    const { faults } = await check({ required: names30 }, {});
    expect(faults).toHaveLength(20);
  });

  it('looks for the first faults alone of a large response', async () => {
    const expected = { items: { properties: { a: false, b: false } } };
    const row = { b: 1 };
    expect((await check(expected, [{ a: 1 }, row])).faults).toHaveLength(2);
    const rows = Array.from({ length: 100_000 }, () => row);
    expect((await check(expected, [{ a: 1 }, ...rows])).faults).toHaveLength(1);
  });

  it('takes the key out of pointers', async () => {
    const { faults } = await check({ additionalProperties: { type: 'null' } }, { 'a/key': 1 });
    expect(faults).toMatchObject([{ pointer: '/a~1••••' }]);
  });

  it('looks only at JSON of a success', async () => {
    const opened = open({ type: 'null' });
    opened.take(REQUEST, answer([], { status: 404 }));
    opened.take(REQUEST, answer([], { headers: [['content-type', 'text/html']] }));
    opened.take(REQUEST, answer([], { headers: [] }));
    opened.take(REQUEST, answer(''));
    opened.take(REQUEST, answer([], { headers: [['content-type', 'application/hal+json; a=b']] }));
    expect(await opened.finish()).toMatchObject({ checked: 1, broken: 1, unchecked: 0 });
  });

  it('finds what is no JSON broken', async () => {
    const { faults } = await check({}, '{');
    expect(faults).toMatchObject([{ pointer: '', detail: 'is not JSON in UTF-8' }]);
  });

  it.each<[string, object]>([
    ['an unknown type', { type: 'number7' }],
    ['a pattern that is none', { pattern: '(' }],
    ['a reference to elsewhere', { $ref: 'https://schemas.example/x.json' }],
    ['another draft', { $schema: 'http://json-schema.org/draft-04/schema#' }],
    ['an asynchronous schema', { $async: true }],
  ])('says of a schema with %s that it cannot be used', async (_what, schema) => {
    const { faults, ...counts } = await check(schema, []);
    expect(counts).toEqual({ checked: 0, broken: 0, unchecked: 1 });
    expect(faults).toEqual([
      { pointer: '', detail: expect.stringMatching(/^The schema cannot be used: ./) as string },
    ]);
  });

  it('takes the schema of schemas for one', async () => {
    const schema = { $ref: 'https://json-schema.org/draft/2020-12/schema' };
    expect(await check(schema, { type: 'x' })).toMatchObject({ checked: 1, broken: 1 });
  });

  describe('gives up', () => {
    const nested = (depth: number) => {
      let schema: object = {};
      for (let level = 0; level < depth; level += 1) schema = { items: schema };
      return schema;
    };
    const wide = Array.from({ length: 2_000 }, (_, n) => [`p${n}`, nested(40)] as const);

    it.each<[string, object, unknown, RegExp]>([
      ['a pattern that backtracks', { pattern: '^(a+)+$' }, `${'a'.repeat(60)}!`, /too long/],
      ['a circle', { $ref: '#' }, [], /nested/],
      [
        'a circle of two',
        { $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } }, $ref: '#/$defs/a' },
        [],
        /nested/,
      ],
      ['a deep schema', nested(8_000), [], /nested/],
      ['a vast schema', { properties: Object.fromEntries(wide) }, {}, /too (long|much)/],
    ])(
      'on %s, and says so',
      async (_what, schema, body, reason) => {
        const opened = open(schema, 3_000);
        const began = performance.now();
        const value = typeof body === 'string' ? JSON.stringify(body) : body;
        opened.take(REQUEST, answer(value));
        opened.take(REQUEST, answer(value));
        const report = await opened.finish();
        opened.take(REQUEST, answer(value));
        expect(performance.now() - began).toBeLessThan(20_000);
        expect(report).toEqual({
          ...{ checked: 0, broken: 0, unchecked: 3, faults: [] },
          gaveUp: expect.stringMatching(reason) as string,
        });
        // Nobody else is the worse for it.
        expect(await check({ type: 'array' }, [])).toMatchObject({ checked: 1, broken: 0 });
      },
      40_000,
    );

    it('where it takes too much memory, and ends nothing but the process', async () => {
      const rows = `[${'[],'.repeat(2.5 * MIB)}[]]`;
      const heavy = { items: { allOf: Array.from({ length: 50 }, () => ({ type: 'array' })) } };
      const small = `[${'1,'.repeat(60_000)}1]`;
      const faulty = {
        items: { allOf: Array.from({ length: 300 }, (_, n) => ({ minimum: n + 2 })) },
      };
      const reports = await Promise.all([check(heavy, rows, 20_000), check(faulty, small, 20_000)]);
      expect(reports[1].gaveUp).toMatch(/too (long|much)/);
      expect(await check({ type: 'array' }, [])).toMatchObject({ checked: 1, broken: 0 });
    }, 60_000);
  });

  it('does not let one owner keep others from their turn', async () => {
    const slow = Array.from({ length: 3 }, () => open({ pattern: '^(a+)+$' }, 1_500, 'usr_slow'));
    for (const each of slow) each.take(REQUEST, answer(JSON.stringify(`${'a'.repeat(60)}!`)));
    const all = Promise.all(slow.map((each) => each.finish()));
    const first = await Promise.race([all.then(() => 'slow'), check({}, []).then(() => 'quick')]);
    expect(first).toBe('quick');
    for (const { gaveUp } of await all) expect(gaveUp).toBeDefined();
  }, 20_000);

  it('drops what there is no room for', async () => {
    const page = JSON.stringify('x'.repeat(3 * MIB));
    const opened = open({ type: 'string' });
    for (let count = 0; count < 4; count += 1) opened.take(REQUEST, answer(page));
    expect(await opened.finish()).toMatchObject({ checked: 2, unchecked: 2 });
    opened.take(REQUEST, answer(page));
    expect(await opened.finish()).toMatchObject({ checked: 3, unchecked: 2 });
  });
});

describe('ResponseChecker', () => {
  it('ends its checks with the service', async () => {
    const checker = new ResponseChecker();
    const hide = (text: string) => text;
    const run = { owner: 'usr_a', name: 'x', expected: { pattern: '^(a+)+$' }, hide };
    const checks = [checker.open(run), checker.open(run)];
    for (const each of checks) each.take(REQUEST, answer(JSON.stringify(`${'a'.repeat(60)}!`)));
    await checker.onApplicationShutdown();
    for (const each of checks) {
      expect(await each.finish()).toMatchObject({ checked: 0, unchecked: 1 });
    }
    const late = checker.open(run);
    late.take(REQUEST, answer([]));
    expect(await late.finish()).toMatchObject({ unchecked: 1, gaveUp: 'The service was stopped.' });
  });
});
