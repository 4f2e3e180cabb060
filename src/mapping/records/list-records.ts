import type { Location } from '../../common/json-pointer.js';
import type { JsonDocument, JsonNode, JsonPart } from '../../json/json-document.js';
import { describe } from '../values/convert.js';
import { BadPageError, PathEvaluationError } from '../mapping.errors.js';
import { findNode, locateNode } from '../paths/node-path.js';
import { type CompiledPath, findAll, type Found, type QueryPath } from '../paths/paths.js';

/** The records of one page. */
export interface RecordList {
  document: JsonDocument;
  nodes: readonly JsonNode[];
  /** The record's key, where the records are the values of an object. */
  keys?: readonly string[];
  /** Where the record is in the page. */
  locate(index: number): Location;
}

/**
 * The records that a page holds at a path; undefined where it holds neither an array nor an object
 * there. Throws BadPageError where the page is too deep or too large for the path.
 */
export function listRecords(path: CompiledPath, page: JsonPart): RecordList | undefined {
  const { document } = page;
  if (path.kind === 'query') return queriedRecords(path, page);
  const holder = findNode(path, page);
  if (holder === undefined) return undefined;
  if (document.isArray(holder)) {
    const nodes = document.elements(holder);
    return { document, nodes, locate: (index) => [...locateNode(path, page), index] };
  }
  if (!document.isObject(holder)) return undefined;
  const members = document.members(holder);
  const keys = [...members.keys()];
  return {
    document,
    nodes: [...members.values()],
    keys,
    locate: (index) => [...locateNode(path, page), keys[index] ?? ''],
  };
}

/** The records of a page that needs no mapping. Throws BadPageError where it is not an array. */
export function listPlainRecords({ document, node }: JsonPart): RecordList {
  if (document.isArray(node)) {
    return { document, nodes: document.elements(node), locate: (index) => [index] };
  }
  const found = describe(document.value(node));
  throw new BadPageError('', `expected an array of { id, fields }, found ${found}`);
}

function queriedRecords(path: QueryPath, page: JsonPart): RecordList {
  const { document, node } = page;
  const found = findNodes(path, document.value(node));
  const nodes = found.map(({ location }) => {
    const record = document.at(node, location);
    if (record === undefined) throw new Error('A path found what is not in its page.');
    return record;
  });
  return { document, nodes, locate: (index) => found[index]?.location ?? [] };
}

function findNodes(path: QueryPath, page: unknown): Found[] {
  try {
    return findAll(path, page);
  } catch (error) {
    if (!(error instanceof PathEvaluationError)) throw error;
    throw new BadPageError('', error.message, { cause: error });
  }
}
