import type { JsonSchema } from '../../remote-service/responses/schema-of-sample.js';
import { schemaOfShape } from '../../remote-service/responses/schema-of-sample.js';
import {
  SampleShape,
  surveyValue,
  type ShapeLimits,
} from '../../remote-service/responses/sample-shape.js';
import type { Steps } from './write-path.js';
import type { RecordPlace } from './records/find-records.js';

/** Of what stands beside the records. */
const ENVELOPE_LIMITS: ShapeLimits = { places: 200, membersOfPlace: 200, nameLength: 500 };

/**
 * The JSON Schema of responses like a sample whose records have this schema. Of the envelope only the
 * way to the records is required, and the rest may be null: the last page has no next one. Yields.
 */
export function* describeResponse(
  sample: unknown,
  { holding, location }: RecordPlace,
  record: JsonSchema,
): Generator<void, JsonSchema> {
  if (holding === 'keyed') {
    return yield* wrap(sample, location, { type: 'object', additionalProperties: record });
  }
  const list = { type: 'array', items: record };
  if (holding === 'lists') {
    return yield* wrap(sample, location, { type: 'object', additionalProperties: list });
  }
  const isOne = holding === 'member' || holding === 'root';
  return yield* wrap(sample, location, isOne ? record : list);
}

function* wrap(
  value: unknown,
  [name, ...rest]: Steps,
  inner: JsonSchema,
): Generator<void, JsonSchema> {
  if (name === undefined) return inner;
  if (typeof name === 'number') {
    const whole = SampleShape.ofRoot(ENVELOPE_LIMITS);
    yield* surveyValue(whole, value);
    return schemaOfShape(whole);
  }
  const holder = value as Record<string, unknown>;
  const shape = SampleShape.ofRoot(ENVELOPE_LIMITS);
  const properties: [string, JsonSchema][] = [];
  for (const other of Object.keys(holder)) {
    const member = other === name ? undefined : shape.member(other);
    if (!member) continue;
    yield* surveyValue(member, holder[other]);
    properties.push([other, loosen(schemaOfShape(member))]);
  }
  properties.push([name, yield* wrap(holder[name], rest, inner)]);
  return { type: 'object', properties: Object.fromEntries(properties), required: [name] };
}

/** The same without required members, and with null wherever a type is named. */
function loosen(schema: JsonSchema): JsonSchema {
  const { type, properties, items, required: _, ...others } = schema;
  if (type === undefined) return schema;
  const types = [...new Set(['null', ...[type].flat()])] as string[];
  return {
    type: types.sort(),
    ...others,
    ...(properties === undefined ? {} : { properties: loosenAll(properties as JsonSchema) }),
    ...(items === undefined ? {} : { items: loosen(items as JsonSchema) }),
  };
}

function loosenAll(properties: JsonSchema): JsonSchema {
  return Object.fromEntries(
    Object.entries(properties).map(([name, schema]) => [name, loosen(schema as JsonSchema)]),
  );
}
