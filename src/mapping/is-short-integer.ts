import type { JsonDocument, JsonNode } from '../json/json-document.js';

export const [MINUS, ZERO, NINE] = [0x2d, 0x30, 0x39] as const;
/** What a double has of digits at the least (C's DBL_DIG). */
export const SURE_DIGITS = 15;

/** Whether a number is a whole one of at most 15 digits, as JavaScript writes it. */
export function isShortInteger(document: JsonDocument, node: JsonNode): boolean {
  if (!document.isNumber(node)) return false;
  const { bytes } = document;
  const [start, end] = [document.start(node), document.end(node)];
  for (let at = start + 1; at < end; at++) if (!isDigit(bytes[at] as number)) return false;
  return end - start <= SURE_DIGITS && !(bytes[start] === MINUS && bytes[start + 1] === ZERO);
}

export function isDigit(byte: number): boolean {
  return byte >= ZERO && byte <= NINE;
}
