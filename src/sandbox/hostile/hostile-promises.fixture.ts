import type { HostileKind } from './hostile-programs.types.js';

/** Promises and timers that settle never, too late, too often or wrongly. */
export const promises: HostileKind = {
  ends: 'run.stalled',
  programs: [
    ['a promise that never settles', 'function f() { return new Promise(() => {}) }'],
    ['a thenable that never calls', 'function f() { return { then() {} } }'],
    [
      'a promise that waits for itself',
      'function f() { let r; const p = new Promise((ok) => { r = ok }); r(p); return p }',
      'thrown',
    ],
    [
      'a generator that never yields',
      'async function f() { for await (const _ of { [Symbol.asyncIterator]: () => ({ next: () => new Promise(() => {}) }) }); }',
    ],
    [
      'a timer that settles nothing',
      'function f() { return new Promise(() => setTimeout(() => {}, 50)) }',
    ],
    [
      'a cleared timer',
      'function f() { return new Promise((ok) => clearTimeout(setTimeout(ok, 50))) }',
    ],
    [
      'an answer that settles nothing',
      "function f() { fetch('https://a.example'); return new Promise(() => {}) }",
    ],
    [
      'a remote that never answers',
      "async function f() { await fetch('https://never.example') }",
      'run.time',
      { wallMs: 800 },
    ],
    [
      'a sleep without end',
      'function f() { return new Promise((ok) => setTimeout(ok, 1e9)) }',
      'run.time',
      { wallMs: 800 },
    ],
    [
      'timers without end',
      'function f() { const again = () => setTimeout(again, 0); again(); return new Promise(() => {}) }',
      'run.time',
      { wallMs: 800 },
    ],
    [
      'a flood of rejections',
      'function f() { for (let i = 0; i < 2e3; i++) Promise.reject(new Error("x")); return 1 }',
      'ok',
    ],
    [
      'a flood of promises',
      'async function f() { await Promise.all(Array.from({ length: 2e3 }, async (_, i) => i)); return 1 }',
      'ok',
    ],
    [
      'a flood of jobs',
      'function f() { const g = () => { Promise.resolve().then(g); Promise.resolve().then(g) }; g(); return new Promise(() => {}) }',
      'run.cpu',
    ],
    [
      'a flood of timers',
      'function f() { for (let i = 0; i < 1e3; i++) setTimeout(() => {}, 1e6 + i); return 1 }',
      'ok',
    ],
    [
      'timers that throw',
      'function f() { for (let i = 0; i < 100; i++) setTimeout(() => { throw i }, 1); return new Promise(() => {}) }',
      'thrown',
    ],
    [
      'times that are none',
      'async function f() { for (const ms of [NaN, -1, Infinity, 1e300, "x", {}, null, undefined, 2 ** 31]) clearTimeout(setTimeout(() => {}, ms)); for (const id of [NaN, -1, {}, null, "x", 1e9]) clearTimeout(id); return 1 }',
      'ok',
    ],
    [
      'a callback that is none',
      "function f() { for (const c of [null, 1, 'for (;;);', {}, undefined]) setTimeout(c, 0); return new Promise((ok) => setTimeout(ok, 20, 1)) }",
      'thrown',
    ],
    [
      'use after its end',
      'let n = 0; async function f() { setTimeout(() => { for (;;); }, 1); return 1 }',
      'ok',
    ],
    [
      'a thenable that calls twice',
      'function f() { return { then(ok, no) { ok(1); no(2); ok(3); throw 4 } } }',
      'ok',
    ],
    [
      'a then that throws a getter',
      'function f() { return { get then() { throw new Error("got") } } }',
      'thrown',
    ],
  ],
};
