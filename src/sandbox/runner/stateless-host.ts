import { createHash, createHmac, randomBytes, randomUUID } from 'node:crypto';

import type { HostValue } from './engine-values.js';
import { EngineMemoryError } from './engine-values.js';

const URL_PARTS = [
  'href',
  'origin',
  'protocol',
  'username',
  'password',
  'host',
  'hostname',
  'port',
  'pathname',
  'search',
  'hash',
] as const;

const HASHES = ['sha1', 'sha256', 'sha384', 'sha512'];
const collator = new Intl.Collator('en-US');
const MOST_RANDOM_BYTES = 65_536;

/** The text in what the engine sent as JSON. No JSON is empty: its memory was used up on the way. */
export function unquote(value: HostValue): string {
  if (value === '') throw new EngineMemoryError();
  const text: unknown = JSON.parse(asText(value));
  return asText(text);
}

export function asText(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new TypeError('A host function got something else than text.');
}

export function asBytes(value: HostValue): Uint8Array {
  if (value instanceof Uint8Array) return value;
  throw new TypeError('A host function got something else than bytes.');
}

/** The host functions that keep no state, backed by Node's own implementations. */
export const statelessHost = {
  now(): HostValue {
    return performance.now();
  },

  parseUrl(url: HostValue, base: HostValue): HostValue {
    try {
      return partsOf(new URL(unquote(url), base === undefined ? undefined : unquote(base)));
    } catch (error) {
      onlyTypeError(error);
      return undefined;
    }
  },

  changeUrl(href: HostValue, part: HostValue, value: HostValue): HostValue {
    const known = URL_PARTS.find((name) => name === part);
    if (known === undefined || known === 'origin') return undefined;
    try {
      const url = new URL(unquote(href));
      url[known] = unquote(value);
      return partsOf(url);
    } catch (error) {
      onlyTypeError(error);
      return undefined;
    }
  },

  encodeText(text: HostValue): HostValue {
    return Buffer.from(unquote(text));
  },

  encodingName(label: HostValue): HostValue {
    try {
      return new TextDecoder(unquote(label)).encoding;
    } catch (error) {
      if (error instanceof RangeError) return undefined;
      throw error;
    }
  },

  decodeText(label: HostValue, fatal: HostValue, ignoreBOM: HostValue, data: HostValue): HostValue {
    const options = { fatal: fatal === true, ignoreBOM: ignoreBOM === true };
    try {
      return new TextDecoder(asText(label), options).decode(asBytes(data));
    } catch (error) {
      onlyTypeError(error);
      return undefined;
    }
  },

  compareTexts(text: HostValue, other: HostValue): HostValue {
    return collator.compare(unquote(text), unquote(other));
  },

  atob(text: HostValue): HostValue {
    try {
      return atob(unquote(text));
    } catch (error) {
      if (error instanceof DOMException) return undefined;
      throw error;
    }
  },

  btoa(text: HostValue): HostValue {
    try {
      return btoa(unquote(text));
    } catch (error) {
      if (error instanceof DOMException) return undefined;
      throw error;
    }
  },

  randomUuid(): HostValue {
    return randomUUID();
  },

  randomBytes(count: HostValue): HostValue {
    if (typeof count !== 'number' || !(count >= 0 && count <= MOST_RANDOM_BYTES)) return undefined;
    return randomBytes(count);
  },

  digest(algorithm: HostValue, data: HostValue): HostValue {
    const hash = HASHES.find((name) => name === algorithm);
    return hash === undefined ? undefined : createHash(hash).update(asBytes(data)).digest();
  },

  hmac(algorithm: HostValue, key: HostValue, data: HostValue): HostValue {
    const hash = HASHES.find((name) => name === algorithm);
    if (hash === undefined) return undefined;
    return createHmac(hash, asBytes(key)).update(asBytes(data)).digest();
  },
};

function partsOf(url: URL): string {
  return JSON.stringify(Object.fromEntries(URL_PARTS.map((part) => [part, url[part]])));
}

/** What Node throws at input that is not valid; anything else is a fault of this program. */
function onlyTypeError(error: unknown): void {
  if (!(error instanceof TypeError)) throw error;
}
