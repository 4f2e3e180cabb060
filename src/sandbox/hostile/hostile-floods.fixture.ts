import type { HostileKind } from './hostile-programs.types.js';

/** Floods of requests and of logs, and arguments of a size that nobody expects. */
export const floods: HostileKind = {
  ends: 'ok',
  programs: [
    [
      'a flood of logs',
      "function f() { for (let i = 0; i < 2e3; i++) console.log('x'.repeat(100)) }",
    ],
    [
      'bytes on the standard output',
      'function f() { console.log("\\0\\0\\0\\x02\\0\\0\\0\\0{}") }',
    ],
    [
      'a huge random',
      'function f() { return crypto.getRandomValues(new Uint8Array(1e7)) }',
      'thrown',
    ],
    [
      'a flood of requests',
      "async function f() { await Promise.all(Array.from({ length: 300 }, (_, i) => fetch('https://a.example/' + i))); return 1 }",
    ],
    ['requests without end', "function f() { for (;;) fetch('https://a.example') }", 'run.cpu'],
    [
      'requests one after the other',
      "async function f() { for (;;) await fetch('https://a.example') }",
      'run.time',
      { wallMs: 800 },
    ],
    [
      'requests that are aborted',
      "async function f() { for (let i = 0; i < 50; i++) { const c = new AbortController(); const p = fetch('https://never.example', { signal: c.signal }); c.abort(); try { await p } catch {} } return 1 }",
    ],
    [
      'large bodies at once',
      "async function f() { const body = 'x'.repeat(5e6); await Promise.all(Array.from({ length: 64 }, () => fetch('https://never.example', { method: 'POST', body }))) }",
      'run.time',
      { wallMs: 800 },
    ],
    [
      'large answers that nobody reads',
      "function f() { for (let i = 0; i < 64; i++) fetch('https://big.example'); for (;;); }",
      'run.cpu',
    ],
    [
      'a body beyond its limit',
      "async function f() { await fetch('https://a.example', { method: 'POST', body: new Uint8Array(33e6) }) }",
      'run.memory',
    ],
    [
      'a URL without end',
      "async function f() { await fetch('https://a.example/' + 'x'.repeat(6e5)) }",
      'remote',
    ],
    [
      'a header without end',
      "async function f() { await fetch('https://a.example', { headers: { a: 'x'.repeat(6e5) } }) }",
      'remote',
    ],
    [
      'headers without end',
      "async function f() { const h = new Headers(); for (let i = 0; i < 300; i++) h.append('a' + i, 'b'); await fetch('https://a.example', { headers: h }) }",
    ],
    [
      'a request of proxies',
      "async function f() { const p = new Proxy(() => {}, { get: (_, k) => (k === Symbol.toPrimitive ? () => 'https://a.example' : p) }); await fetch(p, p) }",
      'thrown',
    ],
    [
      'a URL that throws',
      "async function f() { await fetch({ toString() { throw new Error('mine') } }) }",
      'thrown',
    ],
    [
      'lines of logs that are huge',
      "function f() { for (let i = 0; i < 50; i++) console.log('x'.repeat(1e5)); return 1 }",
    ],
    [
      'a log of many arguments',
      "function f() { console.log(...new Array(3e4).fill('x')); return 1 }",
    ],
    [
      'a log of a huge object',
      "function f() { console.log(Object.fromEntries(Array.from({ length: 2e3 }, (_, i) => ['k' + i, i]))); return 1 }",
    ],
    [
      'a log of proxies',
      'function f() { console.log(new Proxy({}, { ownKeys() { throw 1 } }), new Proxy(() => {}, { get() { throw 2 } }), new Proxy(new Error(), { get() { throw 3 } })); return 1 }',
    ],
    [
      'a log of symbols and all',
      "function f() { console.log(Symbol('x'), 1n, -0, NaN, Object.create(null), new Date(NaN), [undefined, , null], globalThis); return 1 }",
    ],
    [
      'a huge digest',
      "async function f() { return (await crypto.subtle.digest('SHA-256', new Uint8Array(4e6))).byteLength }",
    ],
    [
      'a huge key',
      "async function f() { const a = { name: 'HMAC', hash: 'SHA-256' }; const k = await crypto.subtle.importKey('raw', new Uint8Array(1e6), a, true, ['sign']); return (await crypto.subtle.sign('HMAC', k, new Uint8Array(1e6))).byteLength }",
    ],
    [
      'a huge URL',
      "function f() { return new URL('http://a.example/?' + 'q='.repeat(1e5)).href.length }",
    ],
    [
      'a huge host',
      "function f() { return new URL('http://' + 'a.'.repeat(1e5) + 'example').host.length }",
    ],
    ['a huge clone', 'function f() { return structuredClone(new Array(1e4).fill(1)).length }'],
    [
      'a huge encoding',
      "function f() { return new TextDecoder().decode(new TextEncoder().encode('ä'.repeat(2e5))).length }",
    ],
    ['a huge base64', "function f() { return atob(btoa('x'.repeat(2e5))).length }"],
    ['a huge label', "function f() { return new TextDecoder('x'.repeat(1e6)) }", 'thrown'],
    [
      'a huge argument of a timer',
      "function f() { return new Promise((ok) => setTimeout((s) => ok(s.length), 1, 'x'.repeat(1e6))) }",
    ],
    [
      'a clone of a proxy',
      'function f() { return structuredClone(new Proxy({}, { ownKeys() { throw new Error("mine") } })) }',
      'thrown',
    ],
    [
      'a clone of a cycle',
      'function f() { const a = []; a.push(a, new Map([[a, a]])); return structuredClone(a)[0].length }',
    ],
  ],
};
