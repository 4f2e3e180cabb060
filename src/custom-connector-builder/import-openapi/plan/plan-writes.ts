import { plainName } from '../../../completeness/sign-names.js';
import type { Operation } from '../read/operation.types.js';
import { UnusableError } from '../read/references.js';
import { allowedValues, type Schemas, type Shape } from '../read/schema-shape.js';
import { dottedPath } from './records/dotted-path.js';
import { isObject } from './records/find-records.js';
import { formOf, jsonOf, type Media } from './answers/media-types.js';
import { planFields, type PlannedField } from './records/plan-fields.js';
import type { BodyPlan, CreatePlan, Place } from './plan.types.js';
import { singularOf } from './records/singular.js';

const WRAPPERS = new Set(['data', 'record', 'item', 'resource', 'object', 'payload']);
const MOST_WRAPPERS = 3;

export interface WrittenTable {
  /** The last word of the list's path. */
  word: string;
  fields: readonly PlannedField[];
  id: string | undefined;
  record: unknown;
  /** Whether small objects are columns of their own. */
  flat: boolean;
}

/**
 * How the body of a write is made of a record's fields: only what the schema lets be written.
 * Throws an UnusableError where it is neither JSON nor a form.
 */
export function planBody(schemas: Schemas, operation: Operation, table: WrittenTable): BodyPlan {
  const media = mediaOf(schemas, operation);
  const { wrapper, schema } = unwrap(schemas, media.schema, table);
  const plan = { kind: kindOf(media), type: media.type, wrapper };
  const constants = constantsOf(schemas, media.schema, wrapper);
  const shape = schemas.shapeOf(schema);
  if (shape.properties.size === 0) return { ...plan, places: undefined, constants };
  const fixed = new Set(constants.map(({ path }) => dottedPath(path)));
  const known = new KnownFields(table.fields);
  const places = planFields(schemas, readable(schemas, shape), table.flat)
    .filter(({ path }) => !fixed.has(dottedPath([...wrapper, ...path])))
    .map((field) => placeOf(schemas, field, known));
  const own = places.find(({ path }) => path.length === 1 && path[0] === table.id);
  const isRequired = own !== undefined && shape.required.has(own.path[0] ?? '');
  const idTypes = schemas.shapeOf(shape.properties.get(table.id ?? '')).types;
  const id = isRequired && {
    id: { name: own.name, isNumber: idTypes.has('integer') || idTypes.has('number') },
  };
  if (places.length === 0) throw new UnusableError('takes nothing that could be written');
  return { ...plan, ...(id || {}), places, constants };
}

/** JSON before a form, and what is described before what is not. */
function mediaOf(schemas: Schemas, operation: Operation): Media {
  const { body } = operation;
  const told = [...(body?.contents ?? [])].filter(([, schema]) => {
    return schemas.shapeOf(schema).properties.size > 0;
  });
  const media = jsonOf(new Map(told)) ?? jsonOf(body?.contents) ?? formOf(body?.contents);
  if (media) return media;
  const types = [...(body?.contents.keys() ?? [])].slice(0, 3).join(', ');
  throw new UnusableError(
    types === '' ? 'takes no body' : `takes ${types}, and neither JSON nor a plain form`,
  );
}

function kindOf({ type }: Media): BodyPlan['kind'] {
  return type.includes('form') ? 'form' : 'json';
}

/** A schema without what is read only, as an object of its own. */
function readable(schemas: Schemas, shape: Shape): object {
  const properties = [...shape.properties].flatMap(([name, schema]): [string, unknown][] => {
    const { keywords, types } = schemas.shapeOf(schema);
    if (keywords['readOnly'] === true) return [];
    // Written only, it is a field of no record, but one that can be set.
    return [[name, keywords['writeOnly'] === true ? { type: [...types] } : schema]];
  });
  const kept = Object.create(null) as Record<string, unknown>;
  for (const [name, schema] of properties) kept[name] = schema;
  return { type: 'object', properties: kept };
}

/** The fields of a table: by their path, else by their name however it is written. */
class KnownFields {
  private readonly byPath = new Map<string, string>();
  private readonly byName = new Map<string, string>();

  constructor(fields: readonly PlannedField[]) {
    for (const { name, path } of fields) {
      this.byPath.set(dottedPath(path), name);
      const plain = plainName(name);
      if (plain !== '' && !this.byName.has(plain)) this.byName.set(plain, name);
    }
  }

