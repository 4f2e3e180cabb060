import { describe } from './convert.js';
import { ExactNumber } from './exact-number.js';
import type { Location } from '../common/json-pointer.js';
import { BadPageError, PathEvaluationError } from './mapping.errors.js';
import { type CompiledPath, findAll, type Found } from './paths.js';
import { locate, readPath } from './read-path.js';

/** The records of one page. */
export interface RecordList {
  values: readonly unknown[];
  /** The record's key, where the records are the values of an object. */
  keys?: readonly string[];
  /** Where the record is in the page. */
  locate(index: number): Location;
}

/**
 * The records that a page holds at a path; undefined where it holds neither an array nor an object
 * there. Throws BadPageError where the page is too deep or too large for the path.
 */
export function listRecords(path: CompiledPath, page: unknown): RecordList | undefined {
  if (path.kind === 'query') {
    const found = findNodes(path, page);
    return {
      values: found.map(({ value }) => value),
      locate: (index) => found[index]?.location ?? [],
    };
  }
  const holder = readPath(path, page);
  if (Array.isArray(holder)) {
    return { values: holder, locate: (index) => [...locate(path, page), index] };
  }
  if (typeof holder !== 'object' || holder === null || holder instanceof ExactNumber) {
    return undefined;
  }
  const keys = Object.keys(holder);
  return {
    values: Object.values(holder),
    keys,
    locate: (index) => [...locate(path, page), keys[index] ?? ''],
  };
}

/** The records of a page that needs no mapping. Throws BadPageError where it is not an array. */
export function listPlainRecords(page: unknown): RecordList {
  if (Array.isArray(page)) return { values: page, locate: (index) => [index] };
  throw new BadPageError('', `expected an array of { id, fields }, found ${describe(page)}`);
}

function findNodes(path: CompiledPath, page: unknown): Found[] {
  try {
    return findAll(path, page);
  } catch (error) {
    if (!(error instanceof PathEvaluationError)) throw error;
    throw new BadPageError('', error.message, { cause: error });
  }
}
