import type { Json, JsonObject } from './as-json-schema.js';

/** A document that is made to harm whoever reads it. */
export interface HostileDocument {
  name: string;
  /** Of the request. Made late: some are large. */
  body: () => object;
  /** The statuses that are right. */
  statuses: number[];
}

const SERVER = 'https://api.example.com';

/** A document with one list of things. */
export function listOf(thing: Json, more: JsonObject = {}): JsonObject {
  const schema = { type: 'array', items: thing };
  const responses = { 200: { description: '', content: { 'application/json': { schema } } } };
  return {
    ...{ openapi: '3.0.3', info: { title: 'Things', version: '1' }, servers: [{ url: SERVER }] },
    paths: { '/things': { get: { responses } } },
    ...more,
  };
}

function withSchemas(schemas: JsonObject): JsonObject {
  return listOf({ $ref: '#/components/schemas/S0' }, { components: { schemas } });
}

/** Each schema names the next one as often as `width` says: to its end, width to the power of depth. */
function fanOut(depth: number, refer: (next: Json) => JsonObject): JsonObject {
  const levels = Array.from({ length: depth }, (_, n) => [
    `S${n}`,
    refer({ $ref: `#/components/schemas/S${n + 1}` }),
  ]);
  const last = { type: 'object', properties: { id: { type: 'string' } } };
  return withSchemas(Object.fromEntries([...levels, [`S${depth}`, last]]) as JsonObject);
}

function paths(count: number): JsonObject {
  const { paths: one } = listOf({ type: 'object', properties: { id: { type: 'string' } } });
  const item = Object.values(one as JsonObject)[0] ?? null;
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`/list${n}`, item]));
}

function emptyPaths(count: number): JsonObject {
  return Object.fromEntries(Array.from({ length: count }, (_, n) => [`/list${n}`, { get: {} }]));
}

function nested(depth: number, open: string, close: string): string {
  return open.repeat(depth) + '1' + close.repeat(depth);
}

const BOMB = [
  'a: &a [x, x, x, x, x, x, x, x, x, x]',
  ...['b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j'].map((name, at) => {
    const before = `*${'abcdefghi'[at]}`;
    return `${name}: &${name} [${Array.from({ length: 10 }, () => before).join(', ')}]`;
  }),
].join('\n');

/** Some ten megabytes of YAML, with one list in it. */
function largeYaml(): string {
  const properties = Array.from({ length: 20 }, (_, at) => `p${at}: { type: string }`);
  const one = (n: number) =>
    [
      `    S${n}:`,
      '      type: object',
      `      description: ${'words and words '.repeat(30)}`,
      '      properties:',
      ...properties.map((property) => `        ${property}\n`),
    ].join('\n');
  const head =
    'openapi: 3.0.0\ninfo: { title: Large, version: "1" }\n' +
    `servers: [{ url: ${SERVER} }]\npaths:\n  /things:\n    get:\n      responses:\n        "200":\n` +
    '          description: ok\n          content:\n            application/json:\n' +
    '              schema: { type: array, items: { $ref: "#/components/schemas/S0" } }\n' +
    'components:\n  schemas:\n';
  const size = one(0).length;
  return head + Array.from({ length: Math.floor(9_900_000 / size) }, (_, n) => one(n)).join('');
}

const document = (value: Json | string) => () => ({ document: value });

