import { type JsonKind, SampleShape, surveyValue } from './sample-shape.js';

export type JsonSchema = Record<string, unknown>;

/**
 * The JSON Schema that a sample suggests: the types seen at each place, members as required where
 * all objects there have them, the elements of an array as one. A place where only null was seen,
 * and the elements of an empty array, may be anything. The sample itself is always valid.
 */
export function schemaOfSample(sample: unknown): JsonSchema {
  const shape = SampleShape.ofRoot();
  const walk = surveyValue(shape, sample);
  while (walk.next().done !== true);
  return schemaOfShape(shape);
}

/** As `schemaOfSample`, of values that were surveyed already; all of them are valid. */
export function schemaOfShape(shape: SampleShape): JsonSchema {
  const { counts, items } = shape;
  const kinds = (Object.keys(counts) as JsonKind[]).filter((kind) => counts[kind] > 0);
  if (kinds.every((kind) => kind === 'null')) return {};
  return {
    type: kinds.length === 1 ? kinds[0] : kinds.sort(),
    ...(counts.object > 0 ? schemaOfMembers(shape) : {}),
    ...(counts.array > 0 ? { items: items ? schemaOfShape(items) : {} } : {}),
  };
}

function schemaOfMembers({ counts, members }: SampleShape): JsonSchema {
  const all = [...members];
  return {
    properties: Object.fromEntries(all.map(([name, member]) => [name, schemaOfShape(member)])),
    required: all.filter(([, { seen }]) => seen === counts.object).map(([name]) => name),
  };
}
