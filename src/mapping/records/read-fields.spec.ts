import { compileMapping } from '../compile-mapping.js';
import { mapPage } from '../map-page.fixture.js';
import { RecordMapper } from '../map-records.js';
import type { FieldMapping, MappingConfig, PgType } from '../mapping.types.js';
import { writeJson } from '../../json/write-json.js';

function field(path: string, type: PgType = 'jsonb', name = path): FieldMapping {
  return { path, type, name };
}

/** The records and counts that a run over these pages of JSON comes to. */
function map(config: Partial<MappingConfig>, ...pages: string[]) {
  const mapping = compileMapping({ recordArrayPath: '', fields: [], ...config });
  const mapper = new RecordMapper(mapping);
  const records = pages.flatMap((page) => mapPage(mapper, page));
  return { records, counts: mapper.counts };
}

describe('a field', () => {
  it('keeps null, leaves out what is absent, and keeps the order of the mapping', () => {
    const fields = [field('z', 'text'), field('b', 'numeric'), field('a', 'text[]')];
    const { records } = map({ fields }, '[{"id":1,"a":null,"z":"Z"}]');
    expect(writeJson(records[0])).toBe('{"id":"1","fields":{"z":"Z","a":null}}');
  });

  it('is null, counted and sampled where its value does not fit', () => {
    const { records, counts } = map(
      {
        recordArrayPath: 'a/b',
        fields: [
          field('n.m', 'numeric'),
          field('list', 'numeric[]'),
          field('$.t[-1]', 'timestamp', 't'),
        ],
      },
      '{"a/b":[{"id":7,"n":{"m":"x"},"list":[1,"y"],"t":[0,"z"]}]}',
    );
    expect(records).toEqual([{ id: '7', fields: { 'n.m': null, list: null, t: null } }]);
    expect(counts).toMatchObject({ records: 1, invalid: 3, warnings: [] });
    expect(counts.samples).toEqual([
      {
        record: '7',
        field: 'n.m',
        pointer: '/a~1b/0/n/m',
        reason: 'expected a number or a text that is one, found the text "x"',
      },
      {
        record: '7',
        field: 'list',
        pointer: '/a~1b/0/list/1',
        reason: 'expected a number or a text that is one, found the text "y"',
      },
      {
        record: '7',
        field: 't',
        pointer: '/a~1b/0/t/1',
        reason: 'expected a date or time of the years 0001 to 9999, found the text "z"',
      },
    ]);
  });

  it('takes the list of what a JSONPath finds where its type is a list or jsonb', () => {
    const fields = [
      field('$.items[*].n', 'numeric[]', 'list'),
      field('$.items[*].n', 'jsonb', 'json'),
      field('$.items[*].x', 'text[]', 'none'),
    ];
    const { records } = map({ fields }, '[{"id":1,"items":[{"n":"1"},{"n":null},{"n":2}]}]');
    expect(records[0]?.fields).toEqual({ list: [1, null, 2], json: ['1', null, 2], none: [] });
  });

  it('takes the one result of a JSONPath where its type is single', () => {
    const fields = [
      field('$..one', 'text', 'one'),
      field('$..two', 'text', 'two'),
      field('$..no', 'text'),
    ];
    const { records, counts } = map({ fields }, '[{"id":1,"a":{"one":"x","two":1},"two":2}]');
    expect(records[0]?.fields).toEqual({ one: 'x', two: null });
    expect(counts.samples).toEqual([
      {
        record: '1',
        field: 'two',
        pointer: '/0',
        reason: 'the path finds 2 values where the type takes one',
      },
    ]);
  });

  it('points at the node that does not fit', () => {
    const fields = [field('$.items[*].n', 'numeric[]', 'list'), field('$..d', 'timestamp', 'd')];
    const { counts } = map({ fields }, '[{"id":1,"items":[{"n":1},{"n":[2]}],"x":{"d":"?"}}]');
    expect(counts.samples.map(({ pointer }) => pointer)).toEqual(['/0/items/1/n', '/0/x/d']);
  });

  it('may be called __proto__', () => {
    const { records } = map({ fields: [field('a', 'text', '__proto__')] }, '[{"id":1,"a":"x"}]');
    expect(writeJson(records[0])).toBe('{"id":"1","fields":{"__proto__":"x"}}');
  });

  it('keeps every digit of a number', () => {
    const fields = [field('n', 'text', 't'), field('n', 'numeric'), field('n', 'jsonb', 'j')];
    const { records } = map({ fields }, '[{"id":1,"n":12345678901234567890}]');
    expect(writeJson(records[0]?.fields)).toBe(
      '{"t":"12345678901234567890","n":"12345678901234567890","j":12345678901234567890}',
    );
  });

  it('is null where the record is too deep for its path', () => {
    const deep = `${'['.repeat(20_000)}${']'.repeat(20_000)}`;
    const { records, counts } = map(
      { fields: [field('$..a', 'jsonb', 'a'), field('deep')] },
      `[{"id":1,"deep":${deep}}]`,
    );
    expect(records[0]?.fields).toEqual({ a: null, deep: null });
    expect(counts.invalid).toBe(2);
  });
});