  nameOf({ name, path }: PlannedField): string {
    return this.byPath.get(dottedPath(path)) ?? this.byName.get(plainName(name)) ?? name;
  }
}

function placeOf(schemas: Schemas, field: PlannedField, known: KnownFields): Place {
  const { keywords } = schemas.shapeOf(field.schema);
  const date = field.type === 'timestamp' && keywords['format'] === 'date';
  return { name: known.nameOf(field), path: field.path, date };
}

/** Bodies such as `{ pet: {...} }` and `{ data: { type, attributes: {...} } }`. */
function unwrap(
  schemas: Schemas,
  schema: unknown,
  table: WrittenTable,
): { wrapper: string[]; schema: unknown } {
  const wrapper: string[] = [];
  const record = schemas.shapeOf(table.record);
  let current = schema;
  while (wrapper.length < MOST_WRAPPERS) {
    const { properties } = schemas.shapeOf(current);
    const inner = [...properties].filter(([name, member]) => {
      const shape = schemas.shapeOf(member);
      if (!isObject(shape) || record.properties.has(name) || name in Object.prototype) return false;
      const isNamed = WRAPPERS.has(plainName(name)) || singularOf(name) === singularOf(table.word);
      return isNamed || likeness(shape, record) > 0.5;
    });
    const [only] = inner;
    if (!only || inner.length > 1 || properties.size > 2) break;
    wrapper.push(only[0]);
    current = only[1];
  }
  return { wrapper, schema: current };
}

/** Required members that can have one value alone, on the way to the record and in it. */
function constantsOf(schemas: Schemas, schema: unknown, wrapper: string[]): BodyPlan['constants'] {
  const constants: BodyPlan['constants'] = [];
  let current = schema;
  for (let depth = 0; depth <= wrapper.length; depth += 1) {
    const { properties, required } = schemas.shapeOf(current);
    for (const name of required) {
      const [value, ...others] = allowedValues(schemas.shapeOf(properties.get(name)));
      if (value === undefined || others.length > 0 || name === '__proto__') continue;
      constants.push({ path: [...wrapper.slice(0, depth), name], value });
    }
    current = properties.get(wrapper[depth] ?? '');
  }
  return constants;
}

/** Where the id of a new record is told: in the answer, else by its address, else by the record. */
export function planCreatedId(
  schemas: Schemas,
  operation: Operation,
  table: WrittenTable,
  body: BodyPlan,
): CreatePlan['id'] {
  const media = jsonOf(operation.answer?.contents);
  const envelope = media && findEnvelope(schemas, media.schema, table);
  if (envelope && table.id !== undefined) return { from: 'answer', path: [...envelope, table.id] };
  const given = body.places?.find(({ path }) => path.length === 1 && path[0] === table.id);
  const isRequired = schemas.shapeOf(jsonOf(operation.body?.contents)?.schema).required;
  if (given && table.id !== undefined && isRequired.has(table.id)) {
    return { from: 'record', name: given.name };
  }
  return { from: 'location' };
}

/**
 * The names that lead to one record in an answer: none where it is the record itself. Undefined
 * where no record with the table's id is found.
 */
export function findEnvelope(
  schemas: Schemas,
  schema: unknown,
  table: WrittenTable,
): string[] | undefined {
  const { id } = table;
  const shape = schemas.shapeOf(schema);
  if (!isObject(shape)) return undefined;
  const isRecord = id === undefined || shape.properties.has(id);
  const record = schemas.shapeOf(table.record);
  const members = [...shape.properties].filter(([, member]) => {
    const inner = schemas.shapeOf(member);
    if (!isObject(inner)) return false;
    return id === undefined ? likeness(inner, record) > 0.5 : inner.properties.has(id);
  });
  const best = members.find(([name]) => {
    return WRAPPERS.has(plainName(name)) || singularOf(name) === singularOf(table.word);
  });
  if (isRecord && (!best || likeness(shape, record) > 0.5)) return [];
  const [inner] = best ?? (members.length === 1 ? (members[0] ?? []) : []);
  return inner === undefined ? undefined : [inner];
}

/** How much of one shape's properties the other has, from 0 to 1. */
function likeness(shape: Shape, other: Shape): number {
  const names = [...shape.properties.keys()];
  const shared = names.filter((name) => other.properties.has(name));
  return names.length === 0 ? 0 : shared.length / names.length;
}
