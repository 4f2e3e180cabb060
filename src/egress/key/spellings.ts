import { asBytes, escapeJson } from './escape-text.js';

/**
 * The ways in which one character of a key may be written in what a remote sends: in clear (as
 * UTF-8 or Latin-1), escaped for JSON (also JSON in JSON), percent-encoded once or twice, as in a
 * form, or as an entity of XML. Letters, digits, `_`, `.` and `-` are written in one way.
 */
export function textSpellings(char: string): string[] {
  if (/^[\w.-]$/.test(char)) return [char];
  const found = new Set([char, asBytes(char)]);
  const percent = [...Buffer.from(char)].map((byte) => `%${hex(byte, 2)}`).join('');
  for (const spelling of [percent, percent.toUpperCase()]) {
    found.add(spelling).add(spelling.replaceAll('%', '%25'));
  }
  for (const spelling of jsonSpellings(char)) {
    for (const depth of [0, 1, 2]) found.add(escapeJson(spelling, depth));
  }
  if (char === ' ') found.add('+');
  for (const name of entities[char] ?? []) found.add(`&${name};`);
  return [...found];
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
