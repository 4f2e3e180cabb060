import type { JsonDocument, JsonNode } from './json-document.js';
import { CLOSE_ARRAY, CLOSE_OBJECT, OPEN_ARRAY, OPEN_OBJECT } from './scan-json.js';

/** Names of an object that are compared each with each. */
const FEW = 24;

/** How many levels of objects and arrays there are inside each other in a part of a document. */
export function levelsOf(document: JsonDocument, node: JsonNode): number {
  const last = document.next(node);
  let levels = 0;
  let most = 0;
  for (let entry = node; entry < last; entry += 2) {
    const byte = document.firstByte(entry);
    if (byte === OPEN_OBJECT || byte === OPEN_ARRAY) most = Math.max(most, ++levels);
    if (byte === CLOSE_OBJECT || byte === CLOSE_ARRAY) levels--;
  }
  return most;
}

/** Whether an object in a part of a document has two members of the same name. */
export function hasTwins(document: JsonDocument, node: JsonNode): boolean {
  const last = document.next(node);
  for (let entry = node; entry < last; entry += 2) {
    if (document.isObject(entry) && membersHaveTwins(document, entry)) return true;
  }
  return false;
}

function membersHaveTwins(document: JsonDocument, object: JsonNode): boolean {
  const end = document.endOf(object);
  let before = 0;
  for (let name = object + 2; name < end; name = document.next(name + 2)) {
    if (++before > FEW || document.isEscaped(name)) {
      return countNames(document, object) > document.members(object).size;
    }
    for (let other = object + 2; other < name; other = document.next(other + 2)) {
      if (isSameName(document, other, name)) return true;
    }
  }
  return false;
}

function isSameName(document: JsonDocument, one: JsonNode, other: JsonNode): boolean {
  const { bytes } = document;
  const [start, end] = [document.start(one), document.end(one)];
  const away = document.start(other) - start;
  if (document.end(other) - away !== end) return false;
  for (let at = start; at < end; at++) if (bytes[at] !== bytes[at + away]) return false;
  return true;
}

function countNames(document: JsonDocument, object: JsonNode): number {
  const end = document.endOf(object);
  let count = 0;
  for (let name = object + 2; name < end; name = document.next(name + 2)) count++;
  return count;
}

/** Where a value is in its document; undefined where it is inside of an array. */
export function locationOf(document: JsonDocument, wanted: JsonNode): string[] | undefined {
  const location: string[] = [];
  let node = document.root;
  while (node !== wanted) {
    if (!document.isObject(node)) return undefined;
    let name = node + 2;
    while (document.next(name + 2) <= wanted) name = document.next(name + 2);
    location.push(document.string(name));
    node = name + 2;
  }
  return location;
}
