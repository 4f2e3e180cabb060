export type Members = Record<string, unknown>;

/** The value as an object of JSON; undefined where it is anything else. */
export function asMembers(value: unknown): Members | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Members)
    : undefined;
}

/** An own member of an object of JSON; undefined where there is none. */
export function memberOf(value: unknown, name: string): unknown {
  const members = asMembers(value);
  return members && Object.hasOwn(members, name) ? members[name] : undefined;
}

/** An own member that is text; undefined where it is anything else. */
export function textOf(value: unknown, name: string): string | undefined {
  const text = memberOf(value, name);
  return typeof text === 'string' ? text : undefined;
}

/** The elements of an array; none where the value is anything else. */
export function elementsOf(value: unknown): unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

/** The own members of an object, in order; none where the value is anything else. */
export function entriesOf(value: unknown): [name: string, value: unknown][] {
  const members = asMembers(value);
  return members ? Object.entries(members) : [];
}
