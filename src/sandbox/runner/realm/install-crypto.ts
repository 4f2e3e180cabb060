import type { Realm } from './realm.types.js';

/** `crypto.randomUUID`, and of `crypto.subtle` digests and HMAC. Runs inside the engine, from its own text. */
export function installCrypto(realm: Realm): void {
  const { host, define, bytesOf, newError } = realm;
  const hashes: Record<string, string> = {
    'SHA-1': 'sha1',
    'SHA-256': 'sha256',
    'SHA-384': 'sha384',
    'SHA-512': 'sha512',
  };
  /** Of a block in bytes: what a generated key of the hash is as long as. */
  const blocks: Record<string, number> = { sha1: 64, sha256: 64, sha384: 128, sha512: 128 };

  const nameOf = (algorithm: unknown): string => {
    const named = typeof algorithm === 'object' && algorithm !== null && 'name' in algorithm;
    return String(named ? algorithm.name : algorithm).toUpperCase();
  };
  const hashOf = (algorithm: unknown): string => {
    const hash = hashes[nameOf(algorithm)];
    if (hash === undefined) {
      throw new TypeError('The hash must be one of SHA-1, SHA-256, SHA-384 and SHA-512');
    }
    return hash;
  };
  const hmacOnly = (algorithm: unknown): void => {
    if (nameOf(algorithm) !== 'HMAC') {
      throw new TypeError('Of the algorithms with keys, only HMAC is available here');
    }
  };
  const take = (data: unknown): ArrayBuffer => {
    const bytes = bytesOf(data);
    if (!bytes) throw new TypeError('The data must be an ArrayBuffer or a view of one');
    if (host.holdsStandIn(bytes)) {
      throw new TypeError(
        'The API key is not here to be hashed or signed with: it is put in on the way out alone. ' +
          'Set exposeApiKey on the connector to have the key itself',
      );
    }
    return bytes;
  };
  const made = (result: ArrayBuffer | undefined): ArrayBuffer => {
    if (!result) throw new TypeError('The operation could not be carried out');
    return result;
  };

  let sign!: (key: CryptoKey, usage: string, data: unknown) => ArrayBuffer;
  let bytes!: (key: CryptoKey) => ArrayBuffer;
  class CryptoKey {
    readonly type = 'secret';
    readonly #bytes: ArrayBuffer;
    readonly #hash: string;

    constructor(
      bytes: ArrayBuffer,
      hash: string,
      readonly algorithm: object,
      readonly extractable: boolean,
      readonly usages: string[],
    ) {
      this.#bytes = bytes;
      this.#hash = hash;
    }

    static {
      sign = (key: CryptoKey, usage: string, data: unknown) => {
        if (!key.usages.includes(usage)) throw new TypeError(`The key is not meant to ${usage}`);
        return made(host.hmac(key.#hash, key.#bytes, take(data)));
      };
    }

    static {
      bytes = (key: CryptoKey) => {
        if (!key.extractable) throw new TypeError('The key is not extractable');
        return key.#bytes.slice(0);
      };
    }
  }

  const newKey = (raw: ArrayBuffer, algorithm: unknown, extractable: unknown, usages: unknown) => {
    hmacOnly(algorithm);
    const asked = (algorithm as { hash?: unknown }).hash;
    const hash = hashOf(asked);
    const kept = { name: 'HMAC', hash: { name: nameOf(asked) }, length: raw.byteLength * 8 };
    const names = [...(usages as Iterable<unknown>)].map(String);
    return new CryptoKey(raw, hash, kept, Boolean(extractable), names);
  };

  /* Promises that reject, where a plain function would throw. */
  /* eslint-disable @typescript-eslint/require-await -- they reject, where a plain function would throw */
  const subtle = {
    async digest(algorithm: unknown, data: unknown) {
      return made(host.digest(hashOf(algorithm), take(data)));
    },
    async importKey(
      format: unknown,
      data: unknown,
      algorithm: unknown,
      extractable: unknown,
      usages: unknown,
    ) {
      if (format !== 'raw') throw new TypeError('Keys can be imported in the format "raw" alone');
      return newKey(take(data), algorithm, extractable, usages);
    },
    async exportKey(format: unknown, key: CryptoKey) {
      if (format !== 'raw') throw new TypeError('Keys can be exported in the format "raw" alone');
      return bytes(key);
    },
    async generateKey(algorithm: unknown, extractable: unknown, usages: unknown) {
      hmacOnly(algorithm);
      const hash = hashOf((algorithm as { hash?: unknown }).hash);
      const raw = made(host.randomBytes(blocks[hash] ?? 64));
      return newKey(raw, algorithm, extractable, usages);
    },
    async sign(algorithm: unknown, key: CryptoKey, data: unknown) {
      hmacOnly(algorithm);
      return sign(key, 'sign', data);
    },
    async verify(algorithm: unknown, key: CryptoKey, signature: unknown, data: unknown) {
      hmacOnly(algorithm);
      const expected = new Uint8Array(sign(key, 'verify', data));
      const given = new Uint8Array(take(signature));
      let difference = expected.length ^ given.length;
      for (let at = 0; at < expected.length; at++) {
        difference |= (expected[at] ?? 0) ^ (given[at] ?? 0);
      }
      return difference === 0;
    },
  };
  /* eslint-enable @typescript-eslint/require-await */

  const crypto = {
    subtle,
    randomUUID: () => host.randomUuid(),
    getRandomValues(view: unknown): unknown {
      if (!ArrayBuffer.isView(view)) throw new TypeError('getRandomValues takes a typed array');
      const random = view.byteLength > 65_536 ? undefined : host.randomBytes(view.byteLength);
      if (!random) throw newError('DataCloneError', 'At most 65,536 random bytes at a time');
      new Uint8Array(view.buffer, view.byteOffset, view.byteLength).set(new Uint8Array(random));
      return view;
    },
  };
  define('crypto', crypto);
}
