import type { ByteWriter } from '../../json/byte-writer.js';
import type { JsonDocument, JsonNode } from '../../json/json-document.js';
import { QUOTE } from '../../json/scan-string.js';
import { shortInteger } from '../values/short-integer.js';

const QUOTES = 2;

/**
 * Writes the id that a value is, as `JSON.stringify` writes it, where it is a text without escapes or a
 * short integer; false, with nothing written, where that takes more thought.
 */
export function writeUsualId(document: JsonDocument, node: JsonNode, to: ByteWriter): boolean {
  const [start, end] = [document.start(node), document.end(node)];
  if (document.isString(node)) {
    if (document.isEscaped(node) || end - start === QUOTES) return false;
    to.copy(document, start, end);
    return true;
  }
  if (Number.isNaN(shortInteger(document, node))) return false;
  to.byte(QUOTE);
  to.copy(document, start, end);
  to.byte(QUOTE);
  return true;
}
