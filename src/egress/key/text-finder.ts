import { asBytes, escapeJson, escapePercent } from './escape-text.js';
import { type Span, SpelledText } from './spelled-text.js';
import { isEscapedForJson, JSON_DEPTHS, textSpellings } from './spellings.js';
import type { KeyPart } from './split-key.js';

/** A piece of a text, and what belongs in its place. */
export interface Replacement {
  start: number;
  end: number;
  text: string;
}

/** Finds one spelling of a secret, in text of one character a byte. */
export interface KeyFinder {
  /** The most characters after its start that a finding can depend on. */
  readonly reach: number;
  /** Whether it takes its time even where there is nothing to find. */
  readonly isSlow: boolean;
  /** False where there is surely nothing to find. */
  mayStandIn(bytes: Buffer): boolean;
  /** The first finding that begins at `from` or later. */
  find(text: string, from: number): Replacement | undefined;
}

/**
 * Finds a secret that stands in a text in clear, or escaped for JSON, URLs, forms or XML. Where it
 * has quotes or backslashes, all of them have to be escaped equally often: a reading that mixed
 * them could begin or end within an escape.
 */
export class TextFinder implements KeyFinder {
  readonly reach: number;
  readonly isSlow: boolean;
  readonly #readings: SpelledText[];
  readonly #standIn: string;

  constructor({ secret, standIn }: KeyPart) {
    const depths = isEscapedForJson(secret) ? JSON_DEPTHS.map((depth) => [depth]) : [JSON_DEPTHS];
    this.#readings = depths.map(
      (each) => new SpelledText(Array.from(secret, (char) => textSpellings(char, each))),
    );
    this.#standIn = asBytes(standIn);
    this.reach = Math.max(...this.#readings.map(({ reach }) => reach));
    this.isSlow = this.#readings.some(({ isSlow }) => isSlow);
  }

  mayStandIn(bytes: Buffer): boolean {
    return this.#readings.some((reading) => reading.mayStandIn(bytes));
  }

  find(text: string, from: number): Replacement | undefined {
    let best: Span | undefined;
    for (const reading of this.#readings) {
      const span = reading.find(text, from);
      if (!span) continue;
      const isLonger = span.start === best?.start && span.end > best.end;
      if (!best || span.start < best.start || isLonger) best = span;
    }
    if (!best) return undefined;
    return { ...best, text: writtenLike(text.slice(best.start, best.end), this.#standIn) };
  }
}

/**
 * Finds a secret only where it stands alone, with no letter or digit beside it: for secrets so
 * short that they are part of ordinary words and numbers.
 */
export class AloneFinder implements KeyFinder {
  readonly #inner: TextFinder;

  constructor(part: KeyPart) {
    this.#inner = new TextFinder(part);
  }

  get reach(): number {
    return this.#inner.reach + 1;
  }

  get isSlow(): boolean {
    return this.#inner.isSlow;
  }

  mayStandIn(bytes: Buffer): boolean {
    return this.#inner.mayStandIn(bytes);
  }

  find(text: string, from: number): Replacement | undefined {
    let found = this.#inner.find(text, from);
    while (found && !standsAlone(text, found)) found = this.#inner.find(text, found.start + 1);
    return found;
  }
}

function standsAlone(text: string, { start, end }: Replacement): boolean {
  const before = text.slice(Math.max(0, start - 3), start);
  // The last letter of an escape belongs to the character that is escaped.
  const opened = /(^|[^A-Za-z0-9]|%[0-9A-Fa-f]{2})$/.test(before);
  return opened && !/[A-Za-z0-9]/.test(text.charAt(end));
}

/** A stand-in that is a JSON object is escaped as the object was for which it stands. */
function writtenLike(found: string, standIn: string): string {
  if (!standIn.startsWith('{')) return standIn;
  const brace = /%(25)?7B/i.exec(found);
  if (brace) {
    const once = escapePercent(standIn);
    return brace[1] === undefined ? once : escapePercent(once);
  }
  const backslashes = /\\*(?=")/.exec(found)?.[0].length ?? 0;
  return escapeJson(standIn, Math.round(Math.log2(backslashes + 1)));
}
