export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type JsonObject = { [name: string]: Json };

/** The object that stands there; an empty one where none does. */
export function objectAt(value: Json | undefined, name?: string): JsonObject {
  const found = name === undefined ? value : objectAt(value)[name];
  return typeof found === 'object' && found !== null && !Array.isArray(found) ? found : {};
}

/** The text that stands there; an empty one where none does. */
export function textAt(value: Json | undefined, name: string): string {
  const found = objectAt(value)[name];
  return typeof found === 'string' ? found : '';
}

/**
 * A document whose schemas are JSON Schema 2020-12: `nullable` and the boolean bounds of older versions are
 * written in its words, and every reference names the document by `id`, so that any schema in it can be
 * compiled for itself. Properties that carry `hidden` are left out: of what is sent, or of what is answered.
 */
export function asJsonSchema(
  document: JsonObject,
  id: string,
  hidden: 'readOnly' | 'writeOnly',
): JsonObject {
  const convert = (value: Json): Json => {
    if (Array.isArray(value)) return value.map(convert);
    if (typeof value !== 'object' || value === null) return value;
    const shown = withoutHidden(value, hidden);
    const copy = Object.fromEntries(
      Object.entries(shown).map(([name, member]) => [name, convert(member)]),
    );
    const { $ref } = copy;
    if (typeof $ref === 'string' && $ref.startsWith('#')) copy['$ref'] = id + $ref;
    return withNewBounds(withNull(copy));
  };
  return objectAt(convert(document));
}

function withoutHidden(value: JsonObject, hidden: string): JsonObject {
  const { properties, required } = value;
  const gone = Object.entries(objectAt(properties))
    .filter(([, schema]) => objectAt(schema)[hidden] === true)
    .map(([name]) => name);
  if (gone.length === 0) return value;
  const kept = Object.entries(objectAt(properties)).filter(([name]) => !gone.includes(name));
  return {
    ...value,
    properties: Object.fromEntries(kept),
    ...(Array.isArray(required)
      ? { required: required.filter((name) => typeof name !== 'string' || !gone.includes(name)) }
      : {}),
  };
}

function withNull(schema: JsonObject): JsonObject {
  const { type, enum: values, nullable } = schema;
  if (nullable !== true || typeof type !== 'string') return schema;
  return {
    ...schema,
    type: [type, 'null'],
    ...(Array.isArray(values) && !values.includes(null) ? { enum: [...values, null] } : {}),
  };
}

function withNewBounds(schema: JsonObject): JsonObject {
  const { exclusiveMinimum, minimum } = schema;
  if (exclusiveMinimum !== true || minimum === undefined) return schema;
  const { minimum: _minimum, ...rest } = schema;
  return { ...rest, exclusiveMinimum: minimum };
}
