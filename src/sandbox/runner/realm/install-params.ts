import type { Realm, RealmParams } from './realm.types.js';

/** URLSearchParams. Runs inside the engine, from its own text. */
export function installParams(realm: Realm & { params?: RealmParams }): void {
  const { host, quote, define } = realm;
  type Pair = [name: string, value: string];

  const text: (value: unknown) => string = String;
  const toText = (value: unknown): string => text(value).toWellFormed();

  const decode = (text: string): string => {
    const spaced = text.replace(/\+/g, ' ');
    try {
      return decodeURIComponent(spaced);
    } catch {
      // Malformed percent-encoding: the standard decodes what it can, byte by byte.
      const bytes: number[] = [];
      const raw = new Uint8Array(host.encodeText(quote(spaced)));
      for (let at = 0; at < raw.length; at++) {
        const hex = String.fromCharCode(raw[at + 1] ?? 0, raw[at + 2] ?? 0);
        if (raw[at] === 0x25 && /^[0-9a-f]{2}$/i.test(hex)) {
          bytes.push(parseInt(hex, 16));
          at += 2;
        } else bytes.push(raw[at] ?? 0);
      }
      return host.decodeText('utf-8', false, true, new Uint8Array(bytes).buffer) ?? '';
    }
  };
  const encode = (text: string): string =>
    encodeURIComponent(text.toWellFormed())
      .replace(/%20/g, '+')
      .replace(/[!'()~]/g, (found) => `%${found.charCodeAt(0).toString(16).toUpperCase()}`);
  const parsePairs = (query: string): Pair[] =>
    query
      .split('&')
      .filter((part) => part !== '')
      .map((part) => {
        const at = part.indexOf('=');
        return at === -1
          ? [decode(part), '']
          : [decode(part.slice(0, at)), decode(part.slice(at + 1))];
      });

  let follow!: (params: URLSearchParams, changed: () => void) => void;
  let reset!: (params: URLSearchParams, query: string) => void;
  class URLSearchParams {
    #pairs: Pair[] = [];
    /** Tells the address that these are the parameters of. */
    #changed: (() => void) | undefined;

    constructor(init: unknown = '') {
      if (typeof init === 'object' && init !== null) {
        if (Symbol.iterator in init) {
          for (const item of init as Iterable<Iterable<unknown>>) {
            const pair = [...item];
            if (pair.length !== 2) throw new TypeError('Each entry must be a name and a value');
            this.#pairs.push([toText(pair[0]), toText(pair[1])]);
          }
        } else {
          for (const [name, value] of Object.entries(init)) {
            this.#pairs.push([toText(name), toText(value)]);
          }
        }
        return;
      }
      this.#pairs = parsePairs(toText(init).replace(/^\?/, ''));
    }

    static {
      follow = (params: URLSearchParams, changed: () => void) => {
        params.#changed = changed;
      };
    }

    static {
      reset = (params: URLSearchParams, query: string) => {
        params.#pairs = parsePairs(query);
      };
    }

    get size(): number {
      return this.#pairs.length;
    }

    append(name: unknown, value: unknown): void {
      this.#pairs.push([toText(name), toText(value)]);
      this.#changed?.();
    }

    delete(name: unknown, value?: unknown): void {
      this.#pairs = this.#pairs.filter(
        (pair) => pair[0] !== toText(name) || (value !== undefined && pair[1] !== toText(value)),
      );
      this.#changed?.();
    }

    get(name: unknown): string | null {
      return this.#pairs.find((pair) => pair[0] === toText(name))?.[1] ?? null;
    }

    getAll(name: unknown): string[] {
      return this.#pairs.filter((pair) => pair[0] === toText(name)).map((pair) => pair[1]);
    }

    has(name: unknown, value?: unknown): boolean {
      return this.#pairs.some(
        (pair) => pair[0] === toText(name) && (value === undefined || pair[1] === toText(value)),
      );
    }

    set(name: unknown, value: unknown): void {
      const first = this.#pairs.find((pair) => pair[0] === toText(name));
      if (!first) {
        this.append(name, value);
        return;
      }
      first[1] = toText(value);
      this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== toText(name));
      this.#changed?.();
    }

    sort(): void {
      this.#pairs.sort((a, b) => (a[0] < b[0] ? -1 : a[0] > b[0] ? 1 : 0));
      this.#changed?.();
    }

    forEach(callback: (value: string, name: string, params: this) => void, self?: unknown): void {
      for (const [name, value] of this.#pairs) callback.call(self, value, name, this);
    }

    *entries(): Generator<Pair> {
      for (const [name, value] of this.#pairs) yield [name, value];
    }

    *keys(): Generator<string> {
      for (const [name] of this.#pairs) yield name;
    }

    *values(): Generator<string> {
      for (const [, value] of this.#pairs) yield value;
    }

    [Symbol.iterator](): Generator<Pair> {
      return this.entries();
    }

    toString(): string {
      return this.#pairs.map(([name, value]) => `${encode(name)}=${encode(value)}`).join('&');
    }

    get [Symbol.toStringTag](): string {
      return 'URLSearchParams';
    }
  }
  realm.params = { URLSearchParams, follow, reset } as unknown as RealmParams;

  define('URLSearchParams', URLSearchParams);
}
