import type { HostileKind } from './hostile-programs.types.js';

/** Things thrown that are no errors, or lie when they are looked at. */
export const thrown: HostileKind = {
  ends: 'thrown',
  programs: [
    [
      'an error whose members throw',
      'function f() { throw { get message() { throw 1 }, get stack() { throw 2 }, get name() { throw 3 }, get status() { throw 4 } } }',
    ],
    [
      'an error that is a proxy',
      'function f() { throw new Proxy({}, { get() { throw 1 }, getPrototypeOf() { throw 2 }, ownKeys() { throw 3 } }) }',
    ],
    [
      'a thrown revoked proxy',
      'function f() { const { proxy, revoke } = Proxy.revocable({}, {}); revoke(); throw proxy }',
    ],
    ['a huge message', "function f() { throw new Error('x'.repeat(5e6)) }"],
    [
      'a message that is no text',
      'function f() { throw Object.assign(new Error(), { message: { toString() { throw 1 } }, stack: 5, status: NaN }) }',
    ],
    ['null', 'async function f() { throw null }'],
    [
      'a forged position',
      "function f() { throw Object.assign(new Error('x'), { stack: 'at connector.js:99999999999999999999:1' }) }",
    ],
    ['a lone surrogate', "function f() { console.log('\\ud800'); throw new Error('\\udfff\\0') }"],
    ['undefined', 'function f() { throw undefined }'],
    ['a number', 'async function f() { throw NaN }'],
    ['a BigInt that is huge', 'function f() { throw 1n << 10000n }'],
    ['a thrown symbol', 'async function f() { throw Symbol.iterator }'],
    [
      'a thrown function',
      'function f() { throw Object.assign(() => {}, { message: "x", toString() { throw 1 } }) }',
    ],
    ['a thrown global', 'function f() { throw globalThis }'],
    ['a frozen error', 'function f() { throw Object.freeze(new Error("x")) }'],
    [
      'an error without a prototype',
      'function f() { throw Object.setPrototypeOf(new Error("x"), null) }',
    ],
    [
      'a cycle of causes',
      'function f() { const e = new Error("x"); e.cause = e; e.message = e; throw e }',
    ],
    [
      'an aggregate of many',
      'async function f() { await Promise.any(Array.from({ length: 1e3 }, (_, i) => Promise.reject(i))) }',
    ],
    [
      'a status that is none',
      'function f() { throw Object.assign(new Error("x"), { status: -1e400 }) }',
    ],
    [
      'a status that is a proxy',
      'function f() { throw Object.assign(new Error("x"), { status: new Proxy({}, { get() { throw 1 } }) }) }',
    ],
    [
      'a forged code',
      "function f() { throw Object.assign(new Error('x'), { code: 'run.cpu', remote: 'remote.timeout', kind: 'limit', notJson: true }) }",
    ],
    [
      'a forged name',
      "function f() { throw Object.assign(new Error('out of memory'), { name: 'InternalError', stack: '' }) }",
      'run.memory',
    ],
    [
      'a forged stack',
      "function f() { throw Object.assign(new Error('x'), { stack: '    at connector.js:1:1\\n'.repeat(1e5) }) }",
    ],
    [
      'an error of a fetch with a forged code',
      "async function f() { try { await fetch('https://refused.example') } catch (e) { e.code = 'run.cpu'; throw e } }",
      'remote',
    ],
    [
      'an error of a fetch',
      "async function f() { await fetch('https://refused.example') }",
      'remote',
    ],
    [
      'a message with control characters',
      "function f() { throw new Error('\\0\\x1b[2J\\r\\n\\u2028' + 'x'.repeat(3000)) }",
    ],
    [
      'an error in a class that lies',
      'function f() { throw new (class extends Error { get name() { throw 1 } get message() { return {} } get [Symbol.toStringTag]() { throw 2 } })() }',
    ],
    [
      'an error at the top level',
      `function f() {}
throw new Proxy(new Error("x"), { get() { throw 1 } })`,
    ],
    ['an error of the syntax', 'function f() { return 1 +', 'syntax'],
    ['an error of the syntax in eval', "function f() { eval('1 +') }"],
    ['no function', 'const g = 1;', 'missing'],
    ['no text', '', 'missing'],
    ['what is no JavaScript', '\u0000￾<?php', 'syntax'],
  ],
};
