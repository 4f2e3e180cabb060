import type { Realm } from './realm.types.js';

/** TextEncoder, TextDecoder, atob, btoa. Runs inside the engine, from its own text. */
export function installText(realm: Realm): void {
  const { host, quote, define, bytesOf } = realm;

  class TextEncoder {
    get encoding(): string {
      return 'utf-8';
    }

    encode(text: unknown = ''): Uint8Array {
      return new Uint8Array(host.encodeText(quote(String(text))));
    }

    encodeInto(text: unknown, target: Uint8Array): { read: number; written: number } {
      let read = 0;
      let written = 0;
      for (const character of String(text)) {
        const bytes = this.encode(character);
        if (written + bytes.length > target.length) break;
        target.set(bytes, written);
        written += bytes.length;
        read += character.length;
      }
      return { read, written };
    }
  }

  class TextDecoder {
    readonly encoding: string;
    readonly fatal: boolean;
    readonly ignoreBOM: boolean;

    constructor(label: unknown = 'utf-8', options: { fatal?: unknown; ignoreBOM?: unknown } = {}) {
      const name = host.encodingName(quote(String(label)));
      if (name === undefined) {
        throw new RangeError(`The encoding ${String(label)} is not supported`);
      }
      this.encoding = name;
      this.fatal = Boolean(options.fatal);
      this.ignoreBOM = Boolean(options.ignoreBOM);
    }

    decode(input?: unknown, options: { stream?: unknown } = {}): string {
      if (options.stream) {
        throw new TypeError('TextDecoder cannot decode in pieces here: give it all at once');
      }
      if (input === undefined) return '';
      const bytes = bytesOf(input);
      if (!bytes) throw new TypeError('TextDecoder takes an ArrayBuffer or a view of one');
      const text = host.decodeText(this.encoding, this.fatal, this.ignoreBOM, bytes);
      if (text === undefined) throw new TypeError('The encoded data was not valid');
      return text;
    }
  }

  define('TextEncoder', TextEncoder);
  define('TextDecoder', TextDecoder);
  define('atob', function atob(text: unknown): string {
    const decoded = host.atob(quote(String(text)));
    if (decoded === undefined) throw new TypeError('The text is not correctly encoded base64');
    return decoded;
  });
  define('btoa', function btoa(text: unknown): string {
    const encoded = host.btoa(quote(String(text)));
    if (encoded === undefined) {
      throw new TypeError('btoa takes characters up to U+00FF: encode the text as bytes first');
    }
    return encoded;
  });
}
