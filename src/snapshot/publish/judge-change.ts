import { namesOf, own } from './members.js';
import { isSameValue } from '../same-value.js';

/** The values of a record by field name: JSON, in which numbers may be ExactNumbers. */
export type Values = Record<string, unknown>;

export type ChangeOp = 'create' | 'update' | 'delete';

/** What would become of a change, were it carried out now. */
export type PlanOutcome = 'apply' | 'conflict' | 'same' | 'gone';

/** A field's value as it was when it was edited, as staged, and at the remote; absent where none. */
export interface Triple {
  base?: unknown;
  mine?: unknown;
  theirs?: unknown;
}

export interface Judgement {
  outcome: PlanOutcome;
  fields: Record<string, Triple>;
}

/** What is staged for a record. */
export interface StagedChange {
  op: ChangeOp;
  /** The staged values; of no meaning under a delete. */
  fields: Values;
  /** The values that these were made on; under a delete those of the whole record. */
  base: Values;
}

/**
 * Holds a change against the record as the remote has it; null where the remote has none. A conflict:
 * the remote's value is neither the one that the change was made on nor the one it would set. Of a
 * deletion only the fields that differ are given.
 */
export function judgeChange(change: StagedChange, theirs: Values | null): Judgement {
  switch (change.op) {
    case 'create':
      return { outcome: 'apply', fields: triples({ mine: change.fields }) };
    case 'update':
      return judgeUpdate(change, theirs);
    case 'delete':
      return judgeDelete(change.base, theirs);
  }
}

function judgeUpdate({ fields: mine, base }: StagedChange, theirs: Values | null): Judgement {
  const names = Object.keys(mine);
  const fields = triples({ base, mine, theirs: theirs ?? {} }, names);
  if (theirs === null) return { outcome: 'gone', fields };
  const changed = names.filter((name) => !isSameValue(own(theirs, name), own(mine, name)));
  if (changed.length === 0) return { outcome: 'same', fields };
  const conflicts = changed.some((name) => !isSameValue(own(theirs, name), own(base, name)));
  return { outcome: conflicts ? 'conflict' : 'apply', fields };
}

function judgeDelete(base: Values, theirs: Values | null): Judgement {
  if (theirs === null) return { outcome: 'same', fields: {} };
  const differing = namesOf(base, theirs).filter(
    (name) => !isSameValue(own(theirs, name), own(base, name)),
  );
  return {
    outcome: differing.length > 0 ? 'conflict' : 'apply',
    fields: triples({ base, theirs }, differing),
  };
}

function triples(
  sides: { base?: Values; mine?: Values; theirs?: Values },
  names = namesOf(...Object.values(sides)),
): Record<string, Triple> {
  return Object.fromEntries(
    names.map((name) => [
      name,
      Object.fromEntries(
        Object.entries(sides)
          .map(([side, values]): [string, unknown] => [side, own(values, name)])
          .filter(([, value]) => value !== undefined),
      ),
    ]),
  );
}
