import type { HostileKind } from './hostile-programs.types.js';

/** Ways to the host: each gives what it got hold of, which is nothing. */
export const escapes: HostileKind = {
  ends: 'ok',
  limits: { cpuMs: 3_000 },
  value: 'undefinedundefined',
  prelude: "const HOST = 'return typeof process + typeof require', NONE = 'undefinedundefined';\n",
  programs: [
    [
      'import() in eval',
      'async function f() { try { return typeof (await eval("import(\'node:fs\')")).default } catch { return NONE } }',
    ],
    [
      'import() in a Function',
      'async function f() { try { return typeof (await new Function("return import(\'node:fs\')")()) } catch { return NONE } }',
    ],
    [
      'import() in an async Function',
      'async function f() { try { return typeof (await (async () => {}).constructor("return await import(\'fs\')")()) } catch { return NONE } }',
    ],
    [
      'import() of the modules of the engine',
      "async function f() { for (const m of ['std', 'os', 'qjs:std', 'qjs:os', '/etc/passwd', 'data:text/javascript,1', 'file:///etc/passwd']) { try { await eval('import(' + JSON.stringify(m) + ')'); return m } catch {} } return NONE }",
    ],
    [
      'import.meta',
      "function f() { try { return String(eval('import.meta')) } catch { return NONE } }",
    ],
    [
      'WebAssembly',
      "function f() { return typeof WebAssembly === 'undefined' ? NONE : 'WebAssembly' }",
    ],
    [
      'a ShadowRealm',
      "function f() { return typeof ShadowRealm === 'undefined' ? NONE : new ShadowRealm().evaluate('typeof process + typeof require') }",
    ],
    [
      'captureStackTrace',
      "function f() { const o = {}; let seen; Error.prepareStackTrace = (_, frames) => { seen = frames; return '' }; Error.captureStackTrace?.(o); o.stack; new Error().stack; const fn = Array.isArray(seen) ? seen.map((x) => x.getFunction?.() ?? x.getThis?.()).find((x) => x && x !== f) : undefined; return fn ? fn.constructor(HOST)() : NONE }",
    ],
    [
      'the frames of a stack',
      'function f() { const s = new Error().stack + (() => { try { null.x } catch (e) { return e.stack } })(); return /dist|node_modules|file:|\\/work|main\\.js/.test(s) ? s : NONE }',
    ],
    [
      'arguments.callee',
      'function f() { try { let c = arguments.callee; for (let i = 0; i < 5 && c; i++) { const t = c.constructor(HOST)(); if (t !== NONE) return t; c = c.caller } } catch {} return NONE }',
    ],
    [
      'the caller of a callback',
      "function f() { const seen = []; function g() { try { seen.push(g.caller, g.arguments) } catch {} return 0 } [2, 1].sort(g); JSON.parse('[1]', g); 'a'.replace(/a/, g); return seen.filter((x) => typeof x === 'function' && x !== f).length ? 'caller' : NONE }",
    ],
    [
      'this of a callback of the host',
      'function f() { return new Promise((ok) => setTimeout(function () { ok(typeof this?.process + typeof this?.require) }, 1)) }',
    ],
    [
      'the trap of a proxy',
      "function f() { let t = NONE; const p = new Proxy({}, { get(_, k, r) { for (const x of [_, r]) { if (typeof x?.constructor?.constructor === 'function' && x !== p) t = x.constructor.constructor(HOST)() } } }); try { btoa(p); new Headers(p); new Request(p) } catch {} return t }",
    ],
    [
      'setters for what the host sets',
      "async function f() { let got = NONE; for (const k of ['host', 'log', 'fetch', 'page', 'result', 'fail', 'settle', 'reject', 'resolve', 'callback', 'signal', 'hostId', 'bodyId', 'value']) Object.defineProperty(Object.prototype, k, { configurable: true, set(v) { try { const t = v?.constructor?.constructor?.(HOST)(); if (typeof t === 'string' && t !== got) got = t } catch {} Object.defineProperty(this, k, { value: v, writable: true, configurable: true, enumerable: true }) } }); try { await fetch('https://a.example'); console.log(1) } catch {} return got }",
    ],
    [
      'an error of every function of the realm',
      "function f() { const seen = []; for (const g of [() => new URL({}), () => atob('%'), () => btoa('€'), () => new TextDecoder('x'), () => structuredClone(f), () => new Headers(1), () => new Request(''), () => new Response('', { status: 1 }), () => new AbortSignal(), () => crypto.getRandomValues(1), () => setTimeout()]) { try { g() } catch (e) { seen.push(e.constructor.constructor(HOST)(), e instanceof Error) } } return seen.every((s) => s === true || s === NONE) ? NONE : String(seen) }",
    ],
    [
      'a walk over every global',
      `function f() {
      const seen = new Set(); const open = [globalThis]; const foreign = [];
      const push = (v) => { if ((typeof v === 'object' && v !== null) || typeof v === 'function') open.push(v) };
      while (open.length) {
        const o = open.pop(); if (seen.has(o)) continue; seen.add(o);
        push(Object.getPrototypeOf(o));
        for (const k of Reflect.ownKeys(o)) { const d = Object.getOwnPropertyDescriptor(o, k); push(d.value); push(d.get); push(d.set) }
      }
      for (const o of seen) {
        let p = o; for (let c = 0; p && c < 9; c++) { if (!seen.has(p)) foreign.push(String(p)); p = Object.getPrototypeOf(p) }
        if (typeof o !== 'function') continue;
        const make = o.constructor; if (typeof make !== 'function' || make === o) continue;
        try { const t = make(HOST)(); if (typeof t === 'string' && t !== NONE) foreign.push(t) } catch {}
      }
      for (const name of Object.getOwnPropertyNames(globalThis)) if (/process|require|module|Buffer|Deno|Bun|std|os|scriptArgs|print|load|quickjs|host|realm|sandbox|WebAssembly|Worker|queueMicrotask_/.test(name) && !/ArrayBuffer/.test(name)) foreign.push(name);
      return seen.size > 300 && foreign.length === 0 ? NONE : seen.size + String(foreign.slice(0, 9));
    }`,
    ],
    [
      'calls of every function that a walk finds',
      `async function f() {
      const seen = new Set(); const open = [globalThis]; const bad = [];
      const push = (v) => { if ((typeof v === 'object' && v !== null) || typeof v === 'function') open.push(v) };
      while (open.length) {
        const o = open.pop(); if (seen.has(o)) continue; seen.add(o);
        push(Object.getPrototypeOf(o));
        for (const k of Reflect.ownKeys(o)) { const d = Object.getOwnPropertyDescriptor(o, k); push(d.value); push(d.get) }
      }
      for (const fn of seen) {
        if (typeof fn !== 'function' || fn === f || /setTimeout|freeze|seal|prevent|setProto|define|delete|fill|repeat|pad/i.test(fn.name)) continue;
        for (const args of [[], [{}], ['a', 'b']]) {
          let v; try { v = fn.apply(undefined, args) } catch (e) { v = e }
          if ((typeof v === 'object' && v !== null) || typeof v === 'function') {
            try { const t = v.constructor?.constructor?.(HOST)(); if (typeof t === 'string' && /object|function/.test(t)) bad.push(fn.name) } catch {}
            if (typeof v.then === 'function') v.then(() => {}, () => {});
          }
        }
      }
      return bad.length ? String(bad) : NONE;
    }`,
    ],
    ['import()', "async function f() { return await import('node:fs') }", 'thrown'],
    ['require', "function f() { return require('fs') }", 'thrown'],
    ['process', 'function f() { return process.exit(1) }', 'thrown'],
    ['an import', "import fs from 'node:fs'; function f() { return fs }", 'syntax'],
  ],
};
