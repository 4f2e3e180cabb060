/** A decimal number taken apart: its value is ±digits × 10^exponent; zero has no digits. */
interface Decimal {
  negative: boolean;
  digits: string;
  exponent: number;
}

const PARTS = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d+))?$/;
const ZERO = 48;

/** The most digits that `plain` writes out; a longer integer keeps its exponent. */
const MAX_PLAIN_DIGITS = 400;

/** What PostgreSQL's numeric holds: https://www.postgresql.org/docs/current/datatype-numeric.html */
const NUMERIC_WHOLE_DIGITS = 131_072;
const NUMERIC_FRACTION_DIGITS = 16_383;

/** Takes the text of a decimal number apart; undefined where it is none. */
export function decimalOf(text: string): Decimal | undefined {
  const parts = PARTS.exec(text);
  if (!parts) return undefined;
  const [, sign = '', whole = '', fraction = '', power = '0'] = parts;
  const all = whole + fraction;
  let start = 0;
  let end = all.length;
  while (start < end && all.charCodeAt(start) === ZERO) start++;
  while (end > start && all.charCodeAt(end - 1) === ZERO) end--;
  if (start === end) return { negative: false, digits: '', exponent: 0 };
  return {
    negative: sign === '-',
    digits: all.slice(start, end),
    exponent: Number(power) - fraction.length + (all.length - end),
  };
}

/**
 * Whether a JavaScript number stands for exactly this decimal: the number's shortest text has the
 * same value, and an integer written as plain digits is a safe one, so that its neighbours can't be
 * mistaken for it.
 */
export function fitsDouble(text: string): boolean {
  const value = Number(text);
  if (!Number.isFinite(value)) return false;
  if (!/[.eE]/.test(text)) return Number.isSafeInteger(value);
  if (String(value) === text) return true;
  const mine = decimalOf(text);
  const theirs = decimalOf(String(value));
  return (
    mine?.digits === theirs?.digits &&
    mine?.exponent === theirs?.exponent &&
    mine?.negative === theirs?.negative
  );
}

/** Whether PostgreSQL's numeric can hold this decimal. */
export function fitsNumeric(text: string): boolean {
  const decimal = decimalOf(text);
  return (
    decimal !== undefined &&
    decimal.digits.length + decimal.exponent <= NUMERIC_WHOLE_DIGITS &&
    -decimal.exponent <= NUMERIC_FRACTION_DIGITS
  );
}

/** The plain digits of an integer of up to 400 digits; any other number as it is written. */
export function plain(text: string): string {
  const decimal = decimalOf(text);
  if (!decimal || decimal.exponent < 0) return text;
  if (decimal.digits.length + decimal.exponent > MAX_PLAIN_DIGITS) return text;
  return `${decimal.negative ? '-' : ''}${decimal.digits || '0'}${'0'.repeat(decimal.exponent)}`;
}

/**
 * A number of a JSON text that a JavaScript number would change, kept as it was written. Its text
 * is no property, so that no path into the data can find it.
 */
export class ExactNumber {
  static #serialized = 0;
  readonly #source: string;

  /** Takes the source text of one JSON number. */
  constructor(source: string) {
    this.#source = source;
  }

  /** How many of these `JSON.stringify` has met so far in this process. */
  static get serialized(): number {
    return ExactNumber.#serialized;
  }

  /** The number as it stood in the JSON text. */
  get source(): string {
    return this.#source;
  }

  /** The plain digits of an integer; any other number as it was written. */
  toString(): string {
    return plain(this.#source);
  }

  /** A string, because `JSON.stringify` has no way to write exact digits; `writeJson` has. */
  toJSON(): string {
    ExactNumber.#serialized++;
    return this.toString();
  }
}
