import { decimalOf, ExactNumber } from '../../mapping/exact-number.js';

/**
 * Whether two JSON values are the same: whatever the order of members, numbers by their value, also
 * where they are ExactNumbers. An absent value and null are the same, as members of objects too.
 */
export function sameJson(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  const [first, second] = [a ?? null, b ?? null];
  if (isNumber(first) && isNumber(second)) return sameNumber(first, second);
  if (Array.isArray(first) || Array.isArray(second)) {
    if (!Array.isArray(first) || !Array.isArray(second)) return false;
    return first.length === second.length && first.every((item, at) => sameJson(item, second[at]));
  }
  if (!isObject(first) || !isObject(second)) return first === second;
  return namesOf(first, second).every((name) => sameJson(own(first, name), own(second, name)));
}

/** The names of members of one object or the other. */
export function namesOf(...objects: object[]): string[] {
  return [...new Set(objects.flatMap((object) => Object.keys(object)))];
}

/** An object's own member; undefined where it has none of this name. */
export function own(object: object, name: string): unknown {
  return Object.hasOwn(object, name) ? (object as Record<string, unknown>)[name] : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !isNumber(value);
}

function isNumber(value: unknown): value is number | ExactNumber {
  return typeof value === 'number' || value instanceof ExactNumber;
}

function sameNumber(a: number | ExactNumber, b: number | ExactNumber): boolean {
  const [first, second] = [a, b].map((number) =>
    decimalOf(number instanceof ExactNumber ? number.source : String(number)),
  );
  return (
    first?.digits === second?.digits &&
    first?.exponent === second?.exponent &&
    first?.negative === second?.negative
  );
}
