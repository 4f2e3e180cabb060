import type { Realm } from './realm.types.js';

/**
 * URL and URLSearchParams; parsing and changing an address is done by the host's own. Runs inside
 * the engine, from its own text.
 */
export function installUrl(realm: Realm): void {
  const { host, parse, quote, define } = realm;
  interface Parts {
    [part: string]: string;
    href: string;
    search: string;
  }
  type Pair = [name: string, value: string];

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
            this.#pairs.push([String(pair[0]), String(pair[1])]);
          }
        } else {
          for (const [name, value] of Object.entries(init)) {
            this.#pairs.push([name, String(value)]);
          }
        }
        return;
      }
      this.#pairs = parsePairs(String(init).replace(/^\?/, ''));
    }

    static follow(params: URLSearchParams, changed: () => void): void {
      params.#changed = changed;
    }

    static reset(params: URLSearchParams, query: string): void {
      params.#pairs = parsePairs(query);
    }

    get size(): number {
      return this.#pairs.length;
    }

    append(name: unknown, value: unknown): void {
      this.#pairs.push([String(name), String(value)]);
      this.#changed?.();
    }

    delete(name: unknown, value?: unknown): void {
      this.#pairs = this.#pairs.filter(
        (pair) => pair[0] !== String(name) || (value !== undefined && pair[1] !== String(value)),
      );
      this.#changed?.();
    }

    get(name: unknown): string | null {
      return this.#pairs.find((pair) => pair[0] === String(name))?.[1] ?? null;
    }

    getAll(name: unknown): string[] {
      return this.#pairs.filter((pair) => pair[0] === String(name)).map((pair) => pair[1]);
    }

    has(name: unknown, value?: unknown): boolean {
      return this.#pairs.some(
        (pair) => pair[0] === String(name) && (value === undefined || pair[1] === String(value)),
      );
    }

    set(name: unknown, value: unknown): void {
      const first = this.#pairs.find((pair) => pair[0] === String(name));
      if (!first) {
        this.append(name, value);
        return;
      }
      first[1] = String(value);
      this.#pairs = this.#pairs.filter((pair) => pair === first || pair[0] !== String(name));
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
  const { follow, reset } = URLSearchParams;
  for (const inner of ['follow', 'reset']) Reflect.deleteProperty(URLSearchParams, inner);

  class URL {
    #parts: Parts;
    #params: URLSearchParams | undefined;

    constructor(url: unknown, base?: unknown) {
      const parts = host.parseUrl(
        quote(String(url)),
        base === undefined ? undefined : quote(String(base)),
      );
      if (parts === undefined) throw new TypeError('Invalid URL');
      this.#parts = parse(parts) as Parts;
    }

    static canParse(url: unknown, base?: unknown): boolean {
      return URL.parse(url, base) !== null;
    }

    static parse(url: unknown, base?: unknown): URL | null {
      try {
        return new URL(url, base);
      } catch {
        return null;
      }
    }

    static read(url: URL, part: string): string {
      return url.#parts[part] ?? '';
    }

    static change(url: URL, part: string, value: unknown): void {
      const parts = host.changeUrl(quote(url.#parts.href), part, quote(String(value)));
      if (parts === undefined) throw new TypeError('Invalid URL');
      url.#parts = parse(parts) as Parts;
      if (url.#params) reset(url.#params, url.#parts.search.slice(1));
    }

    get searchParams(): URLSearchParams {
      if (!this.#params) {
        const params = new URLSearchParams(this.#parts.search);
        follow(params, () => {
          const query = params.toString();
          const parts = host.changeUrl(quote(this.#parts.href), 'search', quote(query));
          if (parts !== undefined) this.#parts = parse(parts) as Parts;
        });
        this.#params = params;
      }
      return this.#params;
    }

    toString(): string {
      return this.#parts.href;
    }

    toJSON(): string {
      return this.#parts.href;
    }

    get [Symbol.toStringTag](): string {
      return 'URL';
    }
  }
  const { read, change } = URL;
  for (const inner of ['read', 'change']) Reflect.deleteProperty(URL, inner);
  const settable = 'href protocol username password host hostname port pathname search hash';
  for (const part of `${settable} origin`.split(' ')) {
    Object.defineProperty(URL.prototype, part, {
      configurable: true,
      enumerable: true,
      get(this: URL) {
        return read(this, part);
      },
      ...(part === 'origin'
        ? {}
        : {
            set(this: URL, value: unknown) {
              change(this, part, value);
            },
          }),
    });
  }

  define('URL', URL);
  define('URLSearchParams', URLSearchParams);
}
