import { asMembers, entriesOf, type Members, memberOf, textOf } from './members.js';
import type { Parameter } from './operation.types.js';
import { type References, UnusableError } from './references.js';

const PLACES = ['path', 'query', 'header', 'cookie'];
const SEPARATORS: Record<string, Parameter['separator']> = {
  ...{ csv: ',', ssv: ' ', tsv: '\t', pipes: '|', multi: undefined },
  ...{ spaceDelimited: ' ', pipeDelimited: '|' },
};

/**
 * Parameters, those of an operation behind those of its path, which they replace; and what Swagger
 * 2.0 lists with them but sends in the body. Throws an UnusableError.
 */
export function readParameters(
  references: References,
  listed: unknown[],
): { parameters: Parameter[]; bodies: Members[] } {
  const parameters = new Map<string, Parameter>();
  const bodies = new Map<string, Members>();
  for (const reference of listed) {
    const given = references.resolve(reference);
    const name = textOf(given, 'name');
    const place = textOf(given, 'in');
    if (name === undefined || place === undefined) {
      throw new UnusableError('has a parameter without a name or a place');
    }
    if (place === 'body' || place === 'formData') bodies.set(`${place} ${name}`, given);
    if (PLACES.includes(place)) parameters.set(`${place} ${name}`, readParameter(name, given));
  }
  return { parameters: [...parameters.values()], bodies: [...bodies.values()] };
}

function readParameter(name: string, given: Members): Parameter {
  const [content] = entriesOf(given['content']);
  return {
    name,
    in: given['in'] as Parameter['in'],
    required: given['required'] === true || given['in'] === 'path',
    // In Swagger 2.0 the parameter itself is its schema.
    schema: asMembers(given['schema']) ??
      memberOf(content?.[1], 'schema') ?? { ...given, required: [] },
    description: textOf(given, 'description') ?? '',
    example: given['example'] ?? memberOf(entriesOf(given['examples'])[0]?.[1], 'value'),
    separator: separatorOf(given),
  };
}

function separatorOf(given: Members): Parameter['separator'] {
  const format = textOf(given, 'collectionFormat');
  if (format !== undefined) return SEPARATORS[format];
  // Swagger 2.0, which knows no schema here, joins with commas; 3 does not, unless it is told to.
  if (given['schema'] === undefined && given['content'] === undefined) return ',';
  const style = textOf(given, 'style') ?? 'form';
  return given['explode'] === false || style !== 'form' ? (SEPARATORS[style] ?? ',') : undefined;
}
