import { labelOf, type Operation } from '../read/operation.types.js';
import { segmentsOf } from './path-template.js';
import { singularOf } from './records/singular.js';

/** The operations of one collection. */
export interface Collection {
  /** Segments of its path, a parameter as `{}`. */
  base: string[];
  list: Operation;
  get?: Operation;
  create?: Operation;
  update?: Operation;
  remove?: Operation;
}

const LIST_VERB = /^(list|search|all|index|query|find(all|by.*)?|get(all|by.*)?)$/i;
const CREATE_VERB = /^(create|add|new|insert)$/i;
/** What changes a record: the verb that means a part of it comes first. */
const UPDATES = ['patch', 'put', 'post'];

/**
 * The collections among operations: those that `isList` says to be lists, each with what is done to
 * one of its records. `onSpare` gets what belongs to none, or does what another does already.
 */
export function groupOperations(
  operations: readonly Operation[],
  isList: (operation: Operation) => boolean,
  onSpare: (operation: Operation, reason: string | undefined) => void,
): Collection[] {
  const collections = new Map<string, Collection>();
  const lists = operations.filter((operation) => operation.method === 'get' && isList(operation));
  // A plain path comes before one that ends in a verb.
  const sorted = [...lists].sort((a, b) => Number(hasVerb(a)) - Number(hasVerb(b)));
  for (const list of sorted) {
    const base = withoutVerb(segmentsOf(list.path), LIST_VERB);
    const known = collections.get(base.join('/'));
    if (known) onSpare(list, `lists what ${labelOf(known.list)} lists`);
    else collections.set(base.join('/'), { base, list });
  }
  const bySingular = new Map<string, Collection>();
  for (const collection of collections.values()) {
    const key = singularPath(collection.base);
    if (!bySingular.has(key)) bySingular.set(key, collection);
  }
  const find = (base: string[]): Collection | undefined =>
    collections.get(base.join('/')) ?? bySingular.get(singularPath(base));

  const listed = new Set(lists);
  for (const operation of operations) {
    if (listed.has(operation)) continue;
    const segments = segmentsOf(operation.path);
    const isItem = segments.at(-1) === '{}';
    const base = isItem ? segments.slice(0, -1) : withoutVerb(segments, CREATE_VERB);
    const collection = find(base);
    const place = collection && placeOf(operation, isItem);
    if (!collection || !place) onSpare(operation, undefined);
    else put(collection, place, operation, onSpare);
  }
  const order = new Map(operations.map((operation, at) => [operation, at]));
  return [...collections.values()].sort(
    (a, b) => (order.get(a.list) ?? 0) - (order.get(b.list) ?? 0),
  );
}

type Place = 'get' | 'create' | 'update' | 'remove';

function placeOf({ method }: Operation, isItem: boolean): Place | undefined {
  if (!isItem) return method === 'post' ? 'create' : undefined;
  if (method === 'get') return 'get';
  if (method === 'delete') return 'remove';
  return UPDATES.includes(method) ? 'update' : undefined;
}

function put(
  collection: Collection,
  place: Place,
  operation: Operation,
  onSpare: Parameters<typeof groupOperations>[2],
): void {
  const other = collection[place];
  const isBetter =
    place === 'update' &&
    other !== undefined &&
    UPDATES.indexOf(operation.method) < UPDATES.indexOf(other.method);
  if (!other || isBetter) collection[place] = operation;
  const spare = isBetter ? other : operation;
  if (other) onSpare(spare, `does what ${labelOf(isBetter ? operation : other)} does`);
}

function hasVerb({ path }: Operation): boolean {
  const segments = segmentsOf(path);
  return withoutVerb(segments, LIST_VERB).length < segments.length;
}

/** The segments without a verb at their end, where there is something before it. */
function withoutVerb(segments: string[], verb: RegExp): string[] {
  const before = segments.at(-2);
  const isVerb = verb.test(segments.at(-1) ?? '') && before !== undefined && before !== '{}';
  return isVerb ? segments.slice(0, -1) : segments;
}

/** Segments joined, the last one in singular, so that `/pets` and `/pet` are one. */
export function singularPath(segments: readonly string[]): string {
  return [...segments.slice(0, -1), singularOf(segments.at(-1) ?? '')].join('/');
}
