export type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schema that a sample suggests: the types seen at each place, members as required where
 * all objects there have them, the elements of an array as one. A place where only null was seen,
 * and the elements of an empty array, may be anything. The sample itself is always valid.
 */
export function schemaOfSample(sample: unknown): JsonSchema {
  return schemaOfAll([sample]);
}

/** Of values that were seen at one place. */
function schemaOfAll(values: unknown[]): JsonSchema {
  const types = new Set(values.map(typeOf));
  if (types.size === 0 || (types.size === 1 && types.has('null'))) return {};
  const [only] = types;
  return {
    type: types.size === 1 ? only : [...types].sort(),
    ...(types.has('object') ? schemaOfObjects(values.filter(isObject)) : {}),
    ...(types.has('array') ? { items: schemaOfAll(values.filter(Array.isArray).flat()) } : {}),
  };
}

function schemaOfObjects(objects: Record<string, unknown>[]): JsonSchema {
  const members = new Map<string, unknown[]>();
  for (const object of objects) {
    for (const [name, value] of Object.entries(object)) {
      const seen = members.get(name);
      if (seen) seen.push(value);
      else members.set(name, [value]);
    }
  }
  const everywhere = [...members].filter(([, values]) => values.length === objects.length);
  return {
    properties: Object.fromEntries(
      [...members].map(([name, values]) => [name, schemaOfAll(values)]),
    ),
    required: everywhere.map(([name]) => name),
  };
}

function typeOf(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : typeof value;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeOf(value) === 'object';
}
