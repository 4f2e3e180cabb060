import type { Location } from '../common/json-pointer.js';

/** Envelopes nest this deep at most, and have this many members. */
const MOST_DEPTH = 6;
const MOST_MEMBERS = 64;
const MOST_OBJECTS = 256;
/** Elements that are looked at for an object. */
const LOOKED_AT = 5;

/** A list of records inside a response, and where it is. */
export interface FoundList {
  values: readonly unknown[];
  location: Location;
}

/** Whether a value is an object of JSON, and no array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

/**
 * The array of objects in a response that is most likely its list of records: the longest one outside
 * of other arrays, else an empty array; undefined where there is neither.
 */
export function findList(root: unknown): FoundList | undefined {
  let best: FoundList | undefined;
  for (const { value, location } of membersOf(root)) {
    if (!Array.isArray(value)) continue;
    const values = value as unknown[];
    if (values.length > 0 && !values.slice(0, LOOKED_AT).some(isObject)) continue;
    if (!best || values.length > best.values.length) best = { values, location };
  }
  return best;
}

/** The root and what its objects hold, by levels; the elements of arrays are not looked at. */
function* membersOf(root: unknown): Generator<{ value: unknown; location: Location }> {
  yield { value: root, location: [] };
  let level: { value: unknown; location: Location }[] = [{ value: root, location: [] }];
  let seen = 0;
  for (let depth = 0; depth < MOST_DEPTH && level.length > 0; depth++) {
    const below: typeof level = [];
    for (const { value, location } of level) {
      if (!isObject(value) || ++seen > MOST_OBJECTS) continue;
      let members = 0;
      for (const key in value) {
        if (++members > MOST_MEMBERS) break;
        const member = { value: value[key], location: [...location, key] };
        yield member;
        below.push(member);
      }
    }
    level = below;
  }
}
