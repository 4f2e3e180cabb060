import type { HostileKind } from './hostile-programs.types.js';

/** What needs more memory than it may. */
export const memory: HostileKind = {
  ends: 'run.memory',
  limits: { wallMs: 8_000, cpuMs: 8_000, memoryBytes: 32 * 1024 * 1024 },
  programs: [
    ['a growing array', 'function f() { const a = []; for (;;) a.push({ a: [1, 2, 3] }) }'],
    ['a doubling string', "function f() { let s = 'x'; for (;;) s += s }"],
    ['a native repeat', "function f() { return 'x'.repeat(1e9).length }"],
    ['a filled array', 'function f() { return new Array(1e9).fill(1).length }'],
    ['buffers', 'function f() { const a = []; for (;;) a.push(new ArrayBuffer(1e7)) }'],
    ['one huge buffer', 'function f() { const a = new Uint8Array(2 ** 31 - 1); return a.length }'],
    [
      'pending promises',
      'async function f() { const a = []; for (;;) a.push(new Promise(() => {})) }',
    ],
    [
      'a huge text for the host',
      "function f() { const s = 'ä'.repeat(3e7); return new TextEncoder().encode(s).length }",
    ],
    [
      'a join of much',
      "function f() { return new Array(2e6).fill('x'.repeat(100)).join().length }",
    ],
    [
      'a huge body',
      "async function f() { await fetch('https://a.example', { method: 'POST', body: 'x'.repeat(1e9) }) }",
    ],
    [
      'bodies',
      "async function f() { const a = []; for (let i = 0; i < 100; i++) a.push(await (await fetch('https://big.example')).text()); return a.length }",
    ],
  ],
};
