import { objectAt, textAt, type Json, type JsonObject } from './as-json-schema.js';

const METHODS = ['get', 'post', 'put', 'patch', 'delete'];
export const FORM = 'application/x-www-form-urlencoded';
const JSON_TYPE = 'application/json';

/** A parameter that is sent with a request outside of its body. */
export interface Parameter {
  name: string;
  in: string;
  required: boolean;
  schema: JsonObject;
}

/** How a key is sent: where, and in whose name. */
export type Scheme =
  | { kind: 'none' | 'bearer' | 'basic' | 'beyond one key' }
  | { kind: 'key'; in: string; name: string };

/** An operation of a document, whatever the document's version. */
export interface Operation {
  /** `GET /pets`. */
  name: string;
  method: string;
  template: string;
  parameters: Parameter[];
  /** Schemas by media type; null where no body is taken. */
  body: { required: boolean; types: Record<string, JsonObject> } | null;
  /** Schemas by status; null where no body is answered. */
  responses: Record<string, JsonObject | null>;
  /** The alternatives; a request has to satisfy one. */
  security: Scheme[];
}

/** Lists the operations of an OpenAPI 3.0, 3.1 or Swagger 2.0 document. */
export function readOperations(document: JsonObject): Operation[] {
  const isOld = typeof document['swagger'] === 'string';
  return Object.entries(objectAt(document, 'paths')).flatMap(([template, path]) => {
    const item = objectAt(path);
    return METHODS.filter((method) => method in item).map((method) => {
      const operation = objectAt(item, method);
      const all = [...listAt(item['parameters']), ...listAt(operation['parameters'])].map((found) =>
        resolve(document, found),
      );
      return {
        name: `${method.toUpperCase()} ${template}`,
        method: method.toUpperCase(),
        template,
        parameters: all.filter(isOutside).map((parameter) => readParameter(parameter, isOld)),
        body: isOld
          ? oldBody(document, operation, all)
          : newBody(objectAt(resolve(document, operation['requestBody']))),
        responses: readResponses(document, operation, isOld),
        security: readSecurity(document, operation),
      };
    });
  });
}

function isOutside(parameter: JsonObject): boolean {
  return parameter['in'] !== 'body' && parameter['in'] !== 'formData';
}

function readParameter(parameter: JsonObject, isOld: boolean): Parameter {
  const { name: _name, in: _in, required, description: _description, ...schema } = parameter;
  return {
    name: textAt(parameter, 'name'),
    in: textAt(parameter, 'in'),
    required: required === true,
    schema: isOld ? schema : objectAt(parameter, 'schema'),
  };
}

function newBody(body: JsonObject): Operation['body'] {
  const types = Object.entries(objectAt(body, 'content'));
  if (types.length === 0) return null;
  return {
    required: body['required'] === true,
    types: Object.fromEntries(types.map(([type, media]) => [type, objectAt(media, 'schema')])),
  };
}

function oldBody(
  document: JsonObject,
  operation: JsonObject,
  parameters: JsonObject[],
): Operation['body'] {
  const consumes = listAt(operation['consumes'] ?? document['consumes']).filter(
    (type) => typeof type === 'string',
  );
  const whole = parameters.find((parameter) => parameter['in'] === 'body');
  const type = consumes[0] ?? JSON_TYPE;
  if (whole) {
    return { required: whole['required'] === true, types: { [type]: objectAt(whole, 'schema') } };
  }
  const fields = parameters.filter((parameter) => parameter['in'] === 'formData');
  if (fields.length === 0) return null;
  const required = fields.filter((field) => field['required'] === true);
  const properties = Object.fromEntries(
    fields.map((field) => {
      const { schema } = readParameter(field, true);
      return [textAt(field, 'name'), schema];
    }),
  );
  return {
    required: required.length > 0,
    types: {
      [consumes[0] ?? FORM]: {
        type: 'object',
        properties,
        required: required.map((field) => textAt(field, 'name')),
      },
    },
  };
}

function readResponses(
  document: JsonObject,
  operation: JsonObject,
  isOld: boolean,
): Operation['responses'] {
  return Object.fromEntries(
    Object.entries(objectAt(operation, 'responses')).map(([status, found]) => {
      const response = resolve(document, found);
      const media = isOld ? response : objectAt(response['content'], JSON_TYPE);
      return [status, 'schema' in media ? objectAt(media, 'schema') : null];
    }),
  );
}

function readSecurity(document: JsonObject, operation: JsonObject): Scheme[] {
  const needed = listAt(operation['security'] ?? document['security']);
  if (needed.length === 0) return [{ kind: 'none' }];
  return needed.map((one) => readScheme(document, objectAt(one)));
}

function readScheme(document: JsonObject, needed: JsonObject): Scheme {
  const [name, another] = Object.keys(needed);
  if (name === undefined) return { kind: 'none' };
  const schemes =
    document['securityDefinitions'] ?? objectAt(document, 'components')['securitySchemes'];
  const found = objectAt(schemes, name);
  const { type, scheme } = found;
  if (another !== undefined || type === 'mutualTLS') return { kind: 'beyond one key' };
  if (type === 'apiKey') {
    return { kind: 'key', in: textAt(found, 'in'), name: textAt(found, 'name') };
  }
  return { kind: type === 'basic' || scheme === 'basic' ? 'basic' : 'bearer' };
}

/** What stands behind a reference into the same document; anything else is itself. */
function resolve(document: JsonObject, value: Json | undefined): JsonObject {
  const { $ref } = objectAt(value);
  if (typeof $ref !== 'string') return objectAt(value);
  return $ref
    .replace(/^[^#]*#\//, '')
    .split('/')
    .reduce<JsonObject>((at, part) => objectAt(at, part), document);
}

function listAt(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
