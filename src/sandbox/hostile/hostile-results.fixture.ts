import type { HostileKind } from './hostile-programs.types.js';

/** Results that are no JSON, lie about themselves or are too large. */
export const results: HostileKind = {
  ends: 'type',
  programs: [
    ['a getter that throws', 'function f() { return { get a() { throw new Error("got") } } }'],
    [
      'a proxy as a result',
      'function f() { return new Proxy([], { get: (t, k) => k === "length" ? 2 ** 40 : k, ownKeys: () => { throw 1 } }) }',
      'run.cpu',
    ],
    [
      'a revoked proxy',
      'function f() { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); return proxy }',
      'thrown',
    ],
    ['a toJSON that lies', 'function f() { return { toJSON: () => undefined } }'],
    [
      'a forged outcome',
      "function f() { return { kind: 'limit', code: 'run.cpu', type: 'done', outcome: { kind: 'ok' } } }",
      'ok',
    ],
    ['a symbol', 'function f() { throw Symbol("x") }', 'thrown'],
    ['a cycle', 'function f() { const a = {}; a.a = [a]; return a }'],
    ['a BigInt', 'function f() { return { a: [1n] } }'],
    ['a function as a result', 'function f() { return f }'],
    ['a proxy of a function', 'function f() { return new Proxy(f, {}) }'],
    [
      'a proxy whose keys lie',
      "function f() { return new Proxy({}, { ownKeys: () => ['a', 'b', 'a'] }) }",
    ],
    [
      'a proxy without end',
      'function f() { const p = new Proxy({}, { ownKeys: () => ["a"], getOwnPropertyDescriptor: () => ({ value: p, enumerable: true, configurable: true }), get: () => p }); return p }',
    ],
    [
      'an empty array of huge length',
      'function f() { const a = []; a.length = 2 ** 32 - 1; return a }',
      'run.memory',
      { cpuMs: 4_000 },
    ],
    ['a typed array', 'function f() { return new Uint8Array(1e4) }', 'ok'],
    ['a result beyond its limit', "function f() { return 'x'.repeat(6e6) }", 'run.result'],
    [
      'a result of brackets',
      'function f() { let a = []; for (let i = 0; i < 12; i++) a = [a, a]; return a }',
      'ok',
    ],
    ['a toJSON that throws', 'function f() { return { toJSON() { throw null } } }'],
    ['a toJSON of a promise', 'async function f() { return { toJSON: async () => 1 } }', 'ok'],
    ['a date that is none', 'function f() { return new Date(NaN) }', 'ok'],
    [
      'a toString that lies',
      "function f() { return Object(Object.assign(() => {}, { toString: () => '}{' })) }",
    ],
    [
      'a text that is no text',
      'function f() { return JSON.rawJSON ? JSON.rawJSON(\'"x"\') : 1 }',
      'ok',
    ],
    [
      'a member named __proto__',
      'function f() { return JSON.parse(\'{"__proto__":{"polluted":1},"constructor":{"prototype":{"polluted":1}}}\') }',
      'ok',
    ],
    ['a text of lone surrogates', "function f() { return { ['\\ud800']: '\\udfff\\0' } }", 'ok'],
    [
      'numbers at the edge',
      'function f() { return [NaN, -Infinity, -0, 5e-324, 1.7e308, 2 ** 53] }',
      'ok',
    ],
    [
      'a class with secrets',
      'function f() { return new (class A { #a = 1; static b = 2; get c() { return this.#a } })() }',
      'ok',
    ],
    [
      'a module namespace',
      'function f() { return Object.assign(Object.create(null), { [Symbol.toStringTag]: "Module", then: 1 }) }',
      'ok',
    ],
    ['the global object', 'function f() { return globalThis }', 'ok'],
    [
      'a weak map',
      'function f() { return [new WeakMap(), new WeakRef({}), new Map([[1, 2]]), /x/, new Error("x")] }',
      'ok',
    ],
  ],
};
