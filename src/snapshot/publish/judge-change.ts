import { isSameValue } from '../same-value.js';

type Values = Record<string, unknown>;

/** A change as it is staged. Under a delete `base` holds the values of the whole record. */
export interface JudgedChange {
  op: 'create' | 'update' | 'delete';
  fields: Values;
  base: Values;
}

/** One field of a change: what it was made on, what is staged, what the remote has; without what is absent. */
export interface FieldTriple {
  base?: unknown;
  mine?: unknown;
  theirs?: unknown;
}

export interface Judgement {
  outcome: 'apply' | 'conflict' | 'same' | 'gone';
  fields: Record<string, FieldTriple>;
}

/** Says what would come of a change where the remote has these values; null where it has no such record. */
export function judgeChange({ op, fields, base }: JudgedChange, theirs: Values | null): Judgement {
  if (op === 'create') {
    const made = Object.keys(fields).map((name) => [name, triple(name, {}, fields, {})]);
    return { outcome: 'apply', fields: Object.fromEntries(made) as Judgement['fields'] };
  }
  if (op === 'delete') {
    if (theirs === null) return { outcome: 'same', fields: {} };
    const names = new Set([...Object.keys(base), ...Object.keys(theirs)]);
    const changed = [...names].filter((name) => !isSameValue(own(base, name), own(theirs, name)));
    const told = changed.map((name) => [name, triple(name, base, {}, theirs)]);
    return {
      outcome: changed.length > 0 ? 'conflict' : 'apply',
      fields: Object.fromEntries(told) as Judgement['fields'],
    };
  }
  const names = Object.keys(fields);
  const told = names.map((name) => [name, triple(name, base, fields, theirs ?? {})]);
  return {
    outcome: theirs === null ? 'gone' : judgeUpdate(names, { fields, base }, theirs),
    fields: Object.fromEntries(told) as Judgement['fields'],
  };
}

function judgeUpdate(
  names: string[],
  { fields, base }: Pick<JudgedChange, 'fields' | 'base'>,
  theirs: Values,
): Judgement['outcome'] {
  const others = names.filter((name) => !isSameValue(own(theirs, name), own(fields, name)));
  if (others.length === 0) return 'same';
  const isMoved = others.some((name) => !isSameValue(own(theirs, name), own(base, name)));
  return isMoved ? 'conflict' : 'apply';
}

function own(values: Values, name: string): unknown {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function triple(name: string, base: Values, mine: Values, theirs: Values): FieldTriple {
  return {
    ...(Object.hasOwn(base, name) ? { base: base[name] } : {}),
    ...(Object.hasOwn(mine, name) ? { mine: mine[name] } : {}),
    ...(Object.hasOwn(theirs, name) ? { theirs: theirs[name] } : {}),
  };
}
