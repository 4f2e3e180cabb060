import type { HostileKind } from './hostile-programs.types.js';

/** Constructors that might make code of the host: each gives what it got hold of, nothing. */
export const constructors: HostileKind = {
  ends: 'ok',
  limits: { cpuMs: 3_000 },
  value: 'undefinedundefined',
  prelude: "const HOST = 'return typeof process + typeof require', NONE = 'undefinedundefined';\n",
  programs: [
    [
      'the constructor of a global',
      'function f() { return fetch.constructor.constructor(HOST)() }',
    ],
    [
      'the constructor of a host function',
      'function f() { return URL.prototype.toString.constructor(HOST)() }',
    ],
    [
      'the constructor of an argument',
      'function f(a) { return a.constructor.constructor(HOST)() }',
    ],
    [
      'the constructor of an error of the host',
      "function f() { try { new URL('x') } catch (e) { return e.constructor.constructor(HOST)() } }",
    ],
    [
      'the constructor of an async function',
      'async function f() { return await (async () => {}).constructor(HOST)() }',
    ],
    ['an indirect eval', "function f() { return (0, eval)('typeof process + typeof require') }"],
    ['this', 'function f() { return typeof this.process + typeof globalThis.require }'],
    [
      'the stack of an error',
      "function f() { Error.prepareStackTrace = (_, frames) => frames; const s = new Error().stack; return typeof s === 'string' ? NONE : 'frames' }",
    ],
    [
      'the callers',
      'function f() { try { return String(f.caller?.constructor(HOST)() ?? NONE) } catch { return NONE } }',
    ],
    [
      'a getter on a prototype',
      "function f() { let seen; Object.defineProperty(Object.prototype, 'headers', { configurable: true, get() { seen = this; return [] } }); new Request('http://a'); delete Object.prototype.headers; return seen ? seen.constructor.constructor(HOST)() : NONE }",
    ],
    [
      'Function.prototype.call',
      "function f() { const got = []; Function.prototype.call = Function.prototype.apply = function (...a) { got.push(this); return undefined }; btoa('a'); new Headers([['a', 'b']]).forEach(() => {}); return got.some((g) => /native/.test(Function.prototype.toString.bind(g)()) && g.name === 'fetch' && g !== fetch) ? 'host' : NONE }",
    ],
    [
      'the constructor of a generator',
      'function f() { return (function* () {}).constructor(HOST)().next().value }',
    ],
    [
      'the constructor of an async generator',
      'async function f() { return (await (async function* () {}).constructor(HOST)().next()).value }',
    ],
    [
      'the constructor of an async arrow',
      'async function f() { return await Object.getPrototypeOf(async () => {}).constructor(HOST)() }',
    ],
    [
      'the constructor of a class',
      'function f() { return (class {}).constructor.constructor(HOST)() }',
    ],
    [
      'the constructor of a promise of the host',
      "async function f() { const p = fetch('https://a.example'); return p.constructor.constructor(HOST)() }",
    ],
    [
      'the constructor of a response',
      "async function f() { const r = await fetch('https://a.example'); return [r, r.headers, await r.json()].map((o) => o.constructor.constructor(HOST)()).join('') === NONE.repeat(3) ? NONE : 'out' }",
    ],
    [
      'the constructor of an error of fetch',
      "async function f() { try { await fetch('https://refused.example') } catch (e) { return e.constructor.constructor(HOST)() } }",
    ],
    [
      'the constructor of bytes of the host',
      "async function f() { return (await crypto.subtle.digest('SHA-1', new Uint8Array(1))).constructor.constructor(HOST)() }",
    ],
    [
      'the constructor of a timer',
      'function f() { return setTimeout(() => {}, 1).constructor.constructor(HOST)() }',
    ],
    [
      'the constructor of a signal',
      'function f() { return AbortSignal.abort().reason.constructor.constructor(HOST)() }',
    ],
    ['new Function', 'function f() { return new Function(HOST)() }'],
    [
      'a Function with arguments that break out',
      "function f() { try { return Function('a){}, function(', HOST)() } catch { return NONE } }",
    ],
    [
      'Reflect.construct',
      'function f() { return Reflect.construct(Function, [HOST], class {})() }',
    ],
    [
      'eval in every form',
      "function f() { const e = eval; return [eval, e, globalThis.eval, (1, eval), eval.bind(null), new Proxy(eval, {})].map((x) => x('typeof process + typeof require')).every((t) => t === NONE) ? NONE : 'out' }",
    ],
  ],
};
