import { isObject } from '../../../completeness/find-list.js';
import { TOTAL } from '../../../completeness/sign-names.js';
import {
  hasOwnId,
  isEnvelopeName,
  isListName,
  isSideName,
  shortPlainName,
} from './record-names.js';

/** Elements that are looked at for what they are. */
const LOOKED_AT = 10;

/**
 * How likely an array is the list of records of what holds it, as numbers that are compared one by
 * one: by what it holds and how it is named, whether a count beside it is its length, and whether its
 * elements have ids. Undefined where it is none.
 */
export function scoreList(
  list: readonly unknown[],
  name: string,
  holder: Record<string, unknown>,
  names: readonly string[],
): number[] | undefined {
  if (list.length === 0) {
    if (isSideName(name)) return undefined;
    return [isListName(name) ? 4.5 : 2, 0, 0];
  }
  const looked = list.slice(0, LOOKED_AT);
  const isTold = names.some((other) => holder[other] === list.length && isCountName(other));
  const hasIds = looked.some((value) => isObject(value) && hasOwnId(value));
  const rest = [isTold ? 1 : 0, hasIds ? 1 : 0];
  if (looked.some(isObject)) {
    if (isSideName(name)) return [1, ...rest];
    return [isListName(name) ? 7 : 6, ...rest];
  }
  if (looked.some(Array.isArray)) return [isListName(name) ? 5 : 3, ...rest];
  const isAlone = names.every((other) => other === name || isEnvelopeName(other));
  return isAlone || isListName(name) ? [3, ...rest] : undefined;
}

/** Whether the first of several rows is the names of the columns: different texts, no numbers or dates. */
export function hasHeader(list: readonly unknown[]): boolean {
  const [header] = list;
  if (list.length < 2 || !list.slice(0, LOOKED_AT).every(Array.isArray)) return false;
  const row = header as unknown[];
  const isName = (cell: unknown) => typeof cell === 'string' && /^\s*[^\d\s+-]/.test(cell);
  return row.length > 0 && row.every(isName) && new Set(row).size === row.length;
}

function isCountName(name: string): boolean {
  const plain = shortPlainName(name);
  return plain === 'count' || plain === 'size' || TOTAL.has(plain);
}
