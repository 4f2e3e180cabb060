import { parse } from 'acorn';
import type { JsonObject } from './as-json-schema.js';

/** A name that is seen in whatever was made of a document if something of it became code. */
const MARKER = 'pwned';

/** Texts that would run if they were put into source as they are. */
export const PAYLOADS = [
  `'; ${MARKER}(); //`,
  `"; ${MARKER}(); //`,
  `\`; ${MARKER}(); //`,
  `"'; ${MARKER}(); //`,
  `'"; ${MARKER}(); //'`,
  `'\`"; ${MARKER}(); //`,
  `\${${MARKER}()}`,
  `*/ ${MARKER}(); /*`,
  `\n${MARKER}();\n`,
  `\r${MARKER}();\r`,
  `\u2028${MARKER}();\u2029`,
  `\\'; ${MARKER}(); //`,
  `\\\\"; ${MARKER}(); //`,
  `' + ${MARKER}() + '`,
  `]; ${MARKER}(); [`,
  `}); ${MARKER}(); ({`,
  `: ${MARKER}(), x`,
  `</script><script>${MARKER}()</script><!--`,
  `[${MARKER}()]`,
  `x = ${MARKER}()`,
  `'); process.exit()//`,
  '__proto__',
  'constructor',
];

/** A document that has a text wherever a text can be, on a server of the test's own. */
export function documentWith(text: string, origin: string): JsonObject {
  const encoded = encodeURIComponent(text);
  const record = {
    type: 'object',
    description: text,
    required: ['id', text],
    properties: named(
      ['id', { type: 'string', description: text, readOnly: true }],
      [text, { type: 'string', enum: [text, 'x'], default: text, example: text, format: text }],
      [`nested ${text}`, { type: 'object', properties: named([text, { type: 'number' }]) }],
    ),
  };
  const answer = (schema: JsonObject, description = text): JsonObject => ({
    description,
    headers: named(['Link', { description: text, schema: { type: 'string' } }]),
    content: { 'application/json': { schema, example: text } },
  });
  const list = {
    type: 'object',
    properties: named(
      [text, { type: 'array', items: { $ref: `#/components/schemas/${encoded}` } }],
      ['next', { type: 'string', description: text }],
      ['has_more', { type: 'boolean' }],
    ),
  };
  const one = { $ref: `#/components/schemas/${encoded}` };
  const wrapped = { type: 'object', properties: named([text, one]) };
  const parameter = (name: string, place: string): JsonObject => ({
    ...{ name, in: place, required: true, description: text },
    schema: { type: 'string', enum: [text], default: text, example: text },
  });
  const body = { required: true, description: text, content: jsonAnd(text, wrapped) };
  return {
    openapi: '3.0.3',
    info: { title: text, version: text, description: text },
    servers: [{ url: `${origin}/${encoded.replace(/%7[BD]/g, '')}`, description: text }],
    tags: [{ name: text, description: text }],
    security: [named([text, []])],
    paths: named(
      [
        `/${text.replaceAll('/', '')}`,
        {
          get: {
            ...{ operationId: text, summary: text, description: text, tags: [text] },
            parameters: [parameter(text, 'query'), parameter('limit', 'query')],
            responses: { 200: answer(list) },
          },
          post: {
            operationId: `post ${text}`,
            requestBody: body,
            responses: { 201: answer(wrapped) },
          },
        },
      ],
      [
        `/${text.replaceAll('/', '')}/{${text.replace(/[{}/]/g, '')}}`,
        {
          parameters: [
            { ...parameter(text.replace(/[{}/]/g, ''), 'path'), schema: { type: 'string' } },
          ],
          get: { operationId: `get ${text}`, responses: { 200: answer(wrapped) } },
          patch: { requestBody: body, responses: { 200: answer(wrapped) } },
          delete: { responses: { 204: { description: text } } },
        },
      ],
      [
        '/plain',
        {
          get: {
            operationId: `plain ${text}`,
            parameters: [parameter(text, 'header'), { name: 'cursor', in: 'query', schema: {} }],
            responses: { 200: answer({ type: 'array', items: one }) },
          },
        },
      ],
      [`/login ${text.replaceAll('/', '')}`, { post: { summary: text, responses: {} } }],
    ),
    components: {
      schemas: named([text, record]),
      securitySchemes: named([text, { type: 'apiKey', in: 'query', name: text }]),
    },
  };
}

/** A media type that has the text in it as well. */
function jsonAnd(text: string, schema: JsonObject): JsonObject {
  return named(['application/json', { schema }], [text, { schema }]);
}

/** An object with these members, `__proto__` among them. */
function named(...members: [string, JsonObject[string]][]): JsonObject {
  return Object.fromEntries(members);
}

const FUNCTIONS = [
  ...['listTables', 'fetchSchema', 'pollRecords', 'getRecord', 'createRecord', 'updateRecord'],
  'deleteRecord',
];

/** Whether anything of the texts above is code in the functions of a connector. */
export function hasRunnable(connector: object): boolean {
  return FUNCTIONS.some((name) => {
    const source = (connector as Record<string, unknown>)[name];
    return typeof source === 'string' && codeNames(source).includes(MARKER);
  });
}

/** The names in a source that stand for a value: no keys of objects, no names of members. */
function codeNames(source: string): string[] {
  const names: string[] = [];
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    const { type, name, computed, key, property, ...others } = node as Record<string, unknown>;
    if (type === 'Identifier') names.push(String(name));
    if (computed === true) [key, property].forEach(walk);
    Object.values(others).forEach(walk);
  };
  walk(parse(source, { ecmaVersion: 'latest', sourceType: 'module' }));
  return names;
}
