import { base64Finders } from './base64-finder.js';
import { asBytes } from './escape-text.js';
import { replaceFound, replaceInBody } from './replace-found.js';
import type { KeyPart } from './split-key.js';
import { AloneFinder, TextFinder, type KeyFinder } from './text-finder.js';

/** Shorter ones are part of ordinary words, and of records. */
const longFrom = 8;
/** In base64, shorter ones would be found where they are not. */
const base64From = 4;

/** Looks for the secrets of a key in what came back, and puts other texts in their place. */
export class KeySearch {
  readonly #long: KeyFinder[];
  readonly #short: KeyFinder[];

  /** A secret that holds another one stands before it. */
  constructor(secrets: KeyPart[]) {
    const long = secrets.filter(({ secret }) => secret.length >= longFrom);
    const short = secrets.filter(({ secret }) => secret.length < longFrom);
    this.#long = long.flatMap((part) => [new TextFinder(part), ...base64Finders(part)]);
    this.#short = short.flatMap((part) => [
      new AloneFinder(part),
      ...(part.secret.length >= base64From ? base64Finders(part) : []),
    ]);
  }

  /** A text of one character a byte, such as a header's, without the secrets of 8 and more characters. */
  inText(text: string): string {
    return replaceFound(text, this.#long);
  }

  /** The same without the shorter secrets where no letter or digit stands beside them. */
  shortInText(text: string): string {
    return replaceFound(text, this.#short);
  }

  /** A body without the secrets of 8 and more characters; the same object where it has none. */
  async inBody(body: Uint8Array): Promise<Uint8Array> {
    return replaceInBody(body, this.#long);
  }
}

const mask = '••••';
const hiddenFrom = 4;

/**
 * Hides a key in log and error texts: each secret of 4 and more characters, and the key itself
 * also where it is shorter and stands alone.
 */
export class KeyMask {
  readonly #finders: KeyFinder[];

  constructor(apiKey: string, secrets: KeyPart[]) {
    this.#finders = secrets
      .map(({ secret }) => ({ secret, standIn: mask }))
      .flatMap((part): KeyFinder[] => {
        if (part.secret.length >= hiddenFrom) return [new TextFinder(part), ...base64Finders(part)];
        return part.secret === apiKey.trim() || part.secret === apiKey
          ? [new AloneFinder(part)]
          : [];
      });
  }

  hide(text: string): string {
    const bytes = asBytes(text);
    const hidden = replaceFound(bytes, this.#finders);
    return hidden === bytes ? text : Buffer.from(hidden, 'latin1').toString();
  }
}