/** What is refused or imported in a moment, whatever it was made for. */
export const HOSTILE_DOCUMENTS: HostileDocument[] = [
  {
    name: 'a schema that refers to itself',
    ...{ body: document(withSchemas({ S0: { $ref: '#/components/schemas/S0' } })) },
    statuses: [200, 400],
  },
  {
    name: 'references in a circle',
    body: document(
      withSchemas({
        S0: { $ref: '#/components/schemas/S1' },
        S1: { $ref: '#/components/schemas/S2' },
        S2: { allOf: [{ $ref: '#/components/schemas/S0' }] },
      }),
    ),
    statuses: [200, 400],
  },
  {
    name: 'a schema within itself by every way there is',
    body: document(
      withSchemas({
        S0: {
          ...{ type: 'object', required: ['id'] },
          properties: Object.fromEntries([
            ['id', { type: 'string' }],
            ['own', { $ref: '#/components/schemas/S0' }],
            ['list', { type: 'array', items: { $ref: '#/components/schemas/S0' } }],
            ['one', { oneOf: [{ $ref: '#/components/schemas/S0' }, { type: 'string' }] }],
            ['all', { allOf: [{ $ref: '#/components/schemas/S0' }] }],
          ]) as JsonObject,
          additionalProperties: { $ref: '#/components/schemas/S0' },
        },
      }),
    ),
    statuses: [200],
  },
  {
    name: 'references to the document, to paths and to what is no schema',
    body: document(
      listOf({
        type: 'object',
        properties: Object.fromEntries(
          ['#', '#/', '#/paths', '#/info/title', '#/paths/~1things/get', '#/nowhere', 'x', '']
            .concat(['#/__proto__', '#/constructor/prototype', '#/components/%', '#%zz'])
            .map(($ref, at) => [`p${at}`, { $ref }]),
        ) as JsonObject,
      }),
    ),
    statuses: [200],
  },
  {
    name: 'paths, parameters, bodies and answers that refer to themselves',
    body: document({
      ...listOf({ type: 'object' }),
      paths: {
        '/a': { $ref: '#/paths/~1a' },
        '/b': {
          parameters: [{ $ref: '#/paths/~1b/parameters/0' }],
          get: { responses: { 200: { $ref: '#/paths/~1b/get/responses/200' } } },
          post: { requestBody: { $ref: '#/paths/~1b/post/requestBody' }, responses: {} },
        },
      },
    }),
    statuses: [200, 400],
  },
  { name: 'a bomb of YAML aliases', body: document(BOMB), statuses: [400] },
  {
    name: 'a YAML alias within its own anchor',
    body: document('openapi: 3.0.0\ninfo: &a { title: x, more: *a }\npaths: {}\n'),
    statuses: [200, 400],
  },
  {
    name: 'allOf that doubles forty times',
    body: document(fanOut(40, (next) => ({ allOf: [next, next] }))),
    statuses: [200, 400],
  },
  {
    name: 'oneOf and anyOf that double forty times',
    body: document(fanOut(40, (next) => ({ oneOf: [next, next], anyOf: [next, next] }))),
    statuses: [200, 400],
  },
  {
    name: 'properties that multiply by ten thirty times',
    body: document(
      fanOut(30, (next) => ({
        type: 'object',
        properties: Object.fromEntries(Array.from({ length: 10 }, (_, n) => [`p${n}`, next])),
      })),
    ),
    statuses: [200],
  },
  {
    name: 'references in a chain of twenty thousand',
    body: document(fanOut(20_000, (next) => next as JsonObject)),
    statuses: [200, 400],
  },
  {
    name: 'lists in lists, ten thousand deep, as text',
    body: document(`{"openapi":"3.0.0","x":${nested(10_000, '[', ']')}}`),
    statuses: [400],
  },
  {
    name: 'YAML, ten thousand deep',
    body: document(`openapi: 3.0.0\nx: ${nested(10_000, '{a: ', '}')}`),
    statuses: [400],
  },
  {
    name: 'YAML, ten thousand deep by indentation',
    body: document(
      `openapi: 3.0.0\nx:\n${Array.from({ length: 3_000 }, (_, n) => `${' '.repeat(n + 1)}a:`).join('\n')} 1`,
    ),
    statuses: [400],
  },
  {
    name: 'a hundred thousand paths',
    body: () => ({ document: { ...listOf({ type: 'object' }), paths: emptyPaths(100_000) } }),
    statuses: [200, 400],
  },
  {
    name: 'a hundred thousand paths in YAML',
    body: () => ({
      document: `openapi: 3.1.0\npaths:\n${Object.keys(emptyPaths(100_000))
        .map((path) => `  ${path}: { get: {} }`)
        .join('\n')}`,
    }),
    statuses: [200, 400],
  },
  {
    name: 'an object of eighteen megabytes',
    body: () => ({ document: { ...listOf({ type: 'object' }), paths: paths(100_000) } }),
    statuses: [400, 413],
  },
  {
    name: 'two thousand lists',
    body: () => ({ document: { ...listOf({ type: 'object' }), paths: paths(2_000) } }),
    statuses: [200, 400],
  },
  {
    name: 'fifty thousand properties',
    body: () => ({
      document: listOf({
        type: 'object',
        properties: Object.fromEntries(
          Array.from({ length: 50_000 }, (_, n) => [`property${n}`, { type: 'string' }]),
        ),
      }),
    }),
    statuses: [200, 400],
  },
  { name: 'ten megabytes of YAML', body: () => ({ document: largeYaml() }), statuses: [200, 400] },
  {
    name: 'one line of ten megabytes',
    body: () => ({ document: 'a'.repeat(10_000_000) }),
    statuses: [400],
  },
  {
    name: 'ten megabytes of what YAML is slow to read',
    body: () => ({ document: `? ${'[&a '.repeat(2_000)}\n${'- - - - - - \n'.repeat(500_000)}` }),
    statuses: [400],
  },
  {
    name: 'a text that is too long',
    body: () => ({ document: `openapi: 3.0.0\n#${'x'.repeat(11_000_000)}` }),
    statuses: [400, 413],
  },
  {
    name: 'fifty megabytes',
    body: () => ({ document: 'x'.repeat(50_000_000) }),
    statuses: [413],
  },
  {
    name: 'patterns that backtrack for ever',
    body: document(
      listOf({
        type: 'object',
        properties: {
          id: { type: 'string', pattern: '^(a+)+$' },
          name: { type: 'string', pattern: '((.*)*)*x{1,1000}{1,1000}' },
          broken: { type: 'string', pattern: '(((' },
        },
        patternProperties: { '^(x+x+)+y$': { type: 'string' } },
      }),
    ),
    statuses: [200],
  },
  {
    name: 'numbers, dates and other values where text belongs',
    body: document({
      ...listOf({ type: 7, properties: [1], required: 'id', enum: {}, allOf: 'x', nullable: 'no' }),
      info: { title: 12, version: [] },
      servers: [{ url: 5 }, null, { url: SERVER, variables: [] }],
      security: [{ x: 1 }, null, 'y'],
      components: { schemas: null, securitySchemes: { x: 5, y: { type: 'apiKey' } } },
    }),
    statuses: [200, 400],
  },
];
