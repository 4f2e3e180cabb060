import { asBytes, escapeJson } from './escape-text.js';

/** In clear, in JSON, in JSON in JSON, and so on. */
export const JSON_DEPTHS = [0, 1, 2, 3];

/**
 * The ways in which one character of a key may be written in what a remote sends: in clear (as
 * UTF-8 or Latin-1), escaped for JSON (also JSON in JSON), percent-encoded once or twice, as in a
 * form, or as an entity of XML. Letters, digits, `_`, `.` and `-` are written in one way. `depths`: how
 * often it may be escaped for JSON.
 */
export function textSpellings(char: string, depths = JSON_DEPTHS): string[] {
  if (/^[\w.-]$/.test(char)) return [char];
  const name = `${depths.join()} ${char}`;
  const known = remembered.get(name);
  if (known) return known;
  const spellings = spell(char, depths);
  if (remembered.size >= mostRemembered) remembered.clear();
  remembered.set(name, spellings);
  return spellings;
}

/** A key has few different characters, and each is asked for many times. */
const remembered = new Map<string, string[]>();
const mostRemembered = 10_000;

function spell(char: string, depths: number[]): string[] {
  const found = new Set<string>(
    isEscapedForJson(char) && !depths.includes(0) ? [] : [char, asBytes(char)],
  );
  const percent = [...Buffer.from(char)].map((byte) => `%${hex(byte, 2)}`).join('');
  for (const spelling of [percent, percent.toUpperCase()]) {
    found.add(spelling).add(spelling.replaceAll('%', '%25'));
  }
  for (const spelling of jsonSpellings(char)) {
    for (const depth of depths) if (depth > 0) found.add(escapeJson(spelling, depth - 1));
  }
  if (char === ' ') found.add('+');
  for (const name of entities[char] ?? []) found.add(`&${name};`);
  return [...found];
}

/** Whether JSON writes a character of every key in another way, so that how deep it stands can be told. */
export function isEscapedForJson(text: string): boolean {
  return /["\\]/.test(text);
}

/** The ways in which one character of base64 text may be written, in either alphabet. */
export function base64Spellings(char: string): string[] {
  const other = { '+': '-', '/': '_' }[char];
  if (other === undefined) return [char];
  return [char, other, ...textSpellings(char)];
}

function jsonSpellings(char: string): string[] {
  const units = char.split('').map((unit) => hex(unit.charCodeAt(0), 4));
  const lower = units.map((unit) => `\\u${unit}`).join('');
  const upper = units.map((unit) => `\\u${unit.toUpperCase()}`).join('');
  const short = char === '/' ? '\\/' : escapeJson(char);
  return [short, lower, upper];
}

const entities: Partial<Record<string, string[]>> = {
  '&': ['amp', '#38', '#x26'],
  '<': ['lt', '#60', '#x3C'],
  '>': ['gt', '#62', '#x3E'],
  '"': ['quot', '#34', '#x22'],
  "'": ['apos', '#39', '#x27'],
};

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}
