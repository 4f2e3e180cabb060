import type { HostileKind } from './hostile-programs.types.js';

/** Code that never comes to its end, wherever a program can be made to run code. */
export const loops: HostileKind = {
  ends: 'run.cpu',
  programs: [
    ['a loop', 'function f() { for (;;); }'],
    [
      'a loop at the top level',
      `function f() {}
for (;;);`,
    ],
    ['a chain of promises', 'async function f() { for (;;) await null }'],
    ['a loop in toJSON', 'function f() { return { toJSON() { for (;;); } } }'],
    ['a loop in a getter of an error', 'function f() { throw { get message() { for (;;); } } }'],
    ['a loop in a thenable', 'function f() { return { then() { for (;;); } } }'],
    ['a loop in finally', 'function f() { try { throw 1 } finally { for (;;); } }'],
    [
      'a return that finally takes back',
      'function f() { for (;;) { try { return 1 } finally { continue } } }',
    ],
    [
      'a loop in a trap of a proxy',
      'function f() { return new Proxy({}, { ownKeys() { for (;;); } }) }',
    ],
    [
      'a loop in a generator',
      'function f() { function* g() { for (;;) yield 1 } for (const _ of g()); }',
    ],
    [
      'a loop in Symbol.toPrimitive',
      'function f() { return 1 + { [Symbol.toPrimitive]() { for (;;); } } }',
    ],
    [
      'a loop in toString of an argument',
      'function f() { return btoa({ toString() { for (;;); } }) }',
    ],
    ['a loop in a comparator', 'function f() { return [3, 1, 2].sort(() => { for (;;); }) }'],
    ['a callback of replace', "function f() { return 'a'.replace(/a/g, () => { for (;;); }) }"],
    ['a loop in a reviver', "function f() { return JSON.parse('[1]', () => { for (;;); }) }"],
    [
      'a loop in a static block',
      `class A { static { for (;;); } }
function f() {}`,
    ],
    [
      'a loop in a listener',
      'function f() { const c = new AbortController(); c.signal.onabort = () => { for (;;); }; c.abort() }',
    ],
    ['a loop in eval', "function f() { eval('for (;;);') }"],
    ['a loop in what is cloned', 'function f() { structuredClone({ get a() { for (;;); } }) }'],
    [
      'a loop in options of fetch',
      "async function f() { await fetch('https://a.example', { get method() { for (;;); } }) }",
    ],
    [
      'a loop where a fetch fails',
      "async function f() { try { await fetch('https://refused.example') } catch { for (;;); } }",
    ],
    [
      'a loop in a replaced then',
      'async function f() { Promise.prototype.then = () => { for (;;); }; await new Promise((done) => setTimeout(done, 1)) }',
      'ok',
    ],
  ],
};
