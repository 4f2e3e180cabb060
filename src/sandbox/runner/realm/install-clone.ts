import type { Realm } from './realm.types.js';

/** structuredClone. Runs inside the engine, from its own text. */
export function installClone(realm: Realm): void {
  const { define, newError } = realm;
  type Copies = Map<object, unknown>;
  type View = Uint8Array;

  const copyEntries = (from: object, to: object, copies: Copies): void => {
    for (const key of Object.keys(from)) {
      const value = copy((from as Record<string, unknown>)[key], copies);
      Object.defineProperty(to, key, {
        value,
        writable: true,
        enumerable: true,
        configurable: true,
      });
    }
  };
  const copyView = (view: ArrayBufferView, copies: Copies): unknown => {
    const buffer = copy(view.buffer, copies) as ArrayBuffer;
    const Kind = view.constructor as new (
      buffer: ArrayBuffer,
      offset: number,
      length: number,
    ) => object;
    const length = view instanceof DataView ? view.byteLength : (view as View).length;
    return new Kind(buffer, view.byteOffset, length);
  };
  const copyError = (error: Error, copies: Copies): Error => {
    const standard = [EvalError, RangeError, ReferenceError, SyntaxError, TypeError, URIError];
    const Kind = standard.find((kind) => kind.name === error.name) ?? Error;
    const made = new Kind(error.message);
    copies.set(error, made);
    if ('cause' in error) {
      const value = copy(error.cause, copies);
      Object.defineProperty(made, 'cause', { value, writable: true, configurable: true });
    }
    return made;
  };

  const copy = (value: unknown, copies: Copies): unknown => {
    if (typeof value === 'symbol' || typeof value === 'function') return refuse(value);
    if (typeof value !== 'object' || value === null) return value;
    if (copies.has(value)) return copies.get(value);
    if (value instanceof Error) return copyError(value, copies);
    const made = emptyCopy(value, copies);
    copies.set(value, made);
    if (value instanceof Map) {
      for (const [key, item] of value as Map<unknown, unknown>) {
        (made as Map<unknown, unknown>).set(copy(key, copies), copy(item, copies));
      }
    } else if (value instanceof Set) {
      for (const item of value as Set<unknown>) (made as Set<unknown>).add(copy(item, copies));
    } else if (made instanceof Array || Object.getPrototypeOf(made) === Object.prototype) {
      copyEntries(value, made, copies);
    }
    return made;
  };
  const emptyCopy = (value: object, copies: Copies): object => {
    if (Array.isArray(value)) return new Array<unknown>(value.length);
    if (value instanceof Date) return new Date(value.getTime());
    if (value instanceof RegExp) return new RegExp(value.source, value.flags);
    if (value instanceof Map) return new Map();
    if (value instanceof Set) return new Set();
    if (value instanceof ArrayBuffer) return value.slice(0);
    if (ArrayBuffer.isView(value)) return copyView(value, copies) as object;
    if (value instanceof Boolean || value instanceof Number || value instanceof String) {
      return Object(value.valueOf()) as object;
    }
    for (const kind of [WeakMap, WeakSet, WeakRef, Promise]) {
      if (value instanceof kind) return refuse(value);
    }
    return {};
  };
  const refuse = (value: unknown): never => {
    throw newError('DataCloneError', `A ${typeof value} of this kind cannot be cloned`);
  };

  define('structuredClone', function structuredClone(value: unknown) {
    return copy(value, new Map());
  });
}
