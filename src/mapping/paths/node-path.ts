import type { Location } from '../../common/json-pointer.js';
import type { JsonDocument, JsonNode, JsonPart } from '../../json/json-document.js';
import type { SingularPath, Step } from './read-path.js';

/** What a singular path finds in a part of a document; undefined where there is nothing. */
export function findNode(path: SingularPath, { document, node }: JsonPart): JsonNode | undefined {
  let found: JsonNode | undefined = node;
  for (const step of path.steps) {
    if (found === undefined) return undefined;
    found = take(document, found, step);
  }
  return found;
}

/** Where a singular path leads in a part of a document, as far as it leads. */
export function locateNode(path: SingularPath, { document, node }: JsonPart): Location {
  const location: (string | number)[] = [];
  let at = node;
  for (const step of path.steps) {
    const next = take(document, at, step);
    if (next === undefined) break;
    const { index = 0, name = '' } = step;
    if (!document.isArray(at)) location.push(name);
    else location.push(index < 0 ? document.elements(at).length + index : index);
    at = next;
  }
  return location;
}

function take(document: JsonDocument, node: JsonNode, step: Step): JsonNode | undefined {
  const { name, index } = step;
  if (document.isArray(node)) {
    return index === undefined ? undefined : document.elements(node).at(index);
  }
  return name === undefined || !document.isObject(node) ? undefined : document.member(node, name);
}
