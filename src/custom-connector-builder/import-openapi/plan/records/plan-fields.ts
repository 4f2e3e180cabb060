import { isStorable } from '../../../../common/check-text.js';
import { plainName } from '../../../../completeness/sign-names.js';
import type { PgType } from '../../../../mapping/mapping.types.js';
import type { JsonType, Schemas, Shape } from '../../read/schema-shape.js';
import { isObject } from './find-records.js';

/** A column of a table, and where its values are in a record. */
export interface PlannedField {
  name: string;
  path: string[];
  type: PgType;
  schema: unknown;
}

/** A mapping takes no more. */
const MAX_FIELDS = 1_000;
const MAX_NAME = 255;
/** A larger object is one value, not a group of columns. */
const MAX_GROUP = 12;
/** Members that hold what a record is about, as in JSON:API, Airtable and GeoJSON. */
const ENVELOPES = new Set(['attributes', 'fields', 'properties']);

/**
 * The columns of records of a schema, in its order. Where they are to be `flat`, small objects of
 * single values become columns such as `address.city`, and what stands in `attributes` and the like
 * is named as if it stood outside.
 */
export function planFields(schemas: Schemas, record: unknown, flat: boolean): PlannedField[] {
  const { properties } = schemas.shapeOf(record);
  const fields = new Map<string, PlannedField>();
  const add = (name: string, path: string[], schema: unknown): void => {
    if (fields.size >= MAX_FIELDS || !isFieldName(name) || fields.has(name)) return;
    fields.set(name, { name, path, type: typeOf(schemas, schema), schema });
  };
  for (const [name, schema] of properties) {
    if (schemas.shapeOf(schema).keywords['writeOnly'] === true) continue;
    const members = flat ? groupOf(schemas, name, schema) : undefined;
    if (!members) add(name, [name], schema);
    const isEnvelope = ENVELOPES.has(plainName(name));
    for (const [member, inner] of members ?? []) {
      const isFree = isEnvelope && !properties.has(member) && !fields.has(member);
      add(isFree ? member : `${name}.${member}`, [name, member], inner);
    }
  }
  return [...fields.values()];
}

/** The members of an object that become columns of their own; undefined where it is one value. */
function groupOf(
  schemas: Schemas,
  name: string,
  schema: unknown,
): ReadonlyMap<string, unknown> | undefined {
  const shape = schemas.shapeOf(schema);
  // Reading it, code would find what every object has.
  if (!isObject(shape) || shape.types.size > 1 || name in Object.prototype) return undefined;
  const { properties, additional } = shape;
  if (properties.size === 0) return undefined;
  if (ENVELOPES.has(plainName(name))) return properties;
  if (properties.size > MAX_GROUP || additional) return undefined;
  const single = [...properties.values()].every((member) => isSingle(schemas.shapeOf(member)));
  return single ? properties : undefined;
}

function isSingle({ types }: Shape): boolean {
  return types.size > 0 && !types.has('object') && !types.has('array');
}

/** Names that a mapping takes and that a database can hold. */
function isFieldName(name: string): boolean {
  const fits = name.length <= MAX_NAME && name.trim() !== '' && name !== '__proto__';
  return fits && isStorable(name);
}

/** The type of a column for values of a schema; `jsonb` where they are of no single kind. */
export function typeOf(schemas: Schemas, schema: unknown): PgType {
  const shape = schemas.shapeOf(schema);
  if (shape.types.size === 1 && shape.types.has('array')) {
    const element = scalarOf(schemas.shapeOf(shape.items));
    if (element === 'timestamp') return 'text[]';
    return element === undefined ? 'jsonb' : `${element}[]`;
  }
  return scalarOf(shape) ?? 'jsonb';
}

function scalarOf({
  types,
  keywords,
}: Shape): 'text' | 'numeric' | 'boolean' | 'timestamp' | undefined {
  const kinds = new Set([...types].map(kindOf));
  const [kind] = kinds;
  if (kind === undefined || kinds.has('jsonb')) return undefined;
  if (kinds.size > 1) return 'text';
  const format = keywords['format'];
  if (kind === 'text' && (format === 'date-time' || format === 'date')) return 'timestamp';
  if (kind === 'numeric' && /^(unix|epoch)/.test(String(format))) return 'timestamp';
  return kind === 'jsonb' ? undefined : kind;
}

function kindOf(type: JsonType): 'text' | 'numeric' | 'boolean' | 'jsonb' {
  if (type === 'string') return 'text';
  if (type === 'integer' || type === 'number') return 'numeric';
  return type === 'boolean' ? 'boolean' : 'jsonb';
}
