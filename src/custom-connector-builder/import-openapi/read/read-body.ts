import { elementsOf, entriesOf, type Members, memberOf, textOf } from './members.js';
import type { Contents, Operation } from './operation.types.js';
import type { References } from './references.js';

/** The body of a request in OpenAPI 3; undefined where it takes none. Throws an UnusableError. */
export function readBody(references: References, given: unknown): Operation['body'] {
  if (given === undefined) return undefined;
  const body = references.resolve(given);
  return {
    required: body['required'] === true,
    contents: readContents(references, body['content']),
  };
}

/** Media types in lower case and without parameters, with their schemas. */
export function readContents(references: References, content: unknown): Contents {
  const contents = new Map<string, unknown>();
  for (const [type, media] of entriesOf(content)) {
    const name = mediaTypeOf(type);
    if (contents.has(name)) continue;
    contents.set(name, memberOf(references.resolve(media), 'schema'));
  }
  return contents;
}

export function mediaTypeOf(type: string): string {
  return (type.split(';')[0] ?? '').trim().toLowerCase();
}

/** The body of a request in Swagger 2.0, which is one parameter or, as a form, several. */
export function readFormBody(
  references: References,
  listed: Members[],
  consumes: unknown,
): Operation['body'] {
  const types = elementsOf(consumes)
    .filter((type) => typeof type === 'string')
    .map(mediaTypeOf);
  const whole = listed.find((parameter) => parameter['in'] === 'body');
  if (whole) {
    const names = types.length > 0 ? types : ['application/json'];
    const contents = new Map(names.map((name) => [name, whole['schema']]));
    return { required: whole['required'] === true, contents };
  }
  if (listed.length === 0) return undefined;
  references.spend(listed.length);
  const isFile = listed.some((parameter) => parameter['type'] === 'file');
  const name = isFile ? 'multipart/form-data' : 'application/x-www-form-urlencoded';
  const properties = listed.map((parameter) => {
    return [textOf(parameter, 'name') ?? '', { ...parameter, required: [] }] as const;
  });
  const required = listed.filter((parameter) => parameter['required'] === true);
  const schema = {
    type: 'object',
    properties: Object.fromEntries(properties),
    required: required.map((parameter) => parameter['name']),
  };
  return { required: required.length > 0, contents: new Map([[name, schema]]) };
}
