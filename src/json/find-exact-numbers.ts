import { ExactNumber, fitsDouble } from './exact-number.js';

/** A number of a JSON text that needs care, and where it stands. */
export interface CarefulNumber {
  start: number;
  end: number;
  /** What is to stand for it: a plain number only where it is a marker. */
  original: ExactNumber | number;
}

/** A number of fewer digits than this is changed by its exponent alone. */
const LONG = 16;
const LARGE_EXPONENT = /\d[eE][+-]?\d{3}/g;
const JSON_NUMBER = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;
const SMALLEST_NORMAL = 2.2250738585072014e-308;

const DIGIT_OR_POINT = unitsOf('.0123456789');
const NUMBER_PART = unitsOf('-+.0123456789eE');
const BEFORE_NUMBER = unitsOf(' \t\n\r:,[');

/** Whether a number is subnormal: a text that is parsed with care has markers for all of these. */
export function isMarker(value: number): boolean {
  return value !== 0 && Math.abs(value) < SMALLEST_NORMAL;
}

/**
 * The numbers outside strings that a double would change, and the subnormal ones, in order. Fast
 * where there are none: it looks at every 16th character, for a long number can't lie between
 * them, and at large exponents. The text need not be JSON.
 */
export function findExactNumbers(text: string): CarefulNumber[] {
  const found: CarefulNumber[] = [];
  for (let at = LONG - 1; at < text.length; at += LONG) {
    if (!DIGIT_OR_POINT[text.charCodeAt(at)]) continue;
    let start = at;
    while (DIGIT_OR_POINT[text.charCodeAt(start - 1)]) start--;
    while (DIGIT_OR_POINT[text.charCodeAt(at + 1)]) at++;
    if (at - start + 1 >= LONG) addNumber(found, text, start);
  }
  for (const { index } of text.matchAll(LARGE_EXPONENT)) addNumber(found, text, index);
  return found.length === 0 ? found : outsideStrings(text, found);
}

function addNumber(found: CarefulNumber[], text: string, at: number): void {
  let start = at;
  while (NUMBER_PART[text.charCodeAt(start - 1)]) start--;
  // Most of what looks like a number but is part of a string ends here.
  if (start > 0 && !BEFORE_NUMBER[text.charCodeAt(start - 1)]) return;
  let end = at;
  while (NUMBER_PART[text.charCodeAt(end)]) end++;
  const source = text.slice(start, end);
  if (!JSON_NUMBER.test(source)) return;
  if (!fitsDouble(source)) found.push({ start, end, original: new ExactNumber(source) });
  else if (isMarker(Number(source))) found.push({ start, end, original: Number(source) });
}

/** Orders the numbers, and drops those inside strings and those found twice. */
function outsideStrings(text: string, found: CarefulNumber[]): CarefulNumber[] {
  found.sort((a, b) => a.start - b.start);
  let open = 0;
  let close = 0;
  let last = -1;
  return found.filter(({ start }) => {
    if (start === last) return false;
    last = start;
    while (close <= start) {
      const quote = text.indexOf('"', close);
      open = quote === -1 ? text.length : quote;
      close = quote === -1 ? Infinity : endOfString(text, quote);
    }
    return start < open;
  });
}

function endOfString(text: string, start: number): number {
  let quote = text.indexOf('"', start + 1);
  while (quote !== -1) {
    let slashes = 0;
    while (text[quote - 1 - slashes] === '\\') slashes++;
    if (slashes % 2 === 0) return quote + 1;
    quote = text.indexOf('"', quote + 1);
  }
  return Infinity;
}

/** A table of UTF-16 units; what is not in it, NaN included, is undefined or 0. */
function unitsOf(characters: string): Uint8Array {
  const table = new Uint8Array(128);
  for (const character of characters) table[character.charCodeAt(0)] = 1;
  return table;
}
