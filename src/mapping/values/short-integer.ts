import type { JsonDocument, JsonNode } from '../../json/json-document.js';
import { isDigit } from '../../json/scan-json.js';

export const [MINUS, ZERO] = [0x2d, 0x30] as const;
/** What a double has of digits at the least (C's DBL_DIG). */
export const SURE_DIGITS = 15;

/** A whole number of at most 15 digits, written as JavaScript writes it; NaN for all others. */
export function shortInteger(document: JsonDocument, node: JsonNode): number {
  const { bytes } = document;
  const [start, end] = [document.start(node), document.end(node)];
  if (end - start > SURE_DIGITS) return NaN;
  const isNegative = bytes[start] === MINUS;
  const first = isNegative ? start + 1 : start;
  let integer = 0;
  for (let at = first; at < end; at++) {
    const byte = bytes[at] as number;
    if (!isDigit(byte)) return NaN;
    integer = integer * 10 + byte - ZERO;
  }
  if (!isNegative) return integer;
  // -0, and a minus alone, which is no JSON.
  return integer === 0 ? NaN : -integer;
}
