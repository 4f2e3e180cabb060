import { asMembers, elementsOf, entriesOf, type Members, memberOf, textOf } from './members.js';
import { type References, UnusableError } from './references.js';

export type JsonType = 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';

/** What a schema says of values, with its references followed and its parts put together. */
export interface Shape {
  /** Beside null; none where any type will do. */
  types: ReadonlySet<JsonType>;
  nullable: boolean;
  properties: ReadonlyMap<string, unknown>;
  required: ReadonlySet<string>;
  /** The schema of elements; undefined where it is not told. */
  items: unknown;
  /** The schema of members that are not named, where it is one. */
  additional: Members | undefined;
  /** Of the keywords that are no structure, the first ones found. */
  keywords: Members;
}

interface Draft extends Shape {
  types: Set<JsonType>;
  properties: Map<string, unknown>;
  required: Set<string>;
}

const TYPES: ReadonlySet<string> = new Set([
  ...['object', 'array', 'string', 'number', 'integer', 'boolean'],
]);
const KEYWORDS = [
  ...['format', 'enum', 'const', 'default', 'example', 'examples', 'minimum', 'maximum', 'title'],
  ...['readOnly', 'writeOnly', 'description', 'maxItems'],
];

function emptyShape(): Draft {
  return {
    ...{ types: new Set<JsonType>(), nullable: false, properties: new Map<string, unknown>() },
    ...{ required: new Set<string>(), items: undefined, additional: undefined, keywords: {} },
  };
}

/** Never changed: it stands for many schemas. */
const ANYTHING = emptyShape();

/** The schemas of one document as shapes; each is put together once. */
export class Schemas {
  private readonly shapes = new Map<object, Draft>();

  constructor(readonly references: References) {}

  /**
   * The shape of a schema of any version. What can't be known, as where a schema is made of itself
   * or is outside of the document, is a shape that takes anything.
   */
  shapeOf(schema: unknown): Shape {
    return this.draftOf(schema);
  }

  /** What stands for a schema wherever it is referred to. */
  identityOf(schema: unknown): unknown {
    if (textOf(schema, '$ref') === undefined || Object.keys(schema as object).length > 1)
      return schema;
    try {
      return this.references.resolve(schema);
    } catch (error) {
      if (error instanceof UnusableError) return schema;
      throw error;
    }
  }

  /** Why a reference leads nowhere; undefined where it does not. */
  whyUnknown(schema: unknown): string | undefined {
    if (textOf(schema, '$ref') === undefined) return undefined;
    try {
      this.references.resolve(schema);
      return undefined;
    } catch (error) {
      if (error instanceof UnusableError) return error.message;
      throw error;
    }
  }

  private draftOf(schema: unknown): Draft {
    const identity = asMembers(this.identityOf(schema));
    if (!identity) return ANYTHING;
    const known = this.shapes.get(identity);
    if (known) return known;
    // Stays where the schema comes to itself again.
    this.shapes.set(identity, ANYTHING);
    const shape = this.build(identity);
    this.shapes.set(identity, shape);
    return shape;
  }

  private build(schema: Members): Draft {
    const shape = ownShape(schema);
    this.references.spend(1 + shape.properties.size);
    const referred = this.referred(schema);
    if (referred) this.add(shape, this.draftOf(referred));
    for (const part of elementsOf(schema['allOf'])) this.add(shape, this.draftOf(part));
    for (const keyword of ['oneOf', 'anyOf']) {
      const alternatives = elementsOf(schema[keyword]).map((part) => this.draftOf(part));
      if (alternatives.length > 0) this.add(shape, this.either(alternatives));
    }
    return shape;
  }

  /** What a reference leads to, which may have further keywords beside it, as 3.1 has them. */
  private referred(schema: Members): unknown {
    const $ref = textOf(schema, '$ref');
    if ($ref === undefined) return undefined;
    const found = this.identityOf({ $ref });
    // Itself, where it leads nowhere.
    return textOf(found, '$ref') === undefined ? found : undefined;
  }

  private add(shape: Draft, part: Draft): void {
    this.references.spend(1 + part.properties.size);
    for (const type of part.types) shape.types.add(type);
    shape.nullable ||= part.nullable;
    for (const [name, schema] of part.properties) {
      if (!shape.properties.has(name)) shape.properties.set(name, schema);
    }
    for (const name of part.required) shape.required.add(name);
    shape.items ??= part.items;
    shape.additional ??= part.additional;
    shape.keywords = { ...part.keywords, ...shape.keywords };
  }

  /** Of alternatives: all their properties, required what all require. */
  private either(alternatives: Draft[]): Draft {
    const real = alternatives.filter(({ types, nullable }) => types.size > 0 || !nullable);
    const nullable = alternatives.some((each) => each.nullable);
    const [first] = real;
    if (!first) return { ...emptyShape(), nullable };
    if (real.length === 1) return { ...first, nullable };
    const either = { ...emptyShape(), nullable };
    if (real.every(({ types }) => types.size > 0)) {
      for (const { types } of real) for (const type of types) either.types.add(type);
    }
    for (const { properties } of real) {
      this.references.spend(1 + properties.size);
      for (const [name, schema] of properties) {
        const other = either.properties.get(name);
        const differs = other !== undefined && this.identityOf(other) !== this.identityOf(schema);
        either.properties.set(name, differs ? { anyOf: [other, schema] } : schema);
      }
    }
    for (const name of first.required) {
      if (real.every(({ required }) => required.has(name))) either.required.add(name);
    }
    const formats = new Set(real.map(({ keywords }) => keywords['format']));
    if (formats.size === 1) either.keywords = { ...first.keywords };
    if (either.types.size === 1 && either.types.has('array')) either.items = first.items;
    return either;
  }
}

function ownShape(schema: Members): Draft {
  const shape = emptyShape();
  const type = memberOf(schema, 'type');
  for (const name of Array.isArray(type) ? elementsOf(type) : [type]) {
    if (name === 'null') shape.nullable = true;
    else if (typeof name === 'string' && TYPES.has(name)) shape.types.add(name as JsonType);
  }
  if (schema['nullable'] === true || schema['x-nullable'] === true) shape.nullable = true;
  for (const [name, property] of entriesOf(schema['properties'])) {
    shape.properties.set(name, property);
  }
  for (const name of elementsOf(schema['required'])) {
    if (typeof name === 'string') shape.required.add(name);
  }
  shape.items = asMembers(schema['items']);
  shape.additional = asMembers(schema['additionalProperties']);
  for (const keyword of KEYWORDS) {
    const value = memberOf(schema, keyword);
    if (value !== undefined) shape.keywords[keyword] = value;
  }
  if (type === undefined) {
    const parts = [
      [shape.properties.size > 0 || shape.additional, 'object'],
      [shape.items, 'array'],
    ] as const;
    for (const [told, implied] of parts) if (told) shape.types.add(implied);
    for (const value of listedValues(shape)) {
      const implied = Array.isArray(value) ? 'array' : typeof value;
      if (value === null) shape.nullable = true;
      else if (TYPES.has(implied)) shape.types.add(implied as JsonType);
    }
  }
  return shape;
}

/** The values that a schema allows, where it lists them; only text, numbers and booleans. */
export function allowedValues(shape: Shape): (string | number | boolean)[] {
  return listedValues(shape).filter((value) =>
    ['string', 'number', 'boolean'].includes(typeof value),
  ) as (string | number | boolean)[];
}

function listedValues({ keywords }: Shape): unknown[] {
  return 'const' in keywords ? [keywords['const']] : elementsOf(keywords['enum']);
}
