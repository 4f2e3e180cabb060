import { isObject } from '../../../completeness/find-list.js';

/** Members that are looked at, from the start to the end of an object. */
const LOOKED_AT = 20;
const MOST_NAMES = 200;

/** Numbers, UUIDs, the push ids of Firebase, `usr_81`, and long names with digits. */
const ID =
  /^(?:\d+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}|-[\w-]{19}|[a-z]{2,5}_\w*\d\w*|(?=\D*\d)[\w-]{16,})$/i;
/** Codes of currencies and countries, and dates. */
const CODE = /^(?:[A-Z]{2,3}|\d{4}-\d\d(?:-\d\d)?)$/;

/** A longer name is none that anybody gave. */
const LONGEST = 100;

/**
 * Whether the members of an object are records under their ids, and no properties of one thing: they
 * have names as of ids, or are at least three objects much alike; or numbers by codes or dates.
 */
export function isKeyed(holder: Record<string, unknown>, names: readonly string[]): boolean {
  const looked = lookedAt(names);
  const values = looked.map((name) => holder[name]);
  if (values.length > 0 && values.every(isObject)) {
    if (looked.every((name) => isLike(ID, name))) return true;
    return values.length >= 3 && areAlike(values) && !values.some(holdsObjects);
  }
  const areNumbers = values.every((value) => typeof value === 'number');
  return names.length >= 3 && areNumbers && looked.every((name) => isLike(CODE, name));
}

/** Whether all members of an object are lists of records, under dates or ids. */
export function isKeyedLists(holder: Record<string, unknown>, names: readonly string[]): boolean {
  const looked = lookedAt(names);
  return (
    looked.length > 0 &&
    looked.every((name) => isLike(ID, name) || isLike(CODE, name)) &&
    names.every((name) => Array.isArray(holder[name])) &&
    looked.some((name) => (holder[name] as unknown[]).some(isObject))
  );
}

function lookedAt(names: readonly string[]): string[] {
  const step = Math.max(1, Math.floor(names.length / LOOKED_AT));
  return names.filter((_, index) => index % step === 0);
}

function isLike(pattern: RegExp, name: string): boolean {
  return name.length <= LONGEST && pattern.test(name);
}

/** Whether objects have half of their members in common. */
function areAlike(values: Record<string, unknown>[]): boolean {
  const seen = new Map<string, number>();
  let members = 0;
  for (const value of values) {
    let looked = 0;
    for (const name in value) {
      if (++looked > MOST_NAMES) break;
      seen.set(name, (seen.get(name) ?? 0) + 1);
      members++;
    }
  }
  return members > 0 && members >= (seen.size * values.length) / 2;
}

function holdsObjects(value: Record<string, unknown>): boolean {
  let looked = 0;
  for (const name in value) {
    if (++looked > MOST_NAMES) return false;
    const member = value[name];
    if (Array.isArray(member) && isObject(member[0])) return true;
  }
  return false;
}
