import { compileMapping } from '../compile-mapping.js';
import { mapPage } from '../map-page.fixture.js';
import { RecordMapper } from '../map-records.js';
import type { MappingConfig, MappingCounts } from '../mapping.types.js';

/** The records and counts that a run over these pages of JSON comes to. */
function map(config: Partial<MappingConfig>, ...pages: string[]) {
  const mapping = compileMapping({ recordArrayPath: '', fields: [], ...config });
  const mapper = new RecordMapper(mapping);
  const records = pages.flatMap((page) => mapPage(mapper, page));
  return { records, counts: mapper.counts };
}

function codesOf({ warnings }: MappingCounts): string[] {
  return warnings.map(({ code }) => code);
}

describe('an id', () => {
  it.each<[string, Partial<MappingConfig>, string]>([
    ['{"id":0}', {}, '0'],
    ['{"id":1.5}', {}, '1.5'],
    ['{"id":9007199254740993}', {}, '9007199254740993'],
    ['{"id":9007199254740992}', {}, '9007199254740992'],
    ['{"id":12345678901234567890.0}', {}, '12345678901234567890'],
    ['{"id":"a:b%"}', {}, 'a:b%'],
    ['{"a":{"b":["x"]}}', { idPath: 'a.b[0]' }, 'x'],
    ['{"a":{"b":"x"}}', { idPath: '$..b' }, 'x'],
    ['{"a":"x:1","b":"50%","c":2}', { idPath: ['a', 'b', 'c'] }, 'x%3A1:50%25:2'],
    ['{"a":":"}', { idPath: ['a'] }, '%3A'],
    ['"x"', { idPath: '' }, 'x'],
  ])('of %s is found', (record, config, id) => {
    expect(map(config, `[${record}]`).records).toEqual([{ id, fields: {} }]);
  });

  it.each<[string, Partial<MappingConfig>, string]>([
    ['{}', {}, '/0'],
    ['{"id":null}', {}, '/0/id'],
    ['{"id":""}', {}, '/0/id'],
    ['{"id":true}', {}, '/0/id'],
    ['{"id":[1]}', {}, '/0/id'],
    ['{"id":{}}', {}, '/0/id'],
    ['7', {}, '/0'],
    ['null', { idPath: '' }, '/0'],
    ['{"a":1}', { idPath: ['a', 'b'] }, '/0'],
    ['{"a":{"b":1},"b":2}', { idPath: '$..b' }, '/0'],
    ['{"id":1}', { idPath: '@key' }, '/0'],
  ])('of %s is missing, so that the record is rejected', (record, config, pointer) => {
    const { records, counts } = map(config, `[${record}]`);
    expect(records).toEqual([]);
    expect(counts).toMatchObject({ rejected: 1, records: 0, samples: [{ record: 0, pointer }] });
    expect(codesOf(counts)).toEqual(['mapping.rejected']);
  });

  it('is unsafe where code has read a large integer as a number', () => {
    const config = { recordArrayPath: '', idPath: ['a', 'id'], fields: [] };
    const mapper = new RecordMapper(compileMapping(config));
    const page = [{ a: 1, id: 2 ** 53 }, { a: 1, id: -1e20 }, { a: 1, id: 5 }, { a: 1 }];
    const records = mapPage(mapper, JSON.stringify(page), { isForeign: false });
    expect(records).toEqual([{ id: '1:5', fields: {} }]);
    expect(mapper.counts).toMatchObject({
      rejected: 3,
      samples: [{ record: 0, pointer: '/0/id' }, { record: 1 }, { record: 3 }],
      warnings: [
        {
          code: 'mapping.unsafe_id',
          detail: expect.stringContaining('2 records not kept') as string,
        },
        {
          code: 'mapping.rejected',
          detail: expect.stringContaining('1 record not kept') as string,
        },
      ],
    });
  });

  it('is kept once in a run, the first time', () => {
    const { records, counts } = map(
      { fields: [{ path: 'n', type: 'jsonb', name: 'n' }] },
      '[{"id":1,"n":1},{"id":"1","n":2}]',
      '[{"id":1,"n":3},{"id":2,"n":4}]',
    );
    expect(records).toEqual([
      { id: '1', fields: { n: 1 } },
      { id: '2', fields: { n: 4 } },
    ]);
    expect(counts).toMatchObject({
      records: 2,
      pages: 2,
      duplicates: 2,
      samples: [
        { record: '1', pointer: '/1' },
        { record: '1', pointer: '/0' },
      ],
    });
    expect(codesOf(counts)).toEqual(['mapping.duplicates']);
  });
});
