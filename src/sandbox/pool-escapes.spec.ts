import { SandboxPool } from './pool.js';
import { callJob, readJob, WIDE } from './pool-fixture.js';
import type { CallOutcome } from './sandbox.types.js';

const pool = new SandboxPool({ min: 1, max: 1 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const run = (source: string): Promise<CallOutcome> =>
  pool.call(callJob(source, { args: [1], limits: { ...WIDE, cpuMs: 1_500 } }));

/** Each gives what it could get hold of, which must be nothing of the host. */
const escapes: [name: string, source: string][] = [
  [
    'the constructor of a global',
    "function f() { return fetch.constructor.constructor('return typeof process + typeof require')() }",
  ],
  [
    'the constructor of a host function',
    "function f() { return URL.prototype.toString.constructor('return typeof process + typeof require')() }",
  ],
  [
    'the constructor of an argument',
    "function f(a) { return a.constructor.constructor('return typeof process + typeof require')() }",
  ],
  [
    'the constructor of an error of the host',
    "function f() { try { new URL('x') } catch (e) { return e.constructor.constructor('return typeof process + typeof require')() } }",
  ],
  [
    'the constructor of an async function',
    "async function f() { return await (async () => {}).constructor('return typeof process + typeof require')() }",
  ],
  ['an indirect eval', "function f() { return (0, eval)('typeof process + typeof require') }"],
  ['this', 'function f() { return typeof this.process + typeof globalThis.require }'],
  [
    'the stack of an error',
    "function f() { Error.prepareStackTrace = (_, frames) => frames; const s = new Error().stack; return typeof s === 'string' ? 'undefinedundefined' : 'frames' }",
  ],
  [
    'the callers',
    "function f() { try { return String(f.caller?.constructor('return typeof process + typeof require')() ?? 'undefinedundefined') } catch { return 'undefinedundefined' } }",
  ],
  [
    'a getter on a prototype',
    "function f() { let seen; Object.defineProperty(Object.prototype, 'headers', { configurable: true, get() { seen = this; return [] } }); new Request('http://a'); delete Object.prototype.headers; return seen ? seen.constructor.constructor('return typeof process + typeof require')() : 'undefinedundefined' }",
  ],
  [
    'Function.prototype.call',
    "function f() { const got = []; Function.prototype.call = Function.prototype.apply = function (...a) { got.push(this); return undefined }; btoa('a'); new Headers([['a', 'b']]).forEach(() => {}); return got.some((g) => /native/.test(Function.prototype.toString.bind(g)()) && g.name === 'fetch' && g !== fetch) ? 'host' : 'undefinedundefined' }",
  ],
];

describe('connector code gets nothing of the host by', () => {
  it.each(escapes)('%s', async (_name, source) => {
    expect(await run(source)).toMatchObject({ kind: 'ok', value: 'undefinedundefined' });
  });
});

describe('a read of hostile pages', () => {
  it.each([
    [
      'keys of prototypes',
      `function f() { return JSON.parse('[{"id":"__proto__","fields":{"__proto__":{"a":1},"constructor":1}}]') }`,
    ],
    ['a getter for an id', 'function f() { return [{ get id() { throw 1 }, fields: {} }] }'],
    [
      'a generator that lies',
      'function f() { return { [Symbol.asyncIterator]: () => ({ next: () => ({ get done() { throw 1 } }) }) } }',
    ],
    [
      'a generator without end',
      'async function* f() { for (let i = 0; ; i++) yield [{ id: i, fields: {} }] }',
    ],
    [
      'a page that is one long line',
      "function f() { return [{ id: 1, fields: { a: 'x\\n'.repeat(1e5) } }] }",
    ],
  ])('is contained: %s', async (_name, source) => {
    const { job, lines } = readJob(source, { limits: { ...WIDE, cpuMs: 500, wallMs: 1_500 } });
    const outcome = await pool.read(job);
    expect(outcome.kind).not.toBe('crashed');
    for (const text of lines)
      expect(Object.keys(JSON.parse(text) as object)).toEqual(['id', 'fields']);
    expect(Object.prototype).not.toHaveProperty('a');
  });
});

describe('a run', () => {
  it('sees nothing of the runs before it', async () => {
    await run(
      'globalThis.secret = 1; var other = 2; Array.prototype.leak = 3; function f() { setTimeout(() => 1, 5) }',
    );
    const source = 'function f() { return [typeof secret, typeof other, typeof [].leak] }';
    for (let i = 0; i < 3; i++) {
      expect(await run(source)).toMatchObject({ value: ['undefined', 'undefined', 'undefined'] });
    }
  });
});
