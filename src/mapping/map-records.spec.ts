import fc from 'fast-check';

import { compileMapping } from './compile-mapping.js';
import { CONVERTERS, MISFIT } from './values/convert.js';
import { mapPage } from './map-page.fixture.js';
import { mapRecord, RecordMapper } from './map-records.js';
import { BadPageError } from './mapping.errors.js';
import type { FieldMapping, MappingConfig, MappingCounts, PgType } from './mapping.types.js';
import { writeJson } from '../json/write-json.js';
import { parseJson } from '../json/parse-json.js';
import { type FieldMisfit, readFields } from './records/read-fields.js';
import { readId } from './records/read-id.js';

function field(path: string, type: PgType = 'jsonb', name = path): FieldMapping {
  return { path, type, name };
}

function mapperFor(config: Partial<MappingConfig>): RecordMapper {
  return new RecordMapper(compileMapping({ recordArrayPath: '', fields: [], ...config }));
}

/** The records and counts that a run over these pages of JSON comes to. */
function map(config: Partial<MappingConfig>, ...pages: string[]) {
  const mapper = mapperFor(config);
  const records = pages.flatMap((page) => mapPage(mapper, page));
  return { records, counts: mapper.counts };
}

function codesOf({ warnings }: MappingCounts): string[] {
  return warnings.map(({ code }) => code);
}

describe('the record array', () => {
  it('is an array, whose elements are the records', () => {
    const { records, counts } = map(
      { recordArrayPath: 'data.items', fields: [field('n', 'numeric')] },
      '{"data":{"items":[{"id":1,"n":"2"},{"id":"b"}]}}',
    );
    expect(records).toEqual([
      { id: '1', fields: { n: 2 } },
      { id: 'b', fields: {} },
    ]);
    expect(counts).toEqual({
      records: 2,
      pages: 1,
      duplicates: 0,
      rejected: 0,
      invalid: 0,
      samples: [],
      warnings: [],
    });
  });

  it('is an object, whose values are the records and whose keys are @key', () => {
    const { records } = map(
      {
        recordArrayPath: '$.users',
        idPath: '@key',
        fields: [field('', 'numeric', 'n'), field('@key', 'text')],
      },
      '{"users":{"__proto__":1,"a":2}}',
    );
    expect(records).toEqual([
      { id: '__proto__', fields: { n: 1, '@key': '__proto__' } },
      { id: 'a', fields: { n: 2, '@key': 'a' } },
    ]);
  });

  it('is the nodes of a JSONPath that is not singular, which have no @key', () => {
    const page = '{"a":{"list":[{"id":1},{"id":2,"off":true}]},"b":{"list":[{"id":3}]}}';
    const config = { recordArrayPath: '$.*.list[?!@.off]', fields: [field('@key')] };
    expect(map(config, page).records).toEqual([
      { id: '1', fields: {} },
      { id: '3', fields: {} },
    ]);
  });

  it.each([
    ['{}', ''],
    ['{"data":null}', '/data'],
    ['{"data":"x"}', '/data'],
    ['{"data":12345678901234567890}', '/data'],
    ['7', ''],
    ['null', ''],
  ])('is missing in %s', (page, pointer) => {
    const { records, counts } = map({ recordArrayPath: 'data' }, page);
    expect(records).toEqual([]);
    expect(counts).toMatchObject({ pages: 1, warnings: [{ code: 'mapping.no_array', pointer }] });
  });

  it('warns once, however many pages miss it', () => {
    const { counts } = map({ recordArrayPath: 'data' }, '{}', '{"data":[]}', '{}');
    expect(counts.pages).toBe(3);
    expect(counts.warnings).toMatchObject([
      { detail: expect.stringContaining('2 pages ') as string },
    ]);
  });
});

