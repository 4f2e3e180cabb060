import type { EngineFault, Host, Realm } from './realm.types.js';

/**
 * Makes what the other parts build on. Runs inside the engine, from its own text: it can use
 * nothing from outside its body.
 */
export function createRealm(host: Host): Realm {
  const { parse, stringify } = JSON;
  const { apply, defineProperty } = Reflect;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called by `apply` alone
  const slice = String.prototype.slice;
  const remoteErrors = new WeakMap<object, string>();
  const remoteCode = remoteErrors.get.bind(remoteErrors);
  const text = String;
  const isView = ArrayBuffer.isView.bind(ArrayBuffer);
  const Bytes = Uint8Array;
  const Buffer = ArrayBuffer;
  const MAX_TEXT = 4_096;

  const cut = (value: string): string => apply(slice, value, [0, MAX_TEXT]);

  /** A property of something hostile: a getter or a proxy behind it may throw. */
  const peek = (value: object, key: string): unknown => {
    try {
      return (value as Record<string, unknown>)[key];
    } catch {
      return undefined;
    }
  };

  const describe = (error: unknown): EngineFault => {
    const fault = { __proto__: null, name: '', message: '', stack: '' } as unknown as EngineFault;
    try {
      if (typeof error !== 'object' || error === null) {
        fault.message = cut(text(error));
        return fault;
      }
      const name = peek(error, 'name');
      const message = peek(error, 'message');
      const stack = peek(error, 'stack');
      const status = peek(error, 'status');
      if (typeof name === 'string') fault.name = cut(name);
      if (typeof message === 'string') fault.message = cut(message);
      else fault.message = cut(stringify(error));
      if (typeof stack === 'string') fault.stack = cut(stack);
      if (typeof status === 'number') fault.status = status;
      const code = remoteCode(error);
      if (code !== undefined) fault.remote = code;
    } catch {
      fault.message ||= 'The value that was thrown cannot be shown.';
    }
    return fault;
  };

  const timers: { id: number; at: number; callback: () => void }[] = [];
  let lastTimer = 0;
  const alarm = (): void => {
    host.alarm(timers[0] ? Math.max(0, timers[0].at - host.now()) : -1);
  };
  const realm: Realm & { fire(): void } = {
    host,
    parse,
    quote: (value) => stringify(value),
    define: (name, value) => {
      defineProperty(globalThis, name, { value, writable: true, configurable: true });
    },
    describe,
    fail: (error) => {
      host.fail(stringify(describe(error)));
    },
    bytesOf: (value) => {
      if (value instanceof Buffer) return value.slice(0);
      if (!isView(value)) return undefined;
      const view = new Bytes(value.byteLength);
      view.set(new Bytes(value.buffer, value.byteOffset, value.byteLength));
      return view.buffer;
    },
    schedule: (callback, delayMs) => {
      const at = host.now() + (delayMs >= 1 ? delayMs : 1);
      const id = ++lastTimer;
      let low = 0;
      for (let high = timers.length; low < high;) {
        const middle = (low + high) >> 1;
        if ((timers[middle]?.at ?? 0) <= at) low = middle + 1;
        else high = middle;
      }
      timers.splice(low, 0, { id, at, callback });
      if (low === 0) alarm();
      return id;
    },
    unschedule: (id) => {
      const index = timers.findIndex((timer) => timer.id === id);
      if (index === -1) return;
      timers.splice(index, 1);
      if (index === 0) alarm();
    },
    /** One timer at a time: the promises that it settles run before the next one. */
    fire: () => {
      const due = timers[0] && timers[0].at <= host.now() ? timers.shift() : undefined;
      alarm();
      try {
        due?.callback();
      } catch (error) {
        realm.fail(error);
      }
    },
    remoteErrors,
    newError: (name, message) => {
      const error = new Error(message);
      defineProperty(error, 'name', { value: name, writable: true, configurable: true });
      return error;
    },
  };
  return realm;
}
