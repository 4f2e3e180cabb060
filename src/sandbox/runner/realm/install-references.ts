import type { Realm, RealmHolders, RealmReferences } from './realm.types.js';

/**
 * JSON documents that stay outside of the engine: a stand-in looks like the value, and its content
 * comes in only where the code looks at more than single members. Runs inside the engine, from its
 * own text.
 */
export function installReferences(
  realm: Realm & { holders?: RealmHolders; references?: RealmReferences },
): void {
  const { host, parse, quote } = realm;
  const { hold } = realm.holders as RealmHolders;
  const { defineProperty, deleteProperty, get, getOwnPropertyDescriptor, has, ownKeys } = Reflect;
  const { preventExtensions, set, setPrototypeOf } = Reflect;
  const { isArray } = Array;
  const { create, keys } = Object;
  // The globals may be gone by the time that they are needed.
  const [Refusal, StandIn, Members] = [SyntaxError, Proxy, Map];
  const asText: (value: unknown) => string = String;
  const iterator: typeof Symbol.iterator = Symbol.iterator;
  /** Reads of single members before the whole comes in: each costs a call out of the engine. */
  const MOST_READS = 16;
  const MOST_ELEMENTS = 3;
  /** What a document takes outside, as a multiple of its text. */
  const WEIGHT = 2;
  const INDEX = /^(?:0|[1-9]\d*)$/;
  const isIndex = INDEX.test.bind(INDEX);

  interface Reference {
    target: object;
    number: number;
    holder: object;
    reads: number;
    /** The stand-ins of its members that were given out. */
    children: Map<string, object> | undefined;
    /** Whether the content is in the engine, where the code may have changed it. */
    inside: boolean;
  }
  // Not in a WeakMap: the engine forgets the entries of one only when it looks for garbage.
  const Returned = function (value: object): object {
    return value;
  } as unknown as new (value: object) => object;
  class Tag extends Returned {
    readonly #reference: Reference;
    constructor(value: object, reference: Reference) {
      super(value);
      this.#reference = reference;
    }
    static of(value: object): Reference | undefined {
      return #reference in value ? value.#reference : undefined;
    }
  }
  const referenceOf = (value: unknown): Reference | undefined =>
    typeof value === 'object' && value !== null ? Tag.of(value) : undefined;
  interface Handler extends ProxyHandler<object> {
    reference: Reference;
  }

  /** A value as the host tells of it; `Documents` says how. */
  const receive = (told: string, holder: object): unknown => {
    const kind = told[0];
    const rest = told.slice(1);
    return kind === 'v' ? parse(rest) : standIn(kind === 'a', Number(rest), holder);
  };

  const standIn = (asArray: boolean, number: number, holder: object): object => {
    const target = asArray ? [] : {};
    const reference: Reference = {
      ...{ target, number, holder, reads: 0, children: undefined, inside: false },
    };
    const handler = create(traps) as Handler;
    defineProperty(handler, 'reference', { value: reference });
    const proxy = new StandIn(target, handler);
    new Tag(proxy, reference);
    return proxy;
  };

  const member = (reference: Reference, key: string): unknown => {
    const child = reference.children?.get(key);
    if (child) return child;
    const told = host.member(reference.number, quote(key));
    if (told === undefined) return undefined;
    const value = receive(told, reference.holder);
    if (typeof value === 'object' && value !== null) {
      reference.children ??= new Members();
      reference.children.set(key, value);
    }
    return value;
  };

  /** Brings the content in; from here on, the stand-in is the plain value but for its identity. */
  const bringIn = (handler: Handler): void => {
    const { reference } = handler;
    if (reference.inside) return;
    const { target, number, holder, children } = reference;
    // Of a small object the members alone: what is large in it may never be looked at.
    const members = isArray(target) ? undefined : host.members(number);
    const value = parse(members ?? host.documentText(number)) as Record<string, unknown>;
    reference.inside = true;
    // Without traps of its own, a proxy hands everything on to its target.
    for (const trap of trapNames) defineProperty(handler, trap, { value: undefined });
    if (isArray(target)) {
      const items = value as unknown as unknown[];
      for (let at = 0; at < items.length; at++) {
        target[at] = children?.get(asText(at)) ?? items[at];
      }
      return;
    }
    for (const key of keys(value)) {
      const own = members === undefined ? value[key] : receive(value[key] as string, holder);
      const described = { writable: true, enumerable: true, configurable: true };
      defineProperty(target, key, { value: children?.get(key) ?? own, ...described });
    }
  };

  const whole = (handler: Handler): object => {
    bringIn(handler);
    return handler.reference.target;
  };

  const traps = {
    __proto__: null,
    get(this: Handler, target: object, key: string | symbol): unknown {
      const { reference } = this;
      if (typeof key === 'symbol') {
        if (key === iterator && isArray(target)) bringIn(this);
        return get(target, key);
      }
      const ofArray = isArray(target);
      if (ofArray && key !== 'length' && !isIndex(key)) {
        // A promise asks each value for its `then`; `at` reads the length and one element by itself.
        const inherited: unknown = get(target, key);
        const looks = typeof inherited === 'function' && key !== 'at' && key !== 'constructor';
        return looks ? get(whole(this), key) : inherited;
      }
      if (reference.children?.has(key) !== true) {
        reference.reads += ofArray && key !== 'length' ? MOST_READS / MOST_ELEMENTS : 1;
        if (reference.reads > MOST_READS) return get(whole(this), key);
      }
      const value = member(reference, key);
      return value === undefined ? get(target, key) : value;
    },
    has(this: Handler, target: object, key: string | symbol): boolean {
      if (typeof key === 'symbol' || isArray(target)) return has(whole(this), key);
      return host.member(this.reference.number, quote(key)) !== undefined || has(target, key);
    },
    getOwnPropertyDescriptor(this: Handler, target: object, key: string | symbol) {
      if (typeof key === 'symbol' || isArray(target)) {
        return getOwnPropertyDescriptor(whole(this), key);
      }
      const value = member(this.reference, key);
      if (value === undefined) return undefined;
      return { value, writable: true, enumerable: true, configurable: true };
    },
    ownKeys(this: Handler) {
      return ownKeys(whole(this));
    },
    set(this: Handler, _target: object, key: string | symbol, value: unknown, receiver: unknown) {
      return set(whole(this), key, value, receiver);
    },
    defineProperty(this: Handler, _target: object, key: string | symbol, as: PropertyDescriptor) {
      return defineProperty(whole(this), key, as);
    },
    deleteProperty(this: Handler, _target: object, key: string | symbol) {
      return deleteProperty(whole(this), key);
    },
    preventExtensions(this: Handler) {
      return preventExtensions(whole(this));
    },
    setPrototypeOf(this: Handler, _target: object, prototype: object | null) {
      return setPrototypeOf(whole(this), prototype);
    },
  };
  const trapNames = keys(traps);

  const untouched = (reference: Reference): boolean => {
    if (reference.inside) return false;
    if (!reference.children) return true;
    for (const child of reference.children.values()) {
      const below = referenceOf(child);
      if (below && !untouched(below)) return false;
    }
    return true;
  };

  realm.references = {
    open: (bodyId, bytes) => {
      const opened: { root?: number } = {};
      const holder = hold(bytes * WEIGHT, () => {
        if (opened.root !== undefined) host.dropDocument(opened.root);
      });
      const told = host.openDocument(bodyId);
      if (told[0] === 'e') throw new Refusal(told.slice(1));
      const value = receive(told, holder);
      const root = referenceOf(value)?.number;
      if (root !== undefined) opened.root = root;
      return value;
    },
    numberOf: (value) => {
      const reference = referenceOf(value);
      return reference && untouched(reference) ? reference.number : undefined;
    },
  };
}
