import { jsonPointer } from '../../common/json-pointer.js';
import type { Fault } from '../../common/problem.js';
import { EDIT_OPS, type EditOp } from './edits.types.js';

export const MAX_OPS = 1_000;
/** Of unknown properties a body may hold more than anybody wants to be told of. */
const MAX_FAULTS = 10_000;

type Need = 'needed' | 'optional' | 'refused';

const NEEDS: Record<EditOp['op'], { id: Need; fields: Need }> = {
  create: { id: 'refused', fields: 'needed' },
  update: { id: 'needed', fields: 'needed' },
  delete: { id: 'needed', fields: 'refused' },
  undelete: { id: 'needed', fields: 'refused' },
  discard: { id: 'optional', fields: 'refused' },
};

/** The faults of what should be ops, as far as they show without a look at the table. */
export function checkOps(ops: unknown): Fault[] {
  if (!Array.isArray(ops) || ops.length > MAX_OPS) return [];
  const faults: Fault[] = [];
  for (const [index, item] of ops.entries()) {
    for (const [place, detail] of explainOp(item)) {
      if (faults.length >= MAX_FAULTS) return faults;
      faults.push({ pointer: jsonPointer(['ops', index, ...place]), detail });
    }
  }
  return faults;
}

function explainOp(item: unknown): [string[], string][] {
  if (!isObject(item)) return [[[], 'must be an object { op, id, fields }']];
  const given = new Map(Object.entries(item));
  const op = EDIT_OPS.find((name) => name === given.get('op'));
  if (op === undefined) return [[['op'], `must be one of ${EDIT_OPS.join(', ')}`]];
  const needs = NEEDS[op];
  const faults: [string[], string | null][] = [
    [['id'], explain(op, needs.id, given.get('id'), isText, 'a text that is not empty')],
    [['fields'], explain(op, needs.fields, given.get('fields'), isObject, 'an object')],
  ];
  for (const name of given.keys()) {
    if (!['op', 'id', 'fields'].includes(name)) faults.push([[name], 'is not a property of an op']);
  }
  return faults.flatMap(([place, detail]): [string[], string][] =>
    detail === null ? [] : [[place, detail]],
  );
}

function explain(
  op: string,
  need: Need,
  value: unknown,
  isRight: (value: unknown) => boolean,
  expected: string,
): string | null {
  if (value === undefined) return need === 'needed' ? `must be ${expected}` : null;
  if (need === 'refused') return `is not taken with ${op}`;
  return isRight(value) ? null : `must be ${expected}`;
}

function isText(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
