import { ExactNumber, fitsDouble, fitsNumeric, plain } from '../../json/exact-number.js';
import type { Location } from '../../common/json-pointer.js';
import type { PgType } from '../mapping.types.js';
import { parseEpoch, parseTimestamp, parseWholeEpoch } from './parse-timestamp.js';
import { SURE_DIGITS } from './short-integer.js';

/** Stands for a value that does not fit its type. */
export const MISFIT = Symbol('misfit');

/** Why a value does not fit its type, and which part of it. */
export interface Misfit {
  location: Location;
  reason: string;
}

/** Gives the value as its type has it, or MISFIT; null stays null. */
export type Converter = (value: unknown) => unknown;

/** What `jsonb` takes at most: deeper values overflow the stacks that write and store them. */
export const MAX_NESTING = 1_000;

const NUMERIC = /^[+-]?(?:\d+(?:\.\d+)?|\.\d+)(?:[eE][+-]?\d+)?$/;

const [MINUS, POINT, ZERO, NINE] = [0x2d, 0x2e, 0x30, 0x39] as const;

const BOOLEANS = new Map([
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

function toText(value: unknown): unknown {
  if (typeof value === 'string' || value === null) return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return value instanceof ExactNumber ? value.toString() : MISFIT;
}

function toNumeric(value: unknown): unknown {
  if (typeof value === 'number') return Number.isFinite(value) ? value : MISFIT;
  if (value === null) return null;
  if (value instanceof ExactNumber) return exactNumeric(value.source);
  if (typeof value !== 'string') return MISFIT;
  if (isShortDecimal(value)) return Number(value);
  const text = value.trim();
  if (!NUMERIC.test(text)) return MISFIT;
  return fitsDouble(text) ? Number(text) : exactNumeric(text);
}

/** Whether a text is a decimal such as `-12.50`, of so few digits that a double has them all. */
function isShortDecimal(text: string): boolean {
  const start = text.charCodeAt(0) === MINUS ? 1 : 0;
  const { length } = text;
  if (length === start || length - start > SURE_DIGITS || !isDigit(text, start)) return false;
  let points = 0;
  for (let at = start + 1; at < length; at++) {
    if (isDigit(text, at)) continue;
    if (text.charCodeAt(at) !== POINT || ++points > 1) return false;
  }
  return isDigit(text, length - 1);
}

function isDigit(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit >= ZERO && unit <= NINE;
}

function exactNumeric(text: string): unknown {
  return fitsNumeric(text) ? plain(text).replace(/^\+?(-?)0*(?=\d)/, '$1') : MISFIT;
}

function toBoolean(value: unknown): unknown {
  if (typeof value === 'boolean' || value === null) return value;
  if (typeof value !== 'string' && typeof value !== 'number') return MISFIT;
  return BOOLEANS.get(String(value).toLowerCase()) ?? MISFIT;
}

function toTimestamp(value: unknown): unknown {
  if (value === null) return null;
  if (typeof value === 'string') return parseTimestamp(value) ?? MISFIT;
  if (typeof value === 'number') {
    const epoch = Number.isSafeInteger(value) ? parseWholeEpoch(value) : parseEpoch(String(value));
    return epoch ?? MISFIT;
  }
  return value instanceof ExactNumber ? (parseEpoch(value.source) ?? MISFIT) : MISFIT;
}

function toJsonb(value: unknown): unknown {
  return nestsDeeper(value) ? MISFIT : value;
}

function listOf(convertItem: Converter): Converter {
  return (value) => {
    if (value === null) return null;
    const items: unknown[] = Array.isArray(value) ? value : [value];
    const list: unknown[] = [];
    for (const item of items) {
      const converted = convertItem(item);
      if (converted === MISFIT) return MISFIT;
      list.push(converted);
    }
    return list;
  };
}

/** The converter of each type. */
export const CONVERTERS = {
  text: toText,
  'text[]': listOf(toText),
  numeric: toNumeric,
  'numeric[]': listOf(toNumeric),
  boolean: toBoolean,
  'boolean[]': listOf(toBoolean),
  jsonb: toJsonb,
  timestamp: toTimestamp,
} satisfies Record<PgType, Converter>;

const TAKES = {
  text: 'a text, a number or a boolean',
  numeric: 'a number or a text that is one',
  boolean: 'a boolean, or true, false, 1 or 0',
  jsonb: `a value nested at most ${MAX_NESTING} deep`,
  timestamp: 'a date or time of the years 0001 to 9999',
};

/** Whether a value nests more levels of objects and arrays than `jsonb` takes. */
export function nestsDeeper(value: unknown, levels: number = MAX_NESTING): boolean {
  if (typeof value !== 'object' || value === null) return false;
  if (levels === 0) return true;
  if (Array.isArray(value)) {
    for (const item of value as unknown[]) if (nestsDeeper(item, levels - 1)) return true;
    return false;
  }
  const members = value as Record<string, unknown>;
  for (const key in members) if (nestsDeeper(members[key], levels - 1)) return true;
  return false;
}

/** Says why a converter gave MISFIT for this value. */
export function explainMisfit(type: PgType, value: unknown): Misfit {
  const itemType = type.replace('[]', '') as keyof typeof TAKES;
  const isList = type !== itemType && Array.isArray(value);
  const index = isList ? value.findIndex((item) => CONVERTERS[itemType](item) === MISFIT) : -1;
  const culprit: unknown = isList ? value[index] : value;
  return {
    location: isList ? [index] : [],
    reason: `expected ${TAKES[itemType]}, found ${describe(culprit)}`,
  };
}

/** Names a value in a few words, for a message. */
export function describe(value: unknown): string {
  if (value === undefined) return 'nothing';
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (value instanceof ExactNumber) return cut(value.source);
  if (typeof value === 'string') return `the text ${JSON.stringify(cut(value))}`;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return 'an object';
}

function cut(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}