describe('a run', () => {
  it('keeps 20 samples, and the true counts', () => {
    const { counts } = map({}, JSON.stringify(Array.from({ length: 50 }, () => ({}))));
    expect(counts.samples).toHaveLength(20);
    expect(counts.rejected).toBe(50);
  });

  it('knows an id again however it is written, and none for another', () => {
    const ids = ['12', '"12"', '"\\u0031\\u0032"', '1.2e1', '"a/b"', '"a\\/b"', '"é"', '"\\u00e9"'];
    const others = [
      '"012"',
      '" 12"',
      '"12\\n"',
      '"e\\u0301"',
      '"\\ud800"',
      '"\\udc00"',
      '"\ufffd"',
    ];
    const page = [...ids, ...others].map((id, n) => `{"id":${id},"n":${n}}`);
    const { records, counts } = map({ fields: [field('n')] }, `[${page.join(',')}]`);
    const expected = [
      '12',
      'a/b',
      'é',
      '012',
      ' 12',
      '12\n',
      'e\u0301',
      '\ud800',
      '\udc00',
      '\ufffd',
    ];
    expect(records.map(({ id }) => id)).toEqual(expected);
    expect(counts).toMatchObject({ records: 10, duplicates: 5 });
    const samples = counts.samples.map(({ pointer }) => pointer);
    expect(samples).toEqual(['/1', '/2', '/3', '/5', '/7']);
  });

  it('stops at a limit, and looks at nothing beyond it', () => {
    const mapper = mapperFor({});
    const page = JSON.stringify([{ id: 1 }, {}, { id: 2 }, {}, { id: 2 }]);
    expect(mapPage(mapper, page, { limit: 2 })).toHaveLength(2);
    expect(mapper.counts).toMatchObject({ records: 2, rejected: 1, duplicates: 0 });
  });

  it('gives counts that later pages leave alone', () => {
    const mapper = mapperFor({});
    const before = mapper.counts;
    mapPage(mapper, '[{}]');
    expect(before).toMatchObject({ pages: 0, rejected: 0, samples: [], warnings: [] });
  });

  it('throws nothing but BadPageError, loses no record, and writes JSON', () => {
    const types = fc.constantFrom<PgType>('text', 'numeric[]', 'jsonb', 'timestamp', 'boolean');
    const path = fc.constantFrom(
      '',
      'a',
      'id',
      '[0]',
      '$..*',
      '$[?@.a]',
      '$.a[::-1]',
      '@key',
      'length',
    );
    const value = fc.jsonValue({ maxDepth: 4 });
    const item = fc.oneof(
      value,
      fc.record({ id: value, a: value, fields: value }, { requiredKeys: [] }),
    );
    fc.assert(
      fc.property(path, path, types, fc.oneof(value, fc.array(item)), fc.boolean(), (...parts) => {
        const [records, id, type, page, plain] = parts;
        const config = {
          recordArrayPath: records === '@key' ? '' : records,
          idPath: id,
          fields: [field(id, type, 'f'), field(records, type, 'g')],
        };
        const mapper = plain ? new RecordMapper(null) : mapperFor(config);
        let kept: unknown[];
        try {
          kept = mapPage(mapper, JSON.stringify(page));
        } catch (error) {
          expect(error).toBeInstanceOf(BadPageError);
          return;
        }
        const { counts } = mapper;
        expect(counts.records).toBe(kept.length);
        expect(counts.warnings.length > 0).toBe(
          counts.duplicates + counts.rejected > 0 || codesOf(counts).includes('mapping.no_array'),
        );
        if (Array.isArray(page) && (plain || config.recordArrayPath === '')) {
          expect(counts.records + counts.duplicates + counts.rejected).toBe(page.length);
        }
        expect(JSON.parse(writeJson(kept))).toHaveLength(kept.length);
      }),
      { numRuns: 2_000 },
    );
  });
});

/** A text of JSON with some of its characters as escapes, and with white space between its parts. */
function spread(text: string, space: string): string {
  const parts = text.match(/"(?:[^"\\]|\\.)*"|[^"\s]/g) ?? [];
  const escaped = parts.map((part) =>
    part.startsWith('"') ? part.replaceAll('a', '\\u0061') : part,
  );
  const isNumber = (part: string | undefined): boolean => /^[-+.\dA-Za-z]$/.test(part ?? '');
  return escaped
    .map((part, at) => (isNumber(part) && isNumber(escaped[at + 1]) ? part : part + space))
    .join('');
}

