import type { Realm, RealmParams, SearchParams } from './realm.types.js';

/**
 * URL; parsing and changing an address is done by the host's own. Runs inside
 * the engine, from its own text.
 */
export function installUrl(realm: Realm & { params?: RealmParams }): void {
  const { host, parse, quote, define } = realm;
  const { URLSearchParams, follow, reset } = realm.params as RealmParams;
  const text: (value: unknown) => string = String;
  interface Parts {
    [part: string]: string;
    href: string;
    search: string;
  }
  let read!: (url: URL, part: string) => string;
  let change!: (url: URL, part: string, value: unknown) => void;
  class URL {
    #parts: Parts;
    #params: SearchParams | undefined;

    constructor(url: unknown, base?: unknown) {
      const parts = host.parseUrl(
        quote(text(url)),
        base === undefined ? undefined : quote(text(base)),
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

    static {
      read = (url: URL, part: string) => {
        return url.#parts[part] ?? '';
      };
    }

    static {
      change = (url: URL, part: string, value: unknown) => {
        const parts = host.changeUrl(quote(url.#parts.href), part, quote(text(value)));
        if (parts === undefined) throw new TypeError('Invalid URL');
        url.#parts = parse(parts) as Parts;
        if (url.#params) reset(url.#params, url.#parts.search.slice(1));
      };
    }

    get searchParams(): SearchParams {
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
}
