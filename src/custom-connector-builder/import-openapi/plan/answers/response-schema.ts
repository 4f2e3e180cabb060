import { isStorable } from '../../../../common/check-text.js';
import {
  asMembers,
  elementsOf,
  entriesOf,
  type Members,
  memberOf,
  textOf,
} from '../../read/members.js';
import { type References, UnusableError } from '../../read/references.js';

/** A larger schema is left out: it would be most of the connector. */
const MAX_NODES = 5_000;
const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
/** What a server keeps to by itself, whatever a description adds; patterns differ between engines. */
const COUNTS = ['minLength', 'maxLength', 'minItems', 'maxItems', 'minProperties', 'maxProperties'];

/**
 * The JSON Schema (draft 2020-12) of an answer, from a schema of OpenAPI 3 or Swagger 2.0, with all
 * that it refers to in `$defs`. It is no stricter than the document: further members are allowed,
 * as is what the document says of requests alone. Undefined where it is too large or says nothing.
 */
export function responseSchema(references: References, schema: unknown): object | undefined {
  const converter = new Converter(references);
  const converted = converter.convert(schema);
  if (converter.isTooLarge || Object.keys(converted).length === 0) return undefined;
  const definitions = converter.definitions();
  return definitions ? { ...converted, $defs: definitions } : converted;
}

class Converter {
  private nodes = 0;
  private readonly names = new Map<object, string>();
  private readonly converted = new Map<string, Members>();

  constructor(private readonly references: References) {}

  get isTooLarge(): boolean {
    return this.nodes > MAX_NODES;
  }

  definitions(): Members | undefined {
    return this.converted.size === 0 ? undefined : Object.fromEntries(this.converted);
  }

  convert(given: unknown): Members {
    this.nodes += 1;
    const schema = asMembers(given);
    if (!schema || this.isTooLarge) return {};
    if (textOf(schema, '$ref') === undefined) return this.ofKeywords(schema);
    const definition = this.refer(schema);
    // Only 3.1 heeds what stands beside a reference.
    const beside = this.isLatest ? this.ofKeywords(schema) : {};
    return Object.keys(beside).length === 0 ? definition : { allOf: [definition, beside] };
  }

  private get isLatest(): boolean {
    return /^3\.[1-9]/.test(String(this.references.root['openapi']));
  }

  private refer(schema: Members): Members {
    let target: Members;
    try {
      target = this.references.resolve({ $ref: schema['$ref'] });
    } catch (error) {
      if (error instanceof UnusableError) return {};
      throw error;
    }
    const known = this.names.get(target);
    if (known !== undefined) return { $ref: `#/$defs/${known}` };
    const name = this.freeName(String(schema['$ref']).split('/').at(-1) ?? '');
    this.names.set(target, name);
    this.converted.set(name, {});
    this.converted.set(name, this.convert(target));
    return { $ref: `#/$defs/${name}` };
  }

  private freeName(wanted: string): string {
    const name = wanted.replace(/[^\w.-]/g, '_').slice(0, 100);
    const base = name in Object.prototype || name === '' ? `${name}_` : name;
    let free = base;
    for (let count = 2; this.converted.has(free); count += 1) free = `${base}_${count}`;
    return free;
  }

  private ofKeywords(schema: Members): Members {
    const converted = { ...this.structure(schema), ...limitsOf(schema) };
    const isNullable = schema['nullable'] === true || schema['x-nullable'] === true;
    if (!isNullable) return converted;
    if (Object.keys(converted).length === 0) return {};
    return { anyOf: [converted, { type: 'null' }] };
  }

  private structure(schema: Members): Members {
    const converted: Members = {};
    const types = elementsOf([schema['type']].flat()).filter((type) => TYPES.has(type as string));
    if (types.length > 0) converted['type'] = types.length === 1 ? types[0] : types;
    const properties = entriesOf(schema['properties']).filter(
      ([name]) => name !== '__proto__' && isStorable(name),
    );
    if (properties.length > 0) {
      converted['properties'] = Object.fromEntries(
        properties.map(([name, member]) => [name, this.convert(member)]),
      );
    }
    const required = this.required(schema);
    if (required.length > 0) converted['required'] = required;
    if (asMembers(schema['items'])) converted['items'] = this.convert(schema['items']);
    if (asMembers(schema['additionalProperties'])) {
      converted['additionalProperties'] = this.convert(schema['additionalProperties']);
    }
    const all = elementsOf(schema['allOf']);
    if (all.length > 0) converted['allOf'] = all.map((part) => this.convert(part));
    // Alternatives of a document often overlap, where oneOf would refuse what fits two of them.
    for (const keyword of ['anyOf', 'oneOf']) {
      const parts = elementsOf(schema[keyword]).map((part) => this.convert(part));
      if (parts.length > 0 && converted['anyOf'] === undefined) converted['anyOf'] = parts;
    }
    return converted;
  }

  /** Answers don't have what is for requests alone. */
  private required(schema: Members): string[] {
    return elementsOf(schema['required']).filter((name): name is string => {
      if (typeof name !== 'string' || !isStorable(name) || name === '__proto__') return false;
      return memberOf(memberOf(schema['properties'], name), 'writeOnly') !== true;
    });
  }
}

function limitsOf(schema: Members): Members {
  const limits: Members = {};
  const values = 'const' in schema ? [schema['const']] : elementsOf(schema['enum']);
  const isScalar = (value: unknown): boolean =>
    value === null ||
    typeof value === 'number' ||
    typeof value === 'boolean' ||
    (typeof value === 'string' && isStorable(value));
  if (values.length > 0 && values.every(isScalar)) limits['enum'] = [...new Set(values)];
  if (typeof schema['format'] === 'string' && /^[\w-]{1,50}$/.test(schema['format'])) {
    limits['format'] = schema['format'];
  }
  for (const name of COUNTS) {
    const count = schema[name];
    if (Number.isInteger(count) && (count as number) >= 0) limits[name] = count;
  }
  for (const [name, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const limit = schema[name];
    // Before 3.1 the one says of the other whether it is exclusive.
    const own = schema[exclusive];
    if (typeof own === 'number') limits[exclusive] = own;
    if (typeof limit === 'number') limits[own === true ? exclusive : name] = limit;
  }
  return limits;
}
