import type { ByteWriter } from '../../json/byte-writer.js';
import type { JsonDocument, JsonNode } from '../../json/json-document.js';
import { MAX_NESTING } from './convert.js';
import { isDigit } from '../../json/scan-json.js';
import { MINUS, SURE_DIGITS, ZERO } from './short-integer.js';
import type { PgType } from '../mapping.types.js';
import { writeTimestamp } from './write-timestamp.js';

/** Writes a value as its type has it; false, with nothing written, where that takes more thought. */
export type OrdinaryWriter = (document: JsonDocument, node: JsonNode, to: ByteWriter) => boolean;
type Check = (document: JsonDocument, node: JsonNode) => boolean;

const POINT = 0x2e;

function isText(document: JsonDocument, node: JsonNode): boolean {
  return document.isString(node) || document.isNull(node);
}

function isBoolean(document: JsonDocument, node: JsonNode): boolean {
  return document.isBoolean(node) || document.isNull(node);
}

function isNumeric(document: JsonDocument, node: JsonNode): boolean {
  if (!document.isNumber(node)) return document.isNull(node);
  const [start, end] = [document.start(node), document.end(node)];
  return plainEnd(document.bytes, start, end) === end;
}

function isJsonb(document: JsonDocument, node: JsonNode): boolean {
  return document.depth <= MAX_NESTING || !(document.isArray(node) || document.isObject(node));
}

/** Also a decimal in a string. */
function writeNumeric(document: JsonDocument, node: JsonNode, to: ByteWriter): boolean {
  if (document.isNull(node)) {
    document.write(node, to);
    return true;
  }
  const quotes = document.isString(node) ? 1 : 0;
  if (quotes === 0 && !document.isNumber(node)) return false;
  const [start, end] = [document.start(node) + quotes, document.end(node) - quotes];
  const plain = plainEnd(document.bytes, start, end);
  if (plain < 0) return false;
  to.copy(document, start, plain);
  return true;
}

/**
 * Where a decimal ends as JavaScript writes it, without zeros at the end of its fraction; -1 where
 * more of it is written otherwise, or it has more digits than a double keeps.
 */
function plainEnd(bytes: Uint8Array, start: number, end: number): number {
  const isNegative = bytes[start] === MINUS;
  const first = isNegative ? start + 1 : start;
  if (end - start > SURE_DIGITS || !isDigit(bytes[first] as number)) return -1;
  // 007, -0
  if (bytes[first] === ZERO && (isNegative || isDigit(bytes[first + 1] as number))) return -1;
  let point = end;
  for (let at = first + 1; at < end; at++) {
    const byte = bytes[at] as number;
    if (byte === POINT && point === end) point = at;
    else if (!isDigit(byte)) return -1;
  }
  if (point === end) return end;
  if (point === end - 1) return -1;
  let last = end - 1;
  while (bytes[last] === ZERO) last--;
  return last === point ? point : last + 1;
}

function writeAsItIs(check: Check): OrdinaryWriter {
  return (document, node, to) => {
    if (!check(document, node)) return false;
    document.write(node, to);
    return true;
  };
}

function listOf(isItem: Check): Check {
  return (document, node) => {
    if (!document.isArray(node)) return document.isNull(node);
    const end = document.endOf(node);
    for (let item = node + 2; item < end; item = document.next(item)) {
      if (!isItem(document, item)) return false;
    }
    return true;
  };
}

export const ORDINARY_WRITERS: Record<PgType, OrdinaryWriter> = {
  text: writeAsItIs(isText),
  'text[]': writeAsItIs(listOf(isText)),
  numeric: writeNumeric,
  'numeric[]': writeAsItIs(listOf(isNumeric)),
  boolean: writeAsItIs(isBoolean),
  'boolean[]': writeAsItIs(listOf(isBoolean)),
  jsonb: writeAsItIs(isJsonb),
  timestamp: writeTimestamp,
};
