import { mapPage } from '../map-page.fixture.js';
import { RecordMapper } from '../map-records.js';
import { BadPageError } from '../mapping.errors.js';
import { writeJson } from '../../json/write-json.js';

describe('without a mapping', () => {
  it('takes records as they are, with their ids as strings', () => {
    const mapper = new RecordMapper(null);
    const page = '[{"id":9007199254740993,"fields":{"n":1e400},"x":1},{"id":"a","fields":{}}]';
    expect(writeJson(mapPage(mapper, page))).toBe(
      '[{"id":"9007199254740993","fields":{"n":1e400}},{"id":"a","fields":{}}]',
    );
  });

  it('counts records without an id, with an unsafe one, and with one that came before', () => {
    const mapper = new RecordMapper(null);
    const ids = [undefined, null, '', 2 ** 53, 'a', 'a'];
    const page = JSON.stringify(ids.map((id) => ({ id, fields: {} })));
    expect(mapPage(mapper, page, { isForeign: false })).toHaveLength(1);
    expect(mapper.counts).toMatchObject({ rejected: 4, duplicates: 1 });
    expect(mapper.counts.samples.map(({ pointer }) => pointer)).toEqual([
      ...['/0', '/1/id', '/2/id', '/3/id', '/5'],
    ]);
  });

  it.each<[unknown, string]>([
    [null, ''],
    [{ data: [] }, ''],
    [[{ id: 'a', fields: {} }, 7], '/1'],
    [[null], '/0'],
    [[[]], '/0'],
    [[{ id: 'a' }], '/0/fields'],
    [[{ id: 'a', fields: [] }], '/0/fields'],
    [[{ id: 'a', fields: null }], '/0/fields'],
    [[{ id: true, fields: {} }], '/0/id'],
    [[{ id: {}, fields: {} }], '/0/id'],
  ])('refuses %j with a pointer', (page, pointer) => {
    let error: unknown;
    try {
      mapPage(new RecordMapper(null), JSON.stringify(page));
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(BadPageError);
    expect(error).toMatchObject({ pointer });
  });

  it('refuses fields that are nested too deeply', () => {
    const page = `[{"id":1,"fields":{"a":${'['.repeat(5_000)}${']'.repeat(5_000)}}}]`;
    expect(() => mapPage(new RecordMapper(null), page)).toThrow(BadPageError);
  });
});
