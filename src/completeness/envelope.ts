import type { JsonDocument, JsonNode } from '../json/json-document.js';

/** Elements of an array that stand for all, for they tell what it is a list of. */
const SHOWN_ELEMENTS = 5;
/** More than whoever surveys an object looks at. */
const SHOWN_MEMBERS = 130;
/** The same of levels. */
const SHOWN_LEVELS = 16;

/**
 * A value of a document without most of its records: arrays have their length but only their first
 * elements, and large objects only their first members. It costs no more for a long list than for a
 * short one.
 */
export function envelopeOf(document: JsonDocument, node: JsonNode, levels = SHOWN_LEVELS): unknown {
  if (document.isArray(node)) {
    const elements = document.elements(node);
    const first = elements.slice(0, levels > 0 ? SHOWN_ELEMENTS : 0);
    const shown = first.map((element) => envelopeOf(document, element, levels - 1));
    shown.length = elements.length;
    return shown;
  }
  if (!document.isObject(node)) return document.value(node);
  const members = document.members(node, levels > 0 ? SHOWN_MEMBERS : 0);
  return Object.fromEntries(
    Array.from(members, ([name, value]) => [name, envelopeOf(document, value, levels - 1)]),
  );
}