describe('a record of a page', () => {
  const types = fc.constantFrom<PgType>(
    ...(['text', 'text[]', 'numeric', 'numeric[]', 'boolean', 'boolean[]', 'jsonb'] as const),
    'timestamp',
  );
  const path = fc.constantFrom('a', 'b', 'n.a', 'n.b[0]', 'a.0', '$.n', '$..b', '@key', '', 'none');
  const digits = fc.array(fc.constantFrom('0', '0', '1', '7', '.', '-', 'e'), { maxLength: 18 });
  const text = fc.oneof(
    digits.map((parts) => parts.join('')),
    fc.constantFrom('', 'true', '1', 'a"b\\', 'ä\n😀', '2024-02-29', ' 2024-02-29T10:00:00Z'),
    fc.constantFrom('2024-02-29T10:00:00Z', '2023-02-29T10:00:00Z', '2024-02-29T10:00:00.120Z'),
    fc.constantFrom('2024-02-29T10:00:00.120000Z', '2024-02-29T10:00:00.5+24:00'),
    fc.constantFrom('2024-02-29T10:00:00.1234500+02:00', '9999-12-31T23:59:59-01:00'),
    fc.constantFrom('2024-02-29T10:00:00.Z', '2024-02-29T24:00:00Z', '0001-01-01T00:00:00+00:01'),
  );
  const number = fc.oneof(
    fc.constantFrom('0', '-0', '0.0', '1.50', '-7', '-0.5', '1E3', '1700000000', '1700000000123'),
    fc.constantFrom('123456789012345', '1234567890123456', '9007199254740993', '1e400', '1e-7'),
    fc.constantFrom('-62135596801', '253402300800', '253402300800000', '100000000000', '0.0000001'),
    fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  );
  const scalar = fc.oneof(
    text.map((given) => JSON.stringify(given)),
    number,
    fc.constantFrom('null', 'true', 'false'),
  );
  const list = fc.array(scalar, { maxLength: 3 }).map((items) => `[${items.join(',')}]`);
  const value = fc.oneof(scalar, list, fc.constantFrom('{}', '{"a":[{"b":1}]}'));
  const name = fc.constantFrom('id', 'a', 'b', '0', 'c');
  const object = (member: fc.Arbitrary<string>): fc.Arbitrary<string> =>
    fc
      .array(fc.tuple(name, member), { maxLength: 6 })
      .map((members) => `{${members.map(([key, given]) => `"${key}":${given}`).join(',')}}`);
  const record = fc.oneof(
    { weight: 9, arbitrary: object(value) },
    fc
      .tuple(object(value), object(value))
      .map(([outer, inner]) =>
        outer === '{}' ? `{"n":${inner}}` : `${outer.slice(0, -1)},"n":${inner}}`,
      ),
    value,
  );
  const space = fc.constantFrom('', ' ', '\n\t');

  it('has each value as its type has it', () => {
    fc.assert(
      fc.property(types, fc.array(value, { minLength: 10, maxLength: 30 }), (type, values) => {
        const fields = [{ path: 'a', type, name: 'f' }];
        const records = values.map((given, at) => `{"id":${at},"a":${given}}`);
        const { records: written } = map({ fields }, `[${records.join(',')}]`);
        for (const [at, given] of values.entries()) {
          const converted = CONVERTERS[type](parseJson(given));
          const expected = converted === MISFIT ? null : parseJson(writeJson(converted));
          expect(writeJson(written[at]?.fields['f'])).toBe(writeJson(expected));
        }
      }),
      { numRuns: 3_000 },
    );
  });

  it('is written as reading its values would have it', () => {
    const field = fc.tuple(path, types);
    const id = fc.constantFrom<string | string[]>('id', 'id', 'a', '@key', '$..b', ['id', 'n.a']);
    fc.assert(
      fc.property(
        fc.array(field, { maxLength: 5 }),
        id,
        fc.array(record, { maxLength: 3 }),
        fc.boolean(),
        space,
        (fields, idPath, records, keyed, between) => {
          const mapping = compileMapping({
            recordArrayPath: '',
            idPath,
            fields: fields.map(([from, type], at) => ({ path: from, type, name: `${3 - at}` })),
          });
          const members = records.map((given, at) => (keyed ? `"k${at}":${given}` : given));
          const page = keyed ? `{${members.join(',')}}` : `[${members.join(',')}]`;
          const mapper = new RecordMapper(mapping);
          const written = mapPage(mapper, spread(page, between));
          const expected = new Map<string, unknown>();
          let [rejected, invalid] = [0, 0];
          for (const [at, given] of records.entries()) {
            const key = keyed ? `k${at}` : undefined;
            const misfits: FieldMisfit[] = [];
            const found = readId(mapping, parseJson(given), key);
            if (typeof found !== 'string') rejected += 1;
            else if (!expected.has(found)) {
              const read = readFields(mapping, parseJson(given), key, misfits);
              expected.set(found, parseJson(writeJson(read)));
            }
            invalid += misfits.length;
          }
          const told = written.map((one) => [one.id, writeJson(one.fields)]);
          expect(told).toEqual([...expected].map(([of, read]) => [of, writeJson(read)]));
          expect(mapper.counts).toMatchObject({
            rejected,
            invalid,
            duplicates: records.length - rejected - expected.size,
          });
        },
      ),
      { numRuns: 5_000 },
    );
  });
});

describe('mapRecord', () => {
  it('reads the value itself, and gives @key the id asked for', () => {
    const mapping = compileMapping({
      recordArrayPath: 'data',
      idPath: '@key',
      fields: [field('n', 'numeric'), field('@key', 'text', 'k')],
    });
    const answer = mapRecord(mapping, { n: 'x', data: [] }, 'r:1');
    expect(answer).toMatchObject({
      id: 'r:1',
      fields: { n: null, k: 'r:1' },
      counts: { records: 1, invalid: 1, samples: [{ record: 'r:1', field: 'n', pointer: '/n' }] },
    });
  });

  it('gives no id where there is none', () => {
    const mapping = compileMapping({ recordArrayPath: '', fields: [field('a')] });
    const answer = mapRecord(mapping, { a: 1 }, 'x');
    expect(answer).not.toHaveProperty('id');
    expect(answer).toMatchObject({ fields: { a: 1 }, counts: { records: 0, rejected: 1 } });
  });

  it('takes { id, fields } without a mapping, and refuses anything else', () => {
    expect(mapRecord(null, { id: 1, fields: { a: 2 } }, '1')).toMatchObject({
      id: '1',
      fields: { a: 2 },
    });
    expect(() => mapRecord(null, [{ id: 1, fields: {} }], '1')).toThrow(BadPageError);
  });
});
