import fc from 'fast-check';
import { parse } from 'yaml';
import { checkDefinition } from '../src/custom-connector/check-definition.js';
import { importDocument } from '../src/custom-connector-builder/import-openapi/import-document.js';
import type { Json, JsonObject } from './support/openapi/as-json-schema.js';
import { hasRunnable, PAYLOADS } from './support/openapi/code-in-names.js';
import { CASES } from './support/openapi/cases.js';
import { documentText } from './support/openapi/import-case.js';

/** How many documents are tried; more find more, and take longer. */
const RUNS = Number(process.env['FUZZ'] ?? 300);
/** Of one import of a small document, on a busy machine. */
const MOST_MS = 2_000;

const DOCUMENTS = CASES.map(({ file }) => parse(documentText(file)) as JsonObject);

/** What a part of a document is changed into: what may stand elsewhere, and what may stand nowhere. */
const ODD: Json[] = [
  ...[
    null,
    true,
    false,
    0,
    -1,
    1e308,
    '',
    'x',
    [],
    {},
    [null],
    [[]],
    { '': null },
    [{ $ref: '#' }],
  ],
  ...[{ $ref: '#/paths' }, { $ref: '#/components/schemas/Dog' }, { type: 'object' }],
  ...[
    { type: ['string', 'null', 7] },
    { oneOf: [] },
    { allOf: [{}] },
    { anyOf: [{ type: 'null' }] },
  ],
  ...[{ type: 'array' }, { type: 'array', items: { type: 'array' } }, { properties: { id: null } }],
  ...[{ not: {} }, { additionalProperties: {} }, { enum: [{}, [], null] }, { const: [1] }],
  ...['/', '//', '/{}', '/{a}/{a}', '{a}', '/a/{b}c{d}', 'http://', 'http://[', '/%', '/a?b=c#d'],
  ...['readOnly', 'application/json; charset=utf-8', '*/*', 'ä', '\u0000', '\ud800'],
  ...PAYLOADS,
];

type Change = { at: number; as: 'value' | 'name' | 'gone' | 'twice'; odd: number };

const changes: fc.Arbitrary<Change[]> = fc.array(
  fc.record({
    at: fc.nat(),
    as: fc.constantFrom('value', 'value', 'name', 'gone', 'twice'),
    odd: fc.nat(ODD.length - 1),
  }),
  { minLength: 1, maxLength: 6 },
);

/** Changes parts of a document, each chosen among all that it has then. */
function changed(document: JsonObject, list: Change[]): JsonObject {
  const copy = structuredClone(document);
  for (const { at, as, odd } of list) {
    const places = placesIn(copy);
    const place = places[at % places.length];
    if (!place) return copy;
    const [holder, name] = place;
    const value = (holder as JsonObject)[name] ?? null;
    const other = structuredClone(ODD[odd] ?? null);
    if (as === 'value') set(holder, name, other);
    if (as === 'twice') set(holder, name, [value, value]);
    if (as === 'gone') Reflect.deleteProperty(holder, name);
    if (as === 'name' && typeof other === 'string') {
      Reflect.deleteProperty(holder, name);
      set(holder, Array.isArray(holder) ? '0' : other, value);
    }
  }
  return copy;
}

function placesIn(value: Json): [holder: object, name: string][] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([name, member]) => [
    [value, name] as [object, string],
    ...placesIn(member),
  ]);
}

/** As JSON sets it, `__proto__` too. */
function set(holder: object, name: string, value: Json): void {
  Object.defineProperty(holder, name, {
    ...{ value, enumerable: true, writable: true, configurable: true },
  });
}

describe('the import of documents with anything in them', () => {
  it('would see what could run', () => {
    const [source, name] = ['() => `${pwned()}`', '() => ({ pwned: "pwned()" }).pwned'];
    expect([source, name].map((pollRecords) => hasRunnable({ pollRecords }))).toEqual([
      true,
      false,
    ]);
  });

  it('says what is wrong, or gives a connector that can be stored', async () => {
    const tried = fc.asyncProperty(
      fc.constantFrom(...DOCUMENTS),
      changes,
      fc.boolean(),
      async (document, list, isText) => {
        const given = changed(document, list);
        const begin = performance.now();
        const outcome = importDocument({
          document: isText ? JSON.stringify(given) : given,
          ...{ url: 'https://api.example.com/openapi.json' },
        });
        expect(performance.now() - begin).toBeLessThan(MOST_MS);
        if ('faults' in outcome) {
          for (const { detail } of outcome.faults) expect(detail).toMatch(/\w+ \w+/);
          return;
        }
        const { connector, skipped } = outcome;
        expect(connector.name).toMatch(/^[^]{1,255}$/);
        for (const { reason } of skipped) expect(reason).toMatch(/\w+ \w+/);
        expect(await checkDefinition(connector)).toEqual([]);
        expect(hasRunnable(connector)).toBe(false);
      },
    );
    await fc.assert(tried, { numRuns: RUNS });
  }, 120_000);
});
