import type { HostileKind } from './hostile-programs.types.js';

/** Prototypes and built-ins changed under the feet of the realm. */
export const prototypes: HostileKind = {
  ends: 'ok',
  programs: [
    [
      'a polluted Object.prototype',
      "function f() { Object.prototype.kind = 'ok'; Object.prototype.toJSON = () => 'x'; Object.prototype.then = 1; return { a: 1 } }",
    ],
    [
      'a then on Object.prototype',
      'async function f() { Object.prototype.then = function (ok) { ok(1) }; return {} }',
    ],
    [
      'setters on Object.prototype',
      "function f() { for (const k of ['message', 'name', 'stack', 'id', 'notJson', 'callback', '0']) Object.defineProperty(Object.prototype, k, { set() { throw 1 }, get() { throw 2 } }); throw new Error('x') }",
      'run.stalled',
    ],
    [
      'a replaced JSON',
      'function f() { JSON.stringify = () => \'{"forged":1\'; JSON.parse = () => { throw 1 }; return { a: 1 } }',
    ],
    ['a replaced Promise', 'async function f() { Promise = function () { throw 1 }; return 1 }'],
    [
      'a replaced then',
      'async function f() { Promise.prototype.then = () => { throw 1 }; return await new Promise((d) => setTimeout(d, 1)) }',
    ],
    [
      'a replaced species',
      'async function f() { Object.defineProperty(Promise, Symbol.species, { get() { throw 1 } }); Promise.prototype.constructor = class {}; return await Promise.resolve(1) }',
    ],
    [
      'a replaced push and iterator',
      'async function f() { Array.prototype.push = Array.prototype.splice = () => { throw 1 }; Array.prototype[Symbol.iterator] = () => { throw 2 }; console.log(1, 2); await new Promise((d) => setTimeout(d, 1)); return [1] }',
      'thrown',
    ],
    [
      'replaced maps',
      "async function f() { Map.prototype.get = Map.prototype.set = WeakMap.prototype.get = () => { throw 1 }; await fetch('http://a.example') }",
      'thrown',
    ],
    [
      'a replaced global',
      'function f() { for (const k of Object.getOwnPropertyNames(globalThis)) { try { globalThis[k] = undefined } catch {} try { delete globalThis[k] } catch {} } throw 1 }',
      'thrown',
    ],
    [
      'frozen everything',
      'function f() { for (const k of Object.getOwnPropertyNames(globalThis)) { try { Object.freeze(globalThis[k]); Object.freeze(globalThis[k].prototype) } catch {} } Object.freeze(globalThis); return { a: [1] } }',
    ],
    [
      'shared memory',
      'function f() { return new SharedArrayBuffer(16, { maxByteLength: 2 ** 31 }).byteLength }',
      'thrown',
    ],
    [
      'a detached buffer',
      'function f() { const b = new ArrayBuffer(8); b.transfer?.(); return new TextDecoder().decode(b) }',
      'thrown',
    ],
    [
      'a bad name of an algorithm',
      'async function f() { return await crypto.subtle.digest({ name: { toString() { throw 1 } } }, new Uint8Array(1)) }',
      'thrown',
    ],
    [
      'reserved names',
      'let let_ = 1; function f() { undefined_ = 1; arguments = 2; return globalThis === this }',
    ],
    [
      'accessors on Array.prototype',
      "function f() { for (const k of ['0', '1', 'length_']) Object.defineProperty(Array.prototype, k, { get() { throw 1 }, set() { throw 2 } }); console.log(1); return { a: [] } }",
      'run.stalled',
    ],
    [
      'a polluted descriptor',
      'function f() { Object.prototype.get = Object.prototype.set = () => { throw 1 }; structuredClone({ a: 1 }); return { a: 1 } }',
      'thrown',
    ],
    [
      'a polluted value',
      "async function f() { Object.prototype.value = 1; Object.prototype.done = true; Object.prototype.writable = false; const r = await fetch('https://a.example'); return r.status }",
    ],
    [
      'a replaced Reflect',
      'async function f() { Reflect.apply = Reflect.defineProperty = () => { throw 1 }; Reflect = null; console.log(1); return 1 }',
    ],
    [
      'a replaced Object',
      'async function f() { Object.keys = Object.fromEntries = Object.defineProperty = () => { throw 1 }; Object = null; return { a: 1 } }',
    ],
    [
      'a replaced String',
      'function f() { String.prototype.slice = String.prototype.includes = String.prototype.split = () => { throw 1 }; String = null; throw new Error("x") }',
      'thrown',
    ],
    [
      'a replaced Error',
      'function f() { Error = TypeError = function () { throw 1 }; new URL("nope") }',
      'thrown',
    ],
    [
      'a replaced Array',
      'async function f() { Array.isArray = () => { throw 1 }; Array.prototype.map = Array.prototype.join = Array.prototype.shift = () => { throw 2 }; Array = null; console.log(1); return [1] }',
      'thrown',
    ],
    [
      'a replaced Uint8Array',
      "function f() { Uint8Array = ArrayBuffer = DataView = null; return new TextEncoder().encode('x').length }",
      'thrown',
    ],
    [
      'a replaced set of a view',
      "async function f() { Uint8Array.prototype.set = ArrayBuffer.prototype.slice = () => { throw 1 }; return (await crypto.subtle.digest('SHA-1', new Uint8Array(1))).byteLength }",
      'thrown',
    ],
    [
      'a replaced WeakMap',
      "async function f() { WeakMap.prototype.set = WeakMap.prototype.get = WeakMap.prototype.has = () => 'remote.timeout'; throw new Error('x') }",
      'thrown',
    ],
    [
      'a replaced WeakRef',
      "async function f() { WeakRef.prototype.deref = () => { throw 1 }; const kept = []; for (let i = 0; i < 6; i++) kept.push(await fetch('https://big.example')); return kept.length }",
      'thrown',
    ],
    [
      'a replaced iterator of arrays',
      "async function f() { Object.getPrototypeOf([][Symbol.iterator]()).next = () => { throw 1 }; await fetch('https://a.example', { headers: [['a', 'b']] }) }",
      'thrown',
    ],
    [
      'a replaced Function.prototype',
      "async function f() { Function.prototype.call = Function.prototype.apply = Function.prototype.bind = () => { throw 1 }; await fetch('https://a.example'); return 1 }",
    ],
    [
      'a replaced exec',
      "function f() { RegExp.prototype.exec = () => { throw 1 }; RegExp.prototype.test = () => true; new Headers([['a b', 'c']]); return 1 }",
      'thrown',
    ],
    [
      'a replaced resolve',
      'async function f() { Promise.resolve = Promise.reject = Promise.all = () => { throw 1 }; return await 1 }',
    ],
    [
      'a then that is caught',
      "async function f() { const then = Promise.prototype.then; Promise.prototype.then = function (a, b) { return then.call(this, (v) => a?.(v), b) }; await fetch('https://a.example'); return 1 }",
    ],
    [
      'a getter for then',
      "async function f() { Object.defineProperty(Object.prototype, 'then', { get() { return undefined } }); return { a: 1 } }",
    ],
    [
      'a getter for then that loops',
      "async function f() { Object.defineProperty(Object.prototype, 'then', { get() { for (;;); } }); return { a: 1 } }",
      'run.cpu',
    ],
    [
      'a toJSON on everything',
      "function f() { Array.prototype.toJSON = Number.prototype.toJSON = String.prototype.toJSON = () => ({ a: 1n }); return [1, 'x'] }",
      'type',
    ],
    [
      'a prototype that is a proxy',
      'function f() { Object.setPrototypeOf(globalThis, new Proxy({}, { get() { throw 1 }, has() { throw 2 } })); return 1 }',
    ],
    [
      'a prototype of Object',
      'function f() { Object.setPrototypeOf(Object.prototype, {}); }',
      'thrown',
    ],
    [
      'a global accessor',
      "function f() { Object.defineProperty(globalThis, 'connector', { get() { for (;;); } }); return 1 }",
    ],
    [
      'a name that is taken',
      'var fetch = 1, console = 2, Promise = 3, JSON = 4; function f() { return [fetch, console] }',
    ],
    [
      'a name of the host',
      'function host() { return 1 } function sandbox() { return 2 } function f() { return typeof realm + typeof entry }',
    ],
    ['a function that is none', 'const f = { call() { return 1 } };', 'missing'],
    [
      'a function with a trap',
      'var f = new Proxy(() => 1, { apply() { throw new Error("mine") } });',
      'thrown',
    ],
    [
      'a function that is a getter',
      "Object.defineProperty(globalThis, 'f', { get() { for (;;); } });",
      'run.cpu',
    ],
  ],
};
