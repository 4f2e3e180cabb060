import { randomInt } from 'node:crypto';

/** A secret text, and the text that connector code gets in its place. */
export interface KeyPart {
  secret: string;
  standIn: string;
}

export interface SplitKey {
  /** What connector code gets for the whole key. */
  text: string;
  /** The secrets that the key is made of, the same one once. */
  parts: KeyPart[];
  /** The key as a whole; absent where it is one secret. */
  whole?: KeyPart;
}

const alphabet = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const randomLength = 32;
/** Each is looked for in all that comes back. */
const mostParts = 16;

/**
 * Gives a key random stand-ins of its structure: a JSON object of strings keeps its property names,
 * parts joined by `:` their number and place, and whatever is empty stays so; any other key, and one of
 * more than 16 parts, is one secret. A stand-in has letters, digits and `_` alone, so that no encoding of text changes it.
 */
export function splitKey(apiKey: string): SplitKey {
  const standIns = new Map<string, string>();
  const standInFor = (secret: string): string => {
    if (secret === '') return '';
    const standIn = standIns.get(secret) ?? randomStandIn();
    standIns.set(secret, standIn);
    return standIn;
  };
  const text = structured(apiKey, standInFor);
  // A key of separators alone has no part to hide, and is a secret for all that.
  const single = standIns.size === 0 || text === undefined ? standInFor(apiKey) : undefined;
  const parts = Array.from(standIns, ([secret, standIn]) => ({ secret, standIn }));
  if (single !== undefined || text === undefined) return { text: single ?? '', parts };
  return { text, parts, whole: { secret: apiKey, standIn: text } };
}

function structured(apiKey: string, standInFor: (secret: string) => string): string | undefined {
  const object = objectOfStrings(apiKey);
  if (object) {
    const entries = Object.entries(object);
    if (entries.length > mostParts) return undefined;
    return JSON.stringify(Object.fromEntries(entries.map(([name, v]) => [name, standInFor(v)])));
  }
  if (isJsonObject(apiKey) || !apiKey.includes(':')) return undefined;
  const parts = apiKey.split(':');
  return parts.length > mostParts ? undefined : parts.map(standInFor).join(':');
}

function objectOfStrings(text: string): Record<string, string> | undefined {
  const value = parsedObject(text);
  if (!value || !Object.values(value).every((each) => typeof each === 'string')) return undefined;
  return value as Record<string, string>;
}

function isJsonObject(text: string): boolean {
  return parsedObject(text) !== undefined;
}

function parsedObject(text: string): Record<string, unknown> | undefined {
  if (!/^\s*\{/.test(text)) return undefined;
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

function randomStandIn(): string {
  const random = Array.from({ length: randomLength }, () => alphabet[randomInt(alphabet.length)]);
  return `standin_${random.join('')}`;
}
