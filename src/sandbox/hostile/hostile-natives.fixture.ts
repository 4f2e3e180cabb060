import type { HostileKind } from './hostile-programs.types.js';

/** Work of the engine itself that takes for ever, much of it where nothing can interrupt it. */
export const natives: HostileKind = {
  ends: 'run.cpu',
  programs: [
    ['a slow pattern', "function f() { return /(a+)+b/.test('a'.repeat(60)) }"],
    ['a native loop', 'function f() { Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) }'],
    [
      'a native loop behind the result',
      'function f() { const later = () => Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1); Promise.resolve().then(() => 0).then(() => 0).then(later); return 1 }',
    ],
    [
      'a native loop in a thrown getter',
      'function f() { throw { get message() { return Array.prototype.indexOf.call({ length: 2 ** 53 - 1 }, 1) } } }',
    ],
    [
      'join over nothing',
      'function f() { return Array.prototype.join.call({ length: 2 ** 53 - 1 }, "") }',
    ],
    [
      'sort over nothing',
      'function f() { return Array.prototype.sort.call({ length: 2 ** 32 - 1 }).length }',
    ],
    [
      'a search in a long text',
      "function f() { const s = 'a'.repeat(1e6); for (;;) s.indexOf('a'.repeat(5e5) + 'b') }",
    ],
    [
      'a replacement in a long text',
      "function f() { return 'a'.repeat(1e6).replaceAll('', 'bbbbbbbb').replaceAll('b', 'cc').length }",
    ],
    [
      'the digits of a huge number',
      'function f() { return String(1n << 8000000n).length }',
      'thrown',
    ],
    [
      'a pattern with alternatives',
      "function f() { return /^(a|aa)+$/.test('a'.repeat(60) + 'b') }",
    ],
    [
      'a pattern with a lookbehind',
      "function f() { return /(?<=(a+)+b)c/.test('a'.repeat(60) + 'c') }",
      'ok',
    ],
    [
      'a digest again and again',
      "async function f() { const b = new Uint8Array(8e6); for (;;) await crypto.subtle.digest('SHA-512', b) }",
    ],
  ],
};
