import { byteTable, endOfPlain, endOfString, QUOTE } from './scan-string.js';

/**
 * What a text of JSON consists of, in its order, two integers for each entry:
 * - an object or array: where it starts; the index of the entry behind its end;
 * - that end: where its bracket is; the index of its start;
 * - a string, a name, a number, true, false, null: where it starts; where it ends, negative for a
 *   string or a name with escapes.
 * A name stands before the value of its member. What kind an entry is tells the byte that it starts at.
 */
export type Tape = Int32Array;

export interface Scan {
  tape: Tape;
  /** Levels of objects and arrays inside each other. */
  depth: number;
  /** Whether there is white space inside, so that a part is no single line. */
  spaced: boolean;
}

export const [OPEN_ARRAY, CLOSE_ARRAY, OPEN_OBJECT, CLOSE_OBJECT] = [
  0x5b, 0x5d, 0x7b, 0x7d,
] as const;
const [COMMA, COLON] = [0x2c, 0x3a] as const;
const [MINUS, PLUS, POINT, ZERO, ONE, NINE, BIG_E, SMALL_E] = [
  ...([0x2d, 0x2b, 0x2e, 0x30, 0x31, 0x39, 0x45, 0x65] as const),
];
const [SMALL_T, SMALL_F, SMALL_N] = [0x74, 0x66, 0x6e] as const;

const MOST_SPACE = 0x20;
const SPACE = byteTable(' \t\n\r');

/** What the scan is to find next. */
const [VALUE, VALUE_OR_END, NAME, NAME_OR_END, COMMA_OR_END] = [0, 1, 2, 3, 4] as const;
type Wants = 0 | 1 | 2 | 3 | 4;

/** Entries that a scan begins with room for; kept at what the largest text of late needed. */
const FIRST_ENTRIES = 32 * 1024;
const MOST_KEPT = 4 * 1024 * 1024;
let room: Tape = new Int32Array(2 * FIRST_ENTRIES);

/**
 * Finds the parts of a JSON text, all of whose bytes it looks at once; undefined where it is no JSON
 * (RFC 8259). The bytes must be well-formed UTF-8; `from` is where the text begins.
 */
export function scanJson(bytes: Uint8Array, from = 0): Scan | undefined {
  const { length } = bytes;
  const view = new DataView(bytes.buffer, bytes.byteOffset, length);
  let tape = room;
  /** Of the next entry. */
  let n = 0;
  /** The entry of the object or array that is open; what it is inside of stands in its second half. */
  let open = -1;
  let inArray = false;
  let depth = 0;
  let deepest = 0;
  let spaced = false;
  let wants: Wants = VALUE;
  let at = from;
  for (;;) {
    let byte = bytes[at] as number;
    if (byte <= MOST_SPACE && SPACE[byte] === 1) {
      do byte = bytes[++at] as number;
      while (SPACE[byte] === 1);
      if (open >= 0) spaced = true;
    }
    if (wants === COMMA_OR_END) {
      if (open < 0) break;
      if (byte === COMMA) {
        wants = inArray ? VALUE : NAME;
        byte = bytes[++at] as number;
        if (byte <= MOST_SPACE) continue;
      }
    }
    if (n + 4 > tape.length) {
      const larger = new Int32Array(2 * tape.length);
      larger.set(tape);
      room = tape = larger;
    }
    const start = at;
    if (byte === QUOTE && wants !== COMMA_OR_END) {
      at = endOfPlain(bytes, view, at + 1);
      if (bytes[at] === QUOTE) {
        tape[n] = start;
        tape[n + 1] = ++at;
      } else {
        at = endOfString(bytes, at);
        if (at < 0) return undefined;
        tape[n] = start;
        tape[n + 1] = -at;
      }
      n += 2;
      if (wants === VALUE || wants === VALUE_OR_END) {
        wants = COMMA_OR_END;
        continue;
      }
      byte = bytes[at] as number;
      if (byte <= MOST_SPACE && SPACE[byte] === 1) {
        do byte = bytes[++at] as number;
        while (SPACE[byte] === 1);
        spaced = true;
      }
      if (byte !== COLON) return undefined;
      at++;
      wants = VALUE;
      // Most values are texts right behind the colon, for which the way around would be a long one.
      if (bytes[at] !== QUOTE) continue;
      const end = endOfPlain(bytes, view, at + 1);
      if (bytes[end] !== QUOTE) continue;
      tape[n] = at;
      tape[n + 1] = at = end + 1;
      n += 2;
      wants = COMMA_OR_END;
      continue;
    }
    if (byte === (inArray ? CLOSE_ARRAY : CLOSE_OBJECT) && open >= 0) {
      if (wants === VALUE || wants === NAME) return undefined;
      tape[n] = at++;
      tape[n + 1] = open;
      n += 2;
      const outer = tape[open + 1] as number;
      tape[open + 1] = n;
      open = outer;
      inArray = open >= 0 && bytes[tape[open] as number] === OPEN_ARRAY;
      depth--;
      wants = COMMA_OR_END;
      continue;
    }
    if (wants !== VALUE && wants !== VALUE_OR_END) return undefined;
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) {
      tape[n] = at++;
      tape[n + 1] = open;
      open = n;
      n += 2;
      inArray = byte === OPEN_ARRAY;
      if (++depth > deepest) deepest = depth;
      wants = inArray ? VALUE_OR_END : NAME_OR_END;
      continue;
    }
    at = byte === MINUS || isDigit(byte) ? endOfNumber(bytes, at) : endOfWord(bytes, at);
    if (at < 0) return undefined;
    tape[n] = start;
    tape[n + 1] = at;
    n += 2;
    wants = COMMA_OR_END;
  }
  if (at < length) return undefined;
  const scan = { tape: tape.slice(0, n), depth: deepest, spaced };
  if (room.length > MOST_KEPT) room = new Int32Array(2 * FIRST_ENTRIES);
  return scan;
}

function endOfNumber(bytes: Uint8Array, from: number): number {
  let at = from;
  if (bytes[at] === MINUS) at++;
  const first = bytes[at] as number;
  if (first === ZERO) at++;
  else if (first >= ONE && first <= NINE) at = endOfDigits(bytes, at);
  else return -1;
  let byte = bytes[at] as number;
  if (byte === POINT) {
    const digits = at + 1;
    at = endOfDigits(bytes, digits);
    if (at === digits) return -1;
    byte = bytes[at] as number;
  }
  if (byte === SMALL_E || byte === BIG_E) {
    byte = bytes[++at] as number;
    if (byte === PLUS || byte === MINUS) at++;
    const digits = at;
    at = endOfDigits(bytes, digits);
    if (at === digits) return -1;
  }
  return at;
}

function endOfDigits(bytes: Uint8Array, from: number): number {
  let at = from;
  while (isDigit(bytes[at] as number)) at++;
  return at;
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}

const WORDS = new Map<number, Uint8Array>([
  [SMALL_T, Buffer.from('true')],
  [SMALL_F, Buffer.from('false')],
  [SMALL_N, Buffer.from('null')],
]);

function endOfWord(bytes: Uint8Array, from: number): number {
  const word = WORDS.get(bytes[from] as number);
  if (!word) return -1;
  for (let at = 1; at < word.length; at++) if (bytes[from + at] !== word[at]) return -1;
  return from + word.length;
}
