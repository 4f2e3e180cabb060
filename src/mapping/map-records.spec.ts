import fc from 'fast-check';

import { compileMapping } from './compile-mapping.js';
import { mapRecord, RecordMapper } from './map-records.js';
import { BadPageError } from './mapping.errors.js';
import type { FieldMapping, MappingConfig, MappingCounts, PgType } from './mapping.types.js';
import { parseJson } from './parse-json.js';
import { writeJson } from './write-json.js';

function field(path: string, type: PgType = 'jsonb', name = path): FieldMapping {
  return { path, type, name };
}

function mapperFor(config: Partial<MappingConfig>): RecordMapper {
  return new RecordMapper(compileMapping({ recordArrayPath: '', fields: [], ...config }));
}

/** The records and counts that a run over these pages of JSON comes to. */
function map(config: Partial<MappingConfig>, ...pages: string[]) {
  const mapper = mapperFor(config);
  const records = pages.flatMap((page) => mapper.mapPage(parseJson(page)));
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

  it('stops at a limit, and looks at nothing beyond it', () => {
    const mapper = mapperFor({});
    expect(mapper.mapPage([{ id: 1 }, {}, { id: 2 }, {}, { id: 2 }], 2)).toHaveLength(2);
    expect(mapper.counts).toMatchObject({ records: 2, rejected: 1, duplicates: 0 });
  });

  it('gives counts that later pages leave alone', () => {
    const mapper = mapperFor({});
    const before = mapper.counts;
    mapper.mapPage([{}]);
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
          kept = mapper.mapPage(page);
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
