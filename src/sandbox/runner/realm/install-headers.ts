import type { Realm } from './realm.types.js';

/** Headers. Runs inside the engine, from its own text. */
export function installHeaders(realm: Realm): void {
  type Pair = [name: string, value: string];
  const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

  const nameOf = (name: unknown): string => {
    const text = String(name);
    if (!TOKEN.test(text)) throw new TypeError(`Invalid header name: ${text.slice(0, 100)}`);
    return text.toLowerCase();
  };
  const AROUND = /^[\t\n\r ]+|[\t\n\r ]+$/g;
  const IN_NO_HEADER = /[\0\n\r]|[^\0-\xff]/;
  const valueOf = (value: unknown): string => {
    const text = String(value).replace(AROUND, '');
    // A pattern, for a loop takes the engine as long as all else that it does with a page.
    if (IN_NO_HEADER.test(text)) {
      throw new TypeError('Invalid header value: it has a character that no header can hold');
    }
    return text;
  };

  class Headers {
    #pairs: Pair[] = [];

    constructor(init?: unknown) {
      if (init === undefined || init === null) return;
      if (typeof init !== 'object') throw new TypeError('Headers takes an object or pairs');
      if (!(Symbol.iterator in init)) {
        for (const [name, value] of Object.entries(init)) this.append(name, value);
        return;
      }
      for (const item of init as Iterable<Iterable<unknown>>) {
        const pair = [...item];
        if (pair.length !== 2) throw new TypeError('Each entry must be a name and a value');
        this.append(pair[0], pair[1]);
      }
    }

    append(name: unknown, value: unknown): void {
      this.#pairs.push([nameOf(name), valueOf(value)]);
    }

    delete(name: unknown): void {
      const wanted = nameOf(name);
      this.#pairs = this.#pairs.filter((pair) => pair[0] !== wanted);
    }

    get(name: unknown): string | null {
      const wanted = nameOf(name);
      const values = this.#pairs.filter((pair) => pair[0] === wanted).map((pair) => pair[1]);
      return values.length === 0 ? null : values.join(', ');
    }

    getSetCookie(): string[] {
      return this.#pairs.filter((pair) => pair[0] === 'set-cookie').map((pair) => pair[1]);
    }

    has(name: unknown): boolean {
      const wanted = nameOf(name);
      return this.#pairs.some((pair) => pair[0] === wanted);
    }

    set(name: unknown, value: unknown): void {
      this.delete(name);
      this.append(name, value);
    }

    forEach(callback: (value: string, name: string, headers: this) => void, self?: unknown): void {
      for (const [name, value] of this) callback.call(self, value, name, this);
    }

    *entries(): Generator<Pair> {
      for (const name of [...new Set(this.#pairs.map((pair) => pair[0]))].sort()) {
        if (name === 'set-cookie') for (const value of this.getSetCookie()) yield [name, value];
        else yield [name, this.get(name) ?? ''];
      }
    }

    *keys(): Generator<string> {
      for (const [name] of this) yield name;
    }

    *values(): Generator<string> {
      for (const [, value] of this) yield value;
    }

    [Symbol.iterator](): Generator<Pair> {
      return this.entries();
    }

    get [Symbol.toStringTag](): string {
      return 'Headers';
    }
  }

  realm.define('Headers', Headers);
}
