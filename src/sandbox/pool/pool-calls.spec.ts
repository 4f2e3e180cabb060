import { createHash, createHmac } from 'node:crypto';

import { SandboxPool } from './pool.js';
import { callJob } from './pool-fixture.js';

const pool = new SandboxPool({ min: 1, max: 2 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const valueOf = async (source: string, args: (string | number)[] = []): Promise<unknown> => {
  const outcome = await pool.call(callJob(source, { args }));
  return outcome.kind === 'ok' ? outcome.value : outcome;
};

describe('a call', () => {
  it.each([
    ['a plain function', 'function f(a, b) { return a + b }'],
    ['an async function', 'async function f(a, b) { await null; return a + b }'],
    ['an arrow', 'const f = (a, b) => a + b;'],
    ['an async arrow', 'let f = async (a, b) => a + await b;'],
    ['an exported function', 'export async function f(a, b) { return a + b }'],
    ['an exported const', 'export const f = (a, b) => a + b'],
    ['a default export', 'export default function f(a, b) { return a + b }'],
    ['a function that is exported below', 'function f(a, b) { return a + b }\nexport { f };'],
    [
      'helpers beside it',
      'const g = (a) => a;\nfunction f(a, b) { return g(a) + h(b) }\nclass H { static x(b) { return b } }\nfunction h(b) { return H.x(b) }',
    ],
    ['a promise', 'function f(a, b) { return Promise.resolve(a).then((x) => x + b) }'],
    ['a thenable', 'function f(a, b) { return { then(done) { done(a + b) } } }'],
  ])('runs %s', async (_name, source) => {
    expect(await valueOf(source, [2, 3])).toBe(5);
  });

  it('takes any JSON and any text, and gives it back', async () => {
    const value = { a: [1, null, true, { b: '\0 ä 😀 \ud800' }], __proto__: undefined, n: 0.1 };
    const given = JSON.parse(JSON.stringify(value)) as never;
    const outcome = await pool.call(callJob('function f(a) { return a }', { args: [given] }));
    expect(outcome).toMatchObject({ kind: 'ok', value: given });
  });

  it('gives null for undefined, and a type failure for what is not JSON', async () => {
    expect(await valueOf('function f() {}')).toBeNull();
    for (const bad of ['() => 1', '10n', 'Symbol()', '((a) => (a.a = a))({})']) {
      expect(await valueOf(`function f() { return ${bad} }`)).toMatchObject({ kind: 'type' });
    }
  });

  it('says where and why the code failed', async () => {
    expect(await valueOf('const a = 1;\nfunction f() {\n  return a.b.c;\n}')).toMatchObject({
      kind: 'thrown',
      message: "TypeError: cannot read property 'c' of undefined",
      line: 3,
    });
    const status = 'function f() { throw Object.assign(new Error("no"), { status: 404 }) }';
    expect(await valueOf(status)).toMatchObject({ kind: 'thrown', message: 'no', status: 404 });
    expect(await valueOf('function f() {}\nlet a = ;')).toMatchObject({
      kind: 'syntax',
      line: 2,
      column: 9,
    });
    expect(await valueOf('export function f() {}\nnull.x')).toMatchObject({
      kind: 'thrown',
      line: 2,
    });
    expect(await valueOf('function g() {}')).toMatchObject({ kind: 'missing' });
    expect(await valueOf('function f() { throw "text" }')).toMatchObject({ message: 'text' });
    expect(await valueOf('async function f() { throw { a: 1 } }')).toMatchObject({
      message: '{"a":1}',
    });
  });

  it('ends as thrown where a timer throws', async () => {
    const source = 'function f() { return new Promise(() => setTimeout(() => { null.x }, 1)) }';
    expect(await valueOf(source)).toMatchObject({ kind: 'thrown', line: 1 });
  });

  it('keeps a log', async () => {
    const outcome = await pool.call(
      callJob(`function f() {
        console.log('a', 1, { b: [1n] }, null, undefined);
        console.warn(new Map([[1, 2]]));
        const loop = {}; loop.self = loop; console.debug(loop);
        console.error(new TypeError('bad'));
        customLogger('page', { n: 2 });
        console.info('x'.repeat(5000));
      }`),
    );
    expect(outcome.log.map((line) => line.level)).toEqual([
      'info',
      'warn',
      'debug',
      'error',
      'info',
      'info',
    ]);
    const texts = outcome.log.map((line) => line.text);
    expect(texts[0]).toBe('a 1 {"b":["1n"]} null undefined');
    expect(texts[2]).toBe('{"self":"[circular]"}');
    expect(texts[3]).toMatch(/^TypeError: bad\n.*connector\.js:5/);
    expect(texts[4]).toBe('page {"n":2}');
    expect(Buffer.byteLength(texts[5] ?? '')).toBe(2_048);
    expect(outcome.logDropped).toBe(0);
  });

  it('drops and counts the log lines above the limit', async () => {
    const { limits } = callJob('');
    const source = 'function f() { for (let i = 0; i < 50; i++) console.log(i) }';
    const outcome = await pool.call(callJob(source, { limits: { ...limits, logLines: 20 } }));
    expect([outcome.log.length, outcome.logDropped]).toEqual([20, 30]);
  });

  it('has the timers of the standard', async () => {
    const source = `async function f() {
      const seen = [];
      const never = setTimeout(() => seen.push('never'), 1);
      clearTimeout(never);
      setTimeout((x) => seen.push(x), 20, 'late');
      setTimeout(() => { seen.push('early'); Promise.resolve().then(() => seen.push('job')) }, 5);
      await new Promise((done) => setTimeout(done, 30));
      return seen;
    }`;
    expect(await valueOf(source)).toEqual(['early', 'job', 'late']);
  });

  it('has the digests and HMACs of the standard', async () => {
    const source = `async function f(data) {
      const hex = (b) => [...new Uint8Array(b)].map((x) => x.toString(16).padStart(2, '0')).join('');
      const bytes = new TextEncoder().encode(data);
      const algorithm = { name: 'HMAC', hash: { name: 'SHA-512' } };
      const key = await crypto.subtle.importKey('raw', bytes, algorithm, false, ['sign', 'verify']);
      const signature = await crypto.subtle.sign('HMAC', key, bytes);
      return [
        hex(await crypto.subtle.digest('SHA-256', bytes)),
        hex(signature),
        await crypto.subtle.verify('HMAC', key, signature, bytes),
        await crypto.subtle.verify('HMAC', key, new Uint8Array(64), bytes),
        crypto.randomUUID() !== crypto.randomUUID(),
      ];
    }`;
    const data = 'key \0 ä';
    expect(await valueOf(source, [data])).toEqual([
      createHash('sha256').update(data).digest('hex'),
      createHmac('sha512', data).update(data).digest('hex'),
      true,
      false,
      true,
    ]);
  });

  it('refuses what would be silently wrong without Intl', async () => {
    for (const use of [
      "(1).toLocaleString('de')",
      '(1234.5).toLocaleString()',
      'new Date(0).toLocaleTimeString()',
      'new Intl.NumberFormat()',
      "Intl.Collator('de')",
      "new Date(0).toLocaleDateString('en', { timeZone: 'Asia/Tokyo' })",
      "'a'.localeCompare('b', 'de')",
    ]) {
      const outcome = await valueOf(`function f() { return ${use} }`);
      expect(outcome).toMatchObject({ kind: 'thrown' });
      expect((outcome as { message: string }).message).toMatch(/not available in connector code/);
    }
    expect(
      await valueOf(
        "function f() { return ['b', 'a'].sort((a, b) => a.localeCompare(b)) + new Date(0) }",
      ),
    ).toMatch(/^a,b.*GMT\+0000/);
  });
});
