import { checkText } from '../../common/check-text.js';
import type { Fault } from '../../common/problem.js';
import { CONVERTERS, describe, explainMisfit, MISFIT } from '../../mapping/values/convert.js';
import { ExactNumber } from '../../json/exact-number.js';
import { MalformedJsonError } from '../../json/json.errors.js';
import type { PgType } from '../../mapping/mapping.types.js';
import { parseJson } from '../../json/parse-json.js';
import type { CopiedColumn } from '../snapshot.types.js';

export const FILTER_OPS = ['eq', 'ne', 'lt', 'gt', 'contains', 'is_null'] as const;
export const MAX_CONDITIONS = 20;

export type FilterOp = (typeof FILTER_OPS)[number];

/** One condition on a field; the value is as the type has it. */
export interface Condition {
  field: string;
  op: FilterOp;
  /** Of the column; where it is unknown, of the value, if that is of a simple type. */
  type: PgType;
  isKnown: boolean;
  value: unknown;
}

const PROPERTIES = ['field', 'op', 'value'];
const ORDERED: readonly PgType[] = ['text', 'numeric', 'timestamp', 'jsonb'];

/**
 * Reads `?filter=`, a condition or a list of them as JSON, and holds it against the columns, where they
 * are known. Gives the conditions, or all faults.
 */
export function readFilter(
  text: string,
  columns: readonly CopiedColumn[] | null,
): { conditions: Condition[]; faults: Fault[] } {
  const faults: Fault[] = [];
  const conditions: Condition[] = [];
  let parsed: unknown;
  try {
    parsed = parseJson(text);
  } catch (error) {
    if (!(error instanceof MalformedJsonError)) throw error;
    return { conditions, faults: [fault(`is ${error.message}`)] };
  }
  const unstorable = checkText(parsed);
  if (unstorable.length > 0) {
    const named = unstorable.map(({ pointer, detail }) => fault(`${pointer ?? ''} ${detail}`));
    return { conditions, faults: named };
  }
  const given: unknown[] = Array.isArray(parsed) ? parsed : [parsed];
  if (given.length > MAX_CONDITIONS) {
    return { conditions, faults: [fault(`holds more than ${MAX_CONDITIONS} conditions`)] };
  }
  const types = new Map(columns?.map(({ name, type }) => [name, type]));
  for (const [index, item] of given.entries()) {
    const found = readCondition(item, types);
    if (!Array.isArray(found)) conditions.push(found);
    else faults.push(...found.map((detail) => fault(`condition ${index + 1}: ${detail}`)));
  }
  return { conditions, faults };
}

function fault(detail: string): Fault {
  return { parameter: 'filter', detail };
}

/** The condition, or what is wrong with it. */
function readCondition(item: unknown, types: Map<string, PgType>): Condition | string[] {
  const isObject = typeof item === 'object' && item !== null && !Array.isArray(item);
  if (!isObject || item instanceof ExactNumber) return ['must be an object { field, op, value }'];
  const own = new Map<string, unknown>(Object.entries(item));
  const [field, op, value] = PROPERTIES.map((name) => own.get(name));
  const wrong = [...own.keys()]
    .filter((name) => !PROPERTIES.includes(name))
    .map((name) => `has a property ${JSON.stringify(name)} that is not known`);
  if (typeof field !== 'string') wrong.push('field must be a text');
  if (!isOp(op)) wrong.push(`op must be one of ${FILTER_OPS.join(', ')}`);
  if (typeof field !== 'string' || !isOp(op)) return wrong;
  const known = types.get(field);
  const type = known ?? typeOfValue(value);
  const condition = { field, op, type, isKnown: known !== undefined };
  const read = readValue(condition, value);
  if ('wrong' in read) wrong.push(read.wrong);
  return wrong.length > 0 || 'wrong' in read ? wrong : { ...condition, value: read.value };
}

function isOp(op: unknown): op is FilterOp {
  return (FILTER_OPS as readonly unknown[]).includes(op);
}

function typeOfValue(value: unknown): PgType {
  if (typeof value === 'string') return 'text';
  if (typeof value === 'number' || value instanceof ExactNumber) return 'numeric';
  return typeof value === 'boolean' ? 'boolean' : 'jsonb';
}

function readValue(
  { op, type, isKnown }: Omit<Condition, 'value'>,
  value: unknown,
): { value: unknown } | { wrong: string } {
  if (op === 'is_null') {
    if (value === undefined) return { value: true };
    return typeof value === 'boolean' ? { value } : { wrong: 'value must be true or false' };
  }
  if (value === undefined) return { wrong: 'value is missing' };
  if (value === null) return { wrong: 'value is null: use is_null' };
  if (op === 'contains') return readPart(type, isKnown, value);
  if (op === 'lt' || op === 'gt') {
    if (!ORDERED.includes(type)) return { wrong: `${op} does not go with ${type}` };
    const isPlain = type !== 'jsonb' || typeOfValue(value) !== 'jsonb';
    if (!isPlain) return { wrong: `${op} takes a number or a text` };
  }
  return convert(type, value);
}

/** What a text, a list or a jsonb is to contain. */
function readPart(type: PgType, isKnown: boolean, value: unknown) {
  if (!isKnown || type === 'jsonb') return { value };
  if (type === 'text') {
    if (typeof value === 'string') return { value };
    return { wrong: `contains takes a text here, found ${describe(value)}` };
  }
  if (!type.endsWith('[]')) return { wrong: `contains does not go with ${type}` };
  return convert(type.replace('[]', '') as PgType, value);
}

function convert(type: PgType, value: unknown): { value: unknown } | { wrong: string } {
  const converted = CONVERTERS[type](value);
  if (converted !== MISFIT) return { value: converted };
  return { wrong: `value: ${explainMisfit(type, value).reason}` };
}
