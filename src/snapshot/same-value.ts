import { decimalOf, ExactNumber } from '../mapping/exact-number.js';

/** Whether two values of a field are the same as JSON; one that is absent is a null. */
export function isSameValue(one: unknown, other: unknown): boolean {
  return isSame(one ?? null, other ?? null);
}

function isSame(one: unknown, other: unknown): boolean {
  if (one === other) return true;
  const [text, otherText] = [numberText(one), numberText(other)];
  if (text !== null || otherText !== null) {
    return text !== null && otherText !== null && isSameNumber(text, otherText);
  }
  if (typeof one !== 'object' || typeof other !== 'object') return false;
  if (one === null || other === null || Array.isArray(one) !== Array.isArray(other)) return false;
  // The keys of arrays are their indexes.
  const [members, others] = [Object.entries(one), new Map(Object.entries(other))];
  return (
    members.length === others.size &&
    members.every(([name, member]) => others.has(name) && isSame(member, others.get(name)))
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
