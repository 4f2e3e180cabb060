import { type AnyNode, type Comment, parse } from 'acorn';
import fc from 'fast-check';
import { format } from 'prettier';
import { checkText } from '../../common/check-text.js';
import { checkDefinition } from '../../custom-connector/check-definition.js';
import { FUNCTION_NAMES } from '../../custom-connector/custom-connector.types.js';
import { checkSource } from '../../sandbox/source/prepare-source.js';
import { CODE_HOST } from './documents/code-host.fixture.js';
import { CODE_HOST_CODE } from './documents/code-host-code.fixture.js';
import { LEDGER } from './documents/ledger.fixture.js';
import { LEDGER_CODE } from './documents/ledger-code.fixture.js';
import { LIBRARY } from './documents/library.fixture.js';
import { LIBRARY_CODE } from './documents/library-code.fixture.js';
import { SHOP } from './documents/shop.fixture.js';
import { SHOP_CODE } from './documents/shop-code.fixture.js';
import { importDocument } from './import-document.js';
import type { Imported, ImportedConnector, ImportTask } from './import.types.js';

const URL_OF_DOCUMENT = 'https://library.example/docs/openapi.json';

function imported(document: unknown, more: Omit<ImportTask, 'document'> = {}): Imported {
  const outcome = importDocument({ document, url: URL_OF_DOCUMENT, ...more });
  if ('faults' in outcome) throw new Error(JSON.stringify(outcome.faults));
  return outcome;
}

function faultsOf(document: unknown, more: Omit<ImportTask, 'document'> = {}) {
  const outcome = importDocument({ document, ...more });
  return 'faults' in outcome ? outcome.faults : [];
}

function sourcesOf(connector: ImportedConnector): [name: string, source: string][] {
  return FUNCTION_NAMES.flatMap((name): [string, string][] => {
    const source = connector[name];
    return source === undefined ? [] : [[name, source]];
  });
}

describe('importDocument', () => {
  it.each([
    ['SHOP', SHOP],
    ['CODE_HOST', CODE_HOST],
    ['LEDGER', LEDGER],
    ['LIBRARY', LIBRARY],
  ])('makes of %s a connector that can be stored, in formatted code', async (_, document) => {
    const { connector } = imported(document);
    expect(await checkDefinition(connector)).toEqual([]);
    for (const [name, source] of sourcesOf(connector)) {
      expect(checkSource(source, name)).toEqual([]);
      const options = { parser: 'babel', singleQuote: true, printWidth: 100 };
      expect(source).toBe(await format(source, options));
    }
  });

  it.each([
    ['SHOP', SHOP, SHOP_CODE],
    ['CODE_HOST', CODE_HOST, CODE_HOST_CODE],
    ['LEDGER', LEDGER, LEDGER_CODE],
    ['LIBRARY', LIBRARY, LIBRARY_CODE],
  ])('writes the code of %s as a person would', (_, document, code) => {
    expect(imported(document).connector).toMatchObject(code);
  });

  it('says of each operation that is not in the connector why', () => {
    expect(imported(SHOP).skipped).toEqual([
      {
        operation: 'POST /login (logIn)',
        reason: 'is an action, or makes records of a collection that no operation lists',
      },
      {
        operation: 'POST /products/{productId}/image (uploadImage)',
        reason: 'takes multipart/form-data, and neither JSON nor a plain form',
      },
    ]);
    expect(imported(CODE_HOST).skipped).toEqual([
      {
        operation: 'GET /users/{user}/keys (keys)',
        reason: 'needs the path parameter user, which no listed collection gives',
      },
    ]);
  });

  it('takes the operations that are asked for, and names those that there are not', () => {
    const { connector, skipped } = imported(SHOP, {
      operations: ['listProducts', 'get /products/{productId}'],
    });
    expect(sourcesOf(connector).map(([name]) => name)).toEqual(['pollRecords', 'getRecord']);
    expect(skipped).toEqual([]);
    expect(faultsOf(SHOP, { operations: ['listProducts', 'listCats', 'PUT /'] })).toEqual([
      expect.objectContaining({ pointer: '/operations/1' }),
      expect.objectContaining({ pointer: '/operations/2' }),
    ]);
  });

  it('needs a server only where something is called', () => {
    const document = { openapi: '3.1.0', info: { title: 'Board' }, paths: {} };
    expect(imported(document, {}).connector).toEqual({ name: 'Board' });
    const { servers: _, ...homeless } = SHOP;
    expect(faultsOf(homeless)).toEqual([expect.objectContaining({ pointer: '/server' })]);
  });

  it.each([{}, { openapi: '4.0.0' }, { swagger: '1.2' }, { openapi: 3, swagger: 2 }, 'a: 1'])(
    'refuses %j or takes it as a version that it knows',
    (document) => {
      const known = typeof document === 'object' && 'openapi' in document && document.openapi === 3;
      expect(faultsOf(document)).toHaveLength(known ? 0 : 1);
    },
  );

  it('makes room by leaving tables out, which it tells', async () => {
    const paths = Object.fromEntries(
      Array.from({ length: 300 }, (_, n) => [`/t${n}`, { get: listOf(200) }]),
    );
    const { connector, skipped } = imported({ ...SHOP, paths });
    expect(connector.tables?.length).toBeGreaterThan(50);
    expect(skipped.length + (connector.tables?.length ?? 0)).toBe(300);
    expect(skipped[0]?.reason).toMatch(/no room/);
    expect(await checkDefinition(connector)).toEqual([]);
  });
});

/** An operation that answers a list of records with so many fields of long names. */
function listOf(fields: number) {
  const properties = Object.fromEntries(
    Array.from({ length: fields }, (_, n) => [`${'field'.repeat(10)}${n}`, { type: 'string' }]),
  );
  const schema = {
    type: 'array',
    items: { type: 'object', properties: { id: { type: 'string' }, ...properties } },
  };
  return { responses: { 200: { description: '', content: { 'application/json': { schema } } } } };
}

