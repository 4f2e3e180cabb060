import { asBytes } from './escape-text.js';
import { SpelledText } from './spelled-text.js';
import { base64Spellings } from './spellings.js';
import type { KeyPart } from './split-key.js';
import { TextFinder, type KeyFinder, type Replacement } from './text-finder.js';
import { replaceFound } from './replace-found.js';

/** Of base64 text after a secret, which moves where the stand-in is of another length. */
const maxTail = 16 * 1024;

const unit = String.raw`(?:[A-Za-z0-9+/_-]|%2[BbFf]|\\/|\\u002[BbFf])`;
const pad = String.raw`(?:=|%3[Dd]|\\u003[Dd]){0,2}`;
const lastUnit = new RegExp(`${unit}$`);
const tail = new RegExp(`${unit}*${pad}`, 'y');

/** Finders of a secret inside base64 text, one for each place that it can have in three bytes. */
export function base64Finders(part: KeyPart): KeyFinder[] {
  const forms = new Set([asBytes(part.secret)]);
  // As `btoa` writes it.
  if (!/[^\0-\xff]/.test(part.secret)) forms.add(part.secret);
  const clear = new TextFinder(part);
  return [...forms].flatMap((bytes) =>
    [0, 1, 2].map((place) => new Base64Finder(part, clear, bytes, place)),
  );
}

/**
 * Finds a secret in base64 text whose first byte is so many bytes into a group of three. What is
 * given in its place decodes to the same text with the stand-in, in the same alphabet.
 */
class Base64Finder implements KeyFinder {
  readonly reach: number;
  readonly isSlow = false;
  /** The characters that depend on the secret alone. */
  readonly #core: SpelledText;
  /** How many characters of the first group of four come before the core. */
  readonly #lead: number;
  /** What of the last group of four comes after the core. */
  readonly #group: RegExp;
  readonly #clear: TextFinder;
  readonly #standIn: string;
  #run = { text: '', end: 0 };

  constructor(part: KeyPart, clear: TextFinder, bytes: string, place: number) {
    this.#lead = Math.ceil((place * 8) / 6);
    const encoded = Buffer.from('\0'.repeat(place) + bytes, 'latin1').toString('base64');
    const core = encoded.slice(this.#lead, Math.floor(((place + bytes.length) * 8) / 6));
    this.#core = new SpelledText(Array.from(core, base64Spellings));
    const missing = (4 - ((this.#lead + core.length) % 4)) % 4;
    this.#group = new RegExp(`${unit}{${missing}}`, 'y');
    this.#clear = clear;
    this.#standIn = asBytes(part.standIn);
    this.reach = this.#core.reach + maxTail + 32;
  }

  mayStandIn(bytes: Buffer): boolean {
    return this.#core.mayStandIn(bytes);
  }

  find(text: string, from: number): Replacement | undefined {
    const core = this.#core.find(text, from);
    if (!core) return undefined;
    const start = this.#startOf(text, core.start, from);
    const runEnd = this.#endOfRun(text, core.end);
    if (runEnd - core.end <= maxTail) {
      return { start, end: runEnd, text: this.#rewrite(text.slice(start, runEnd)) };
    }
    // Too long to move: the stand-in is filled up with spaces, so that the rest can stay.
    this.#group.lastIndex = core.end;
    const end = core.end + (this.#group.exec(text)?.[0].length ?? 0);
    return { start, end, text: this.#rewrite(text.slice(start, end), true) };
  }

  #endOfRun(text: string, at: number): number {
    // One long run may hold the secret many times, and is to be measured once.
    if (text !== this.#run.text || at >= this.#run.end) {
      tail.lastIndex = at;
      tail.test(text);
      this.#run = { text, end: Math.max(at, tail.lastIndex) };
    }
    return this.#run.end;
  }

  #startOf(text: string, coreStart: number, from: number): number {
    let start = coreStart;
    for (let count = 0; count < this.#lead; count += 1) {
      const before = lastUnit.exec(text.slice(Math.max(from, start - 6), start));
      if (!before) return coreStart;
      start -= before[0].length;
    }
    return start;
  }

  #rewrite(run: string, keepsLength = false): string {
    const plain = unescape(run);
    const bytes = Buffer.from(plain, 'base64').toString('latin1');
    const changed = replaceFound(bytes, [this.#clear]);
    // A part of a base64 text that no decoder takes.
    const clear = changed === bytes ? this.#standIn : changed;
    const filler = keepsLength ? ' '.repeat((3 - (clear.length % 3)) % 3) : '';
    const filled = clear.replace(this.#standIn, (standIn) => standIn + filler);
    return writtenLike(run, plain, Buffer.from(filled, 'latin1').toString('base64'));
  }
}

function unescape(run: string): string {
  return run
    .replace(/%2B|\\u002b/gi, '+')
    .replace(/%2F|\\u002f|\\\//gi, '/')
    .replace(/%3D|\\u003d/gi, '=');
}

/** Base64 text in the alphabet, with the padding and the escapes of the text that it replaces. */
function writtenLike(run: string, plain: string, encoded: string): string {
  const urlSafe = /[-_]/.test(plain);
  const unpadded = !plain.endsWith('=') && (plain.length % 4 !== 0 || urlSafe);
  let written = unpadded ? encoded.replace(/=+$/, '') : encoded;
  if (urlSafe) written = written.replaceAll('+', '-').replaceAll('/', '_');
  if (/%[23]/.test(run)) return encodeURIComponent(written);
  return run.includes('\\/') ? written.replaceAll('/', '\\/') : written;
}
