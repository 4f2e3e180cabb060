import { createHash } from 'node:crypto';
import type { JsonDocument, JsonNode } from '../json/json-document.js';

/** Records of a list that are compared, evenly spaced: lists of up to so many are compared whole. */
const COMPARED = 32;

/** Of each document, by where its lists begin and end, and how long they are. */
const known = new WeakMap<JsonDocument, Map<string, string>>();

/** A text that is equal for equal lists of records; undefined for an empty one. */
export function fingerprintOf(
  document: JsonDocument,
  nodes: readonly JsonNode[],
): string | undefined {
  if (nodes.length === 0) return undefined;
  const list = `${nodes[0]} ${nodes.at(-1)} ${nodes.length}`;
  const before = known.get(document)?.get(list);
  if (before !== undefined) return before;
  const hash = createHash('sha256').update(String(nodes.length));
  const step = Math.max(1, (nodes.length - 1) / (COMPARED - 1));
  for (let at = 0; at < nodes.length; at += step) {
    const node = nodes[Math.round(at)] as JsonNode;
    hash.update('\n').update(document.bytes.subarray(document.start(node), document.end(node)));
  }
  const fingerprint = hash.digest('base64');
  const lists = known.get(document) ?? new Map<string, string>();
  known.set(document, lists.set(list, fingerprint));
  return fingerprint;
}
