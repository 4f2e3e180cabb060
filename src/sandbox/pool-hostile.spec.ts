import { SandboxPool } from './pool.js';
import { callJob, WIDE } from './pool-fixture.js';
import type { CallOutcome } from './sandbox.types.js';

const pool = new SandboxPool({ min: 1, max: 1 });

beforeAll(() => pool.start(), 30_000);
afterAll(() => pool.close());

const run = (source: string): Promise<CallOutcome> =>
  pool.call(callJob(source, { args: [1], limits: { ...WIDE, cpuMs: 1_500 } }));

/** Each may end as it likes, as long as it ends by itself and harms nobody. */
const attacks: [name: string, source: string][] = [
  ['import()', "async function f() { return await import('node:fs') }"],
  ['require', "function f() { return require('fs') }"],
  ['process', 'function f() { return process.exit(1) }'],
  ['an import', "import fs from 'node:fs'; function f() { return fs }"],
  [
    'a polluted Object.prototype',
    "function f() { Object.prototype.kind = 'ok'; Object.prototype.toJSON = () => 'x'; Object.prototype.then = 1; return { a: 1 } }",
  ],
  [
    'a then on Object.prototype',
    'async function f() { Object.prototype.then = function (ok) { ok(1) }; return {} }',
  ],
  [
    'setters on Object.prototype',
    "function f() { for (const k of ['message', 'name', 'stack', 'id', 'notJson', 'callback', '0']) Object.defineProperty(Object.prototype, k, { set() { throw 1 }, get() { throw 2 } }); throw new Error('x') }",
  ],
  [
    'a replaced JSON',
    'function f() { JSON.stringify = () => \'{"forged":1\'; JSON.parse = () => { throw 1 }; return { a: 1 } }',
  ],
  ['a replaced Promise', 'async function f() { Promise = function () { throw 1 }; return 1 }'],
  [
    'a replaced then',
    'async function f() { Promise.prototype.then = () => { throw 1 }; return await new Promise((d) => setTimeout(d, 1)) }',
  ],
  [
    'a replaced species',
    'async function f() { Object.defineProperty(Promise, Symbol.species, { get() { throw 1 } }); Promise.prototype.constructor = class {}; return await Promise.resolve(1) }',
  ],
  [
    'a replaced push and iterator',
    'async function f() { Array.prototype.push = Array.prototype.splice = () => { throw 1 }; Array.prototype[Symbol.iterator] = () => { throw 2 }; console.log(1, 2); await new Promise((d) => setTimeout(d, 1)); return [1] }',
  ],
  [
    'replaced maps',
    "async function f() { Map.prototype.get = Map.prototype.set = WeakMap.prototype.get = () => { throw 1 }; await fetch('http://a.example') }",
  ],
  [
    'a replaced global',
    'function f() { for (const k of Object.getOwnPropertyNames(globalThis)) { try { globalThis[k] = undefined } catch {} try { delete globalThis[k] } catch {} } throw 1 }',
  ],
  [
    'frozen everything',
    'function f() { for (const k of Object.getOwnPropertyNames(globalThis)) { try { Object.freeze(globalThis[k]); Object.freeze(globalThis[k].prototype) } catch {} } Object.freeze(globalThis); return { a: [1] } }',
  ],
  ['a getter that throws', 'function f() { return { get a() { throw new Error("got") } } }'],
  [
    'an error whose members throw',
    'function f() { throw { get message() { throw 1 }, get stack() { throw 2 }, get name() { throw 3 }, get status() { throw 4 } } }',
  ],
  [
    'an error that is a proxy',
    'function f() { throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 }, ownKeys() { throw 3 } }) }',
  ],
  [
    'a proxy as a result',
    'function f() { return new Proxy([], { get: (t, k) => k === "length" ? 2 ** 40 : k, ownKeys: () => { throw 1 } }) }',
  ],
  [
    'a revoked proxy',
    'function f() { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy }',
  ],
  [
    'a thrown revoked proxy',
    'function f() { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy }',
  ],
  ['a huge message', "function f() { throw new Error('x'.repeat(2e7)) }"],
  [
    'a message that is no text',
    'function f() { throw Object.assign(new Error(), { message: { toString() { throw 1 } }, stack: 5, status: NaN }) }',
  ],
  ['a symbol', 'function f() { throw Symbol("x") }'],
  ['null', 'async function f() { throw null }'],
  ['a toJSON that lies', 'function f() { return { toJSON: () => undefined } }'],
  ['a toJSON that nests', 'function f() { const t = { toJSON() { return { t } } }; return t }'],
  ['deep recursion', 'function f() { return f() }'],
  [
    'deep recursion in a getter',
    'function f() { const o = { get a() { return this.a } }; return o.a }',
  ],
  [
    'deep recursion in a proxy',
    'function f() { let p = {}; for (let i = 0; i < 1e5; i++) p = new Proxy(p, {}); return p.x }',
  ],
  [
    'deep recursion in toString',
    'function f() { const a = []; a[0] = { toString: () => String(a) + a.join() }; return String(a) }',
  ],
  ['deep JSON', "function f() { return JSON.parse('['.repeat(1e6)) }"],
  [
    'a deep result',
    'function f() { let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; return a }',
  ],
  [
    'a deep clone',
    'function f() { let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; return structuredClone(a) }',
  ],
  ['deep source', "function f() { return eval('('.repeat(1e5)) }"],
  ['a deep pattern', "function f() { return new RegExp('(?:'.repeat(1e5)) }"],
  [
    'a deep log',
    'function f() { let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; console.log(a, new Proxy({}, { get() { throw 1 } })) }',
  ],
  [
    'a flood of logs',
    "function f() { for (let i = 0; i < 1e5; i++) console.log('x'.repeat(100)) }",
  ],
  [
    'a forged outcome',
    "function f() { return { kind: 'limit', code: 'run.cpu', type: 'done', outcome: { kind: 'ok' } } }",
  ],
  ['bytes on the standard output', 'function f() { console.log("\\0\\0\\0\\x02\\0\\0\\0\\0{}") }'],
  [
    'a forged position',
    "function f() { throw Object.assign(new Error('x'), { stack: 'at connector.js:99999999999999999999:1' }) }",
  ],
  ['a lone surrogate', "function f() { console.log('\\ud800'); throw new Error('\\udfff\\0') }"],
  [
    'shared memory',
    'function f() { return new SharedArrayBuffer(16, { maxByteLength: 2 ** 31 }).byteLength }',
  ],
  [
    'a detached buffer',
    'function f() { const b = new ArrayBuffer(8); b.transfer?.(); return new TextDecoder().decode(b) }',
  ],
  ['a huge random', 'function f() { return crypto.getRandomValues(new Uint8Array(1e7)) }'],
  [
    'a bad name of an algorithm',
    'async function f() { return await crypto.subtle.digest({ name: { toString() { throw 1 } } }, new Uint8Array(1)) }',
  ],
  [
    'reserved names',
    'let let_ = 1; function f() { undefined_ = 1; arguments = 2; return globalThis === this }',
  ],
  [
    'use after its end',
    'let n = 0; async function f() { setTimeout(() => { for (;;); }, 1); return 1 }',
  ],
];

describe('connector code harms nobody by', () => {
  it.each(attacks)('%s', async (_name, source) => {
    const outcome = await run(source);
    expect(outcome.kind).not.toBe('crashed');
    if (outcome.kind !== 'ok') {
      expect(Buffer.byteLength(outcome.message)).toBeLessThanOrEqual(2_048);
      expect(outcome.message).not.toMatch(/[\0\ud800-\udfff]|\/dist\/|node_modules/);
    }
    expect(outcome.log.length).toBeLessThanOrEqual(200);
    expect(
      await run('function f(a) { return [a, {}.kind, JSON.stringify({ b: 1 })] }'),
    ).toMatchObject({
      kind: 'ok',
      value: [1, null, '{"b":1}'],
    });
  });
});