describe('a hostile document', () => {
  const payloads = fc.constantFrom(
    ...[
      "'; MARK(); '",
      '"; MARK(); "',
      '`; MARK(); `',
      '${MARK()}',
      '*/ MARK(); /*',
      '\\',
      "\\'; MARK() //",
    ],
    ...[
      '\u2028MARK()',
      '</script>MARK()',
      "']; MARK(); ['",
      '__proto__',
      'constructor',
      'toString',
      '',
    ],
    ...['\ud800', 'x'.repeat(300), 'a\nMARK()', '-1', 'class', 'MARK', '%00', '..', '\0'],
  );
  const word = fc.oneof(payloads, fc.string({ unit: 'binary', maxLength: 20 }));
  const schema = fc.record({
    type: fc.constantFrom('string', 'integer', 'object', ['string', 'null'], undefined),
    format: word,
    enum: fc.option(fc.array(word, { maxLength: 3 }), { nil: undefined }),
    default: fc.option(word, { nil: undefined }),
    description: word,
    pattern: word,
  });
  const record = fc
    .tuple(fc.array(fc.tuple(word, schema), { maxLength: 4 }), schema)
    .map(([members, id]) => ({ type: 'object', properties: members.concat([['id', id]]) }))
    .map(({ type, properties }) => ({ type, properties: asObject(properties) }));

  /** With members as JSON has them, whatever their names. */
  function asObject(members: readonly (readonly [string, unknown])[]): object {
    const object = {};
    for (const [name, value] of members) {
      Object.defineProperty(object, name, {
        value,
        enumerable: true,
        configurable: true,
        writable: true,
      });
    }
    return object;
  }

  const documents = fc
    .record({
      ...{
        title: word,
        path: word.map((text) => text.replace(/[?#]/g, '')),
        parameter: word,
        query: word,
        value: word,
        list: word,
        id: word,
      },
      ...{
        scheme: fc.constantFrom('header', 'query', 'cookie'),
        key: word,
        base: fc.oneof(fc.constant('v1'), word),
        inner: word,
      },
      ...{
        record,
        body: record,
        method: fc.constantFrom('put', 'patch', 'post'),
        form: fc.boolean(),
      },
    })
    .map((given) => {
      const json = (value: unknown) => ({
        200: { description: given.title, content: { 'application/json': { schema: value } } },
      });
      const body = {
        content: {
          [given.form ? 'application/x-www-form-urlencoded' : 'application/json']: {
            schema: given.body,
          },
        },
      };
      const place = `/${given.path}`;
      const parameters = [
        {
          name: given.query,
          in: 'query',
          required: true,
          schema: { type: 'string', default: given.value },
        },
        {
          name: `X-${given.query}`,
          in: 'header',
          required: true,
          schema: { type: 'string', enum: [given.value] },
        },
        { name: 'cursor', in: 'query', schema: { type: 'string' } },
      ];
      const paged = {
        type: 'object',
        properties: asObject([
          [given.list, { type: 'array', items: given.record }],
          ['next_cursor', {}],
        ]),
      };
      return {
        openapi: '3.0.0',
        info: { title: given.title },
        servers: [{ url: `https://a.example/${given.base}` }],
        security: [{ key: [] }],
        components: {
          securitySchemes: { key: { type: 'apiKey', in: given.scheme, name: given.key } },
        },
        paths: asObject([
          [
            place,
            {
              get: { operationId: given.title, parameters, responses: json(paged) },
              post: { requestBody: body, responses: json(given.record) },
            },
          ],
          [
            `${place}/{${given.parameter}}`,
            {
              get: { responses: json(given.record) },
              [given.method]: { requestBody: body, responses: json({}) },
              delete: { responses: {} },
            },
          ],
          [
            `${place}/{${given.parameter}}/${given.inner}`,
            { get: { responses: json({ type: 'array', items: given.record }) } },
          ],
        ]),
      };
    });

  it('becomes a connector without code of its own, or none', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(documents, async (document) => {
        const outcome = importDocument({ document });
        if ('faults' in outcome) {
          expect(outcome.faults.every(({ detail }) => detail.length < 500)).toBe(true);
          return;
        }
        const { connector } = outcome;
        expect(checkText(outcome)).toEqual([]);
        expect(await checkDefinition(connector)).toEqual([]);
        for (const [, source] of sourcesOf(connector)) {
          made += 1;
          expect(identifiersIn(source)).not.toContain('MARK');
          expect(commentsIn(source).join()).not.toContain('MARK');
          expect(source).not.toContain('</script');
        }
      }),
      { numRuns: 500, seed: 20_261_124 },
    );
    expect(made).toBeGreaterThan(20);
  }, 60_000);
});

function commentsIn(source: string): string[] {
  const comments: Comment[] = [];
  parse(source, { ecmaVersion: 2024, onComment: comments });
  return comments.map(({ value }) => value);
}

/** What is named by code, and not as a text or as the name of a member. */
function identifiersIn(source: string): string[] {
  const names: string[] = [];
  const visit = (node: unknown, key: string): void => {
    if (Array.isArray(node)) for (const each of node) visit(each, key);
    if (typeof node !== 'object' || node === null || !('type' in node)) return;
    const { type, ...members } = node as AnyNode & Record<string, unknown>;
    const isMember = key === 'key' || key === 'property';
    if (type === 'Identifier' && !isMember) names.push(String((node as { name?: unknown }).name));
    for (const [name, member] of Object.entries(members)) visit(member, name);
  };
  visit(parse(source, { ecmaVersion: 2024 }), '');
  return names;
}
