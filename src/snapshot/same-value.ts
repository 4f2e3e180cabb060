import { decimalOf, ExactNumber } from '../json/exact-number.js';

/**
 * Whether two values of a field are the same as JSON: whatever the order of members, numbers by their
 * value, also where they are ExactNumbers. What is absent and null are the same, as members of objects too.
 */
export function isSameValue(one: unknown, other: unknown): boolean {
  const [a, b] = [one ?? null, other ?? null];
  if (a === b) return true;
  const [text, otherText] = [numberText(a), numberText(b)];
  if (text !== null || otherText !== null) {
    return text !== null && otherText !== null && isSameNumber(text, otherText);
  }
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null) return false;
  if (Array.isArray(a) && Array.isArray(b) && a.length !== b.length) return false;
  // The keys of arrays are their indexes.
  const [members, others] = [new Map(Object.entries(a)), new Map(Object.entries(b))];
  const names = new Set([...members.keys(), ...others.keys()]);
  return (
    Array.isArray(a) === Array.isArray(b) &&
    [...names].every((name) => isSameValue(members.get(name), others.get(name)))
  );
}

function numberText(value: unknown): string | null {
  if (value instanceof ExactNumber) return value.source;
  return typeof value === 'number' ? String(value) : null;
}

function isSameNumber(one: string, other: string): boolean {
  const [a, b] = [decimalOf(one), decimalOf(other)];
  return a?.digits === b?.digits && a?.exponent === b?.exponent && a?.negative === b?.negative;
}
