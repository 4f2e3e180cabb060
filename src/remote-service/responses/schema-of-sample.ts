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

/**
 * As `schemaOfSample`, of values that were surveyed already; all of them are valid. Describes so many
 * members at most, in the order in which they were seen; others may be anything.
 */
export function schemaOfShape(shape: SampleShape, mostMembers = Infinity): JsonSchema {
  return new Description(mostMembers).of(shape);
}

class Description {
  constructor(private left: number) {}

  of(shape: SampleShape): JsonSchema {
    const { counts, items } = shape;
    const kinds = (Object.keys(counts) as JsonKind[]).filter((kind) => counts[kind] > 0);
    if (kinds.every((kind) => kind === 'null')) return {};
    return {
      type: kinds.length === 1 ? kinds[0] : kinds.sort(),
      ...(counts.object > 0 ? this.ofMembers(shape) : {}),
      ...(counts.array > 0 ? { items: items ? this.of(items) : {} } : {}),
    };
  }

  private ofMembers({ counts, members }: SampleShape): JsonSchema {
    const described = [...members].slice(0, this.left);
    this.left -= described.length;
    return {
      properties: Object.fromEntries(described.map(([name, member]) => [name, this.of(member)])),
      required: described.filter(([, { seen }]) => seen === counts.object).map(([name]) => name),
    };
  }
}
