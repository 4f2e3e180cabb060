import type { HostileKind } from './hostile-programs.types.js';

/** Pages of a read, where each is handed on before the next comes. */
export const reads: HostileKind = {
  ends: 'type',
  reads: true,
  programs: [
    [
      'keys of prototypes',
      'function f() { return JSON.parse(\'[{"id":"__proto__","fields":{"__proto__":{"a":1},"constructor":1}}]\') }',
      'ok',
    ],
    ['a getter for an id', 'function f() { return [{ get id() { throw 1 }, fields: {} }] }'],
    [
      'a generator that lies',
      'function f() { return { [Symbol.asyncIterator]: () => ({ next: () => ({ get done() { throw 1 } }) }) } }',
      'thrown',
    ],
    [
      'a generator without end',
      'async function* f() { for (let i = 0; ; i++) yield [{ id: i, fields: {} }] }',
      'run.time',
      { wallMs: 800 },
    ],
    [
      'a page that is one long line',
      "function f() { return [{ id: 1, fields: { a: 'x\\n'.repeat(1e5) } }] }",
      'ok',
    ],
    ['pages without records', 'async function* f() { for (;;) yield [] }', 'run.cpu'],
    ['pages that never come', 'async function* f() { await new Promise(() => {}) }', 'run.stalled'],
    [
      'a generator that ignores its end',
      'async function* f() { try { yield [] } finally { for (;;); } }',
      'run.cpu',
    ],
    ['a page that is a cycle', 'async function* f() { const a = []; a.push(a); yield a }'],
    [
      'a page of junk',
      'function f() { return [null, 1, "x", [], { id: {} }, { id: null, fields: 1 }] }',
    ],
    ['a page that is no array', 'function f() { return { length: 2 ** 53, 0: { id: 1 } } }'],
    [
      'a page beyond its limit',
      "function f() { return [{ id: 1, fields: { a: 'x'.repeat(6e6) } }] }",
      'run.result',
    ],
    [
      'a page that is deep',
      'async function* f() { let a = {}; for (let i = 0; i < 500; i++) a = { a }; yield [{ id: 1, fields: a }] }',
      'ok',
    ],
    ['ids that are huge', "function f() { return [{ id: 'x'.repeat(1e6), fields: {} }] }", 'ok'],
    [
      'fields that are many',
      "function f() { return [{ id: 1, fields: Object.fromEntries(Array.from({ length: 1e4 }, (_, i) => ['k' + i, i])) }] }",
      'ok',
    ],
    [
      'a native loop in a page',
      'async function* f() { yield [{ id: 1, fields: { toJSON() { Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) } } }] }',
      'run.cpu',
    ],
    [
      'a generator that yields promises',
      'function* f() { for (let i = 0; i < 5; i++) yield Promise.resolve([{ id: i, fields: {} }]) }',
      'ok',
    ],
    [
      'a generator that is thrown',
      'async function* f() { yield [{ id: 1, fields: {} }]; throw null }',
      'thrown',
    ],
  ],
};
