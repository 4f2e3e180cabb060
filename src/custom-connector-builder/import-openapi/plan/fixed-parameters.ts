import type { Operation, Parameter } from '../read/operation.types.js';
import { UnusableError } from '../read/references.js';
import { allowedValues, type Schemas } from '../read/schema-shape.js';

export interface FixedParameters {
  query: [name: string, value: string][];
  headers: [name: string, value: string][];
}

const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const HEADER_VALUE = /^[\x20-\x7e]{0,500}$/;
/** Parameters by these names are ignored in OpenAPI, which has other places for them. */
const ELSEWHERE = /^(accept|content-type|authorization)$/i;
const MAX_VALUES = 50;

/**
 * The parameters that an operation can't do without, with a value that the document names for each.
 * `given` are those that come from elsewhere. Throws an UnusableError where one has none.
 */
export function fixedParameters(
  schemas: Schemas,
  operation: Operation,
  given: ReadonlySet<string>,
): FixedParameters {
  const fixed: FixedParameters = { query: [], headers: [] };
  for (const parameter of operation.parameters) {
    const { name, required } = parameter;
    if (!required || parameter.in === 'path' || given.has(name)) continue;
    if (parameter.in === 'header' && ELSEWHERE.test(name)) continue;
    const values = valuesOf(schemas, parameter);
    if (values === undefined || parameter.in === 'cookie') {
      const what = `needs the ${parameter.in} parameter ${name}`;
      throw new UnusableError(`${what}, for which the document has no value`);
    }
    if (parameter.in === 'query')
      fixed.query.push(...values.map((value) => [name, value] as [string, string]));
    else fixed.headers.push(asHeader(name, values.join(',')));
  }
  return fixed;
}

function asHeader(name: string, value: string): [name: string, value: string] {
  if (HEADER_NAME.test(name) && HEADER_VALUE.test(value)) return [name, value];
  throw new UnusableError(`needs the header ${name}, which can't be sent`);
}

/** Several only where each is a parameter of its own. */
function valuesOf(
  schemas: Schemas,
  { schema, example, separator }: Parameter,
): string[] | undefined {
  const shape = schemas.shapeOf(schema);
  const { keywords } = shape;
  const told = keywords['default'] ?? example ?? keywords['example'] ?? first(keywords['examples']);
  if (shape.types.has('array')) {
    const listed = Array.isArray(told)
      ? (told as unknown[])
      : allowedValues(schemas.shapeOf(shape.items));
    const values = listed
      .map(asText)
      .filter((value) => value !== undefined)
      .slice(0, MAX_VALUES);
    if (values.length === 0) return undefined;
    return separator === undefined ? values : [values.join(separator)];
  }
  const value = asText(told) ?? asText(allowedValues(shape)[0]);
  return value === undefined ? undefined : [value];
}

function first(values: unknown): unknown {
  return Array.isArray(values) ? values[0] : undefined;
}

function asText(value: unknown): string | undefined {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}
