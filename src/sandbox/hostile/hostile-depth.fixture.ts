import type { HostileKind } from './hostile-programs.types.js';

/** What nests deeper than a stack bears. */
export const depth: HostileKind = {
  ends: 'thrown',
  programs: [
    ['deep recursion', 'function f() { return f() }'],
    [
      'deep recursion in a getter',
      'function f() { const o = { get a() { return this.a } }; return o.a }',
    ],
    [
      'deep recursion in a proxy',
      'function f() { let p = {}; for (let i = 0; i < 2e4; i++) p = new Proxy(p, {}); return p.x }',
    ],
    [
      'deep recursion in toString',
      'function f() { const a = []; a[0] = { toString: () => String(a) + a.join() }; return String(a) }',
    ],
    ['deep JSON', "function f() { return JSON.parse('['.repeat(1e6)) }"],
    [
      'a deep result',
      'function f() { let a = {}; for (let i = 0; i < 1e5; i++) a = { a }; return a }',
      'run.cpu',
    ],
    [
      'a deep clone',
      'function f() { let a = {}; for (let i = 0; i < 2e4; i++) a = { a }; return structuredClone(a) }',
    ],
    ['deep source', "function f() { return eval('('.repeat(1e5)) }"],
    ['a deep pattern', "function f() { return new RegExp('(?:'.repeat(1e5)) }"],
    [
      'a deep log',
      'function f() { let a = {}; for (let i = 0; i < 1e3; i++) a = { a }; console.log(a, new Proxy({}, { get() { throw 1 } })) }',
      'ok',
    ],
    [
      'recursion that is caught',
      'function g() { return g() + 1 } function f() { try { g() } catch { return 1 } }',
      'ok',
    ],
    [
      'recursion that is caught again and again',
      'function g() { return g() + 1 } function f() { for (;;) { try { g() } catch {} } }',
      'run.cpu',
    ],
    ['recursion in finally', 'function f() { try { f() } finally { f() } }', 'run.cpu'],
    ['recursion of async functions', 'async function f() { return await f() }'],
    ['recursion of generators', 'function* g() { yield* g() } function f() { return [...g()] }'],
    [
      'recursion of thenables',
      'function f() { const t = { then(ok) { ok(t) } }; return t }',
      'run.cpu',
    ],
    ['recursion in a comparator', 'function f() { const c = () => [2, 1].sort(c); return c() }'],
    ['recursion in replace', "function f() { const r = () => 'a'.replace(/a/, r); return r() }"],
    ['recursion in a reviver', "function f() { const r = () => JSON.parse('[1]', r); return r() }"],
    [
      'recursion in a constructor',
      `class A { constructor() { this.a = new A() } }
function f() { return new A() }`,
    ],
    [
      'a chain of aborts',
      'function f() { const c = new AbortController(); let s = c.signal; for (let i = 0; i < 1e4; i++) s = AbortSignal.any([s]); c.abort(); return s.aborted }',
    ],
    [
      'a chain of prototypes',
      'function f() { let o = {}; for (let i = 0; i < 2e4; i++) o = Object.create(o); return o.x === undefined }',
      'ok',
    ],
    [
      'a chain of causes',
      'function f() { let e; for (let i = 0; i < 1e4; i++) e = new Error("x", { cause: e }); throw e }',
    ],
    [
      'a flat of much depth',
      'function f() { let a = []; for (let i = 0; i < 2e4; i++) a = [a]; return a.flat(Infinity).length }',
    ],
    [
      'deep brackets in a source',
      `function f() { return ${'['.repeat(20_000)}${']'.repeat(20_000)} }`,
      'syntax',
    ],
    [
      'deep parentheses in a source',
      `function f() { return ${'('.repeat(20_000)}1${')'.repeat(20_000)} }`,
      'syntax',
    ],
    ['deep functions in a source', `function f() { ${'() => '.repeat(20_000)}1 }`, 'syntax'],
    [
      'deep templates in a source',
      `function f() { return ${'`${'.repeat(3_000)}1${'}`'.repeat(3_000)} }`,
      'syntax',
    ],
    ['a long chain of members', `function f() { return f${'?.a'.repeat(30_000)} }`, 'ok'],
    ['a million arguments', 'function f() { return Math.max(...new Array(1e5).fill(1)) }'],
    [
      'arguments from a lie',
      'function f() { return String.fromCharCode.apply(null, { length: 2 ** 32 }) }',
    ],
    [
      'deep JSON of an answer',
      "async function f() { return (await fetch('https://deep.example')).json() }",
      'ok',
    ],
  ],
};
