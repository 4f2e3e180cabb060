import { Ajv2020 } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';
import fc from 'fast-check';
import { checkText } from '../../common/check-text.js';
import { checkMapping } from '../../mapping/check-mapping.js';
import { columnsOf, compileMapping } from '../../mapping/compile-mapping.js';
import { mapPage } from '../../mapping/map-page.fixture.js';
import { mapRecord, RecordMapper } from '../../mapping/map-records.js';
import type { MappingConfig, MappingCounts } from '../../mapping/mapping.types.js';
import { ResponseSchema } from '../../remote-service/responses/response-schema.js';
import { NoRecordsError } from './infer.errors.js';
import { fieldsOf } from './samples/infer-case.fixture.js';
import { INFER_CASES } from './samples/infer-cases.fixture.js';
import { propose } from './samples/propose.fixture.js';

/** What the mapping makes of the sample; of a single record as `getRecord` has it. */
function countsOf(sample: unknown, mapping: MappingConfig, single = false): MappingCounts {
  const compiled = compileMapping(mapping);
  if (single) return mapRecord(compiled, sample, 'asked').counts;
  const mapper = new RecordMapper(compiled);
  mapPage(mapper, JSON.stringify(sample), { isForeign: false });
  return mapper.counts;
}

const ALL_KEPT = { duplicates: 0, rejected: 0, invalid: 0, warnings: [] };

function isValid(schema: object, value: unknown): boolean {
  const ajv = new Ajv2020({ strict: true, strictTypes: false, ownProperties: true });
  formats.default(ajv);
  return ajv.validate(schema, value);
}

describe('the proposal for a sample', () => {
  it.each(INFER_CASES)('is what a careful person would accept: $title', (accepted) => {
    const { recordArrayPath, idPath } = accepted;
    const { mapping } = propose(accepted.sample);
    expect(mapping).toEqual({ recordArrayPath, idPath, fields: fieldsOf(accepted) });
  });

  it.each(INFER_CASES)('reads all records, each value: $title', ({ sample, records, single }) => {
    const { mapping, schema, pollRecordsResponse } = propose(sample);
    expect(checkMapping(mapping)).toEqual([]);
    expect(countsOf(sample, mapping, single)).toMatchObject({ records, ...ALL_KEPT });
    expect(schema.map(({ id, type }) => ({ id, type }))).toEqual(
      columnsOf(mapping).map(({ id, type }) => ({ id, type })),
    );
    expect(isValid(pollRecordsResponse, sample)).toBe(true);
  });

  const two = [{ id: 1 }, { id: 2 }];
  it.each<[string, unknown, string, string | string[], number]>([
    [
      'lists under dates',
      { days: { '2026-01-01': [{ id: 1 }], '2026-01-02': two.slice(1) } },
      '$["days"][*][*]',
      'id',
      2,
    ],
    ['a page and its list', [{ page: 1, total: 2 }, two], '[1]', 'id', 2],
    [
      'rows without a header',
      {
        prices: [
          [1700000000000, 1.5],
          [1700003600000, 1.5],
        ],
      },
      'prices',
      '[0]',
      2,
    ],
    [
      'a paged list of something that has an id',
      { data: { viewer: { id: 'u', repos: { nodes: two, pageInfo: {} } } } },
      'data.viewer.repos.nodes',
      'id',
      2,
    ],
    ['a JSON-RPC answer', { jsonrpc: '2.0', id: 1, result: { pots: two } }, 'result.pots', 'id', 2],
    [
      'a list whose name says what it is, not its data',
      {
        data: [
          { order_id: 'a', user_id: 'x' },
          { order_id: 'b', user_id: 'y' },
        ],
      },
      'data',
      'order_id',
      2,
    ],
    [
      'an id of the list’s name',
      {
        orders: [
          { user_id: 'x', order_id: 'a' },
          { user_id: 'y', order_id: 'b' },
        ],
      },
      'orders',
      'order_id',
      2,
    ],
    [
      'an id inside of a member',
      {
        items: [
          { spec: 1, metadata: { uid: 'a', labels: {} } },
          { spec: 1, metadata: { uid: 'b', labels: {} } },
        ],
      },
      'items',
      'metadata.uid',
      2,
    ],
    [
      'the address of a HAL resource',
      {
        items: [
          { n: 1.5, _links: { self: { href: '/1' }, up: { href: '/' } } },
          { n: 1.5, _links: { self: { href: '/2' }, up: { href: '/' } } },
        ],
      },
      'items',
      '_links.self.href',
      2,
    ],
    ['an id that is not in all records', [{ id: 1, slug: 'a' }, { slug: 'b' }], '', 'slug', 2],
    [
      'an id that comes twice',
      [
        { id: 1, slug: 'a' },
        { id: 1, slug: 'b' },
      ],
      '',
      'slug',
      2,
    ],
    [
      'ids whose last digits a number can’t hold',
      JSON.parse('[{"id":9007199254740993},{"id":9007199254740992}]') as unknown,
      '',
      'id',
      0,
    ],
    [
      'a header above numbers',
      [
        ['ID', 'Name'],
        [7, 'Mug'],
        [8, 'Mug'],
      ],
      '$[1:]',
      '[0]',
      2,
    ],
    ['an envelope with an id, and a list', { id: 'req_1', data: two }, 'data', 'id', 2],
    ['numbers', [3, 4], '', '', 2],
    ['an empty array', [], '', 'id', 0],
  ])('finds %s', (_, sample, recordArrayPath, idPath, records) => {
    const { mapping, pollRecordsResponse } = propose(sample);
    expect(mapping).toMatchObject({ recordArrayPath, idPath });
    expect(countsOf(sample, mapping).records).toBe(records);
    expect(isValid(pollRecordsResponse, sample)).toBe(true);
  });

  it('is one record where an object holds no list but that of its errors', () => {
    const { mapping } = propose({ errors: [], me: { name: 'Ank', team: { id: 7 } } });
    expect(mapping).toMatchObject({
      recordArrayPath: '',
      fields: [{ path: 'errors' }, { path: 'me' }],
    });
  });

  it('does not take the id of something else for that of one record', () => {
    expect(propose({ name: 'Ank', team: { id: 7 } }).mapping.idPath).toBe('name');
  });

  it('takes the likeliest id where no value tells the records apart', () => {
    expect(
      propose([
        { id: 1, n: 1 },
        { id: 1, n: 1 },
      ]).mapping.idPath,
    ).toBe('id');
    expect(propose([{ n: null }, { n: null }]).mapping.idPath).toBe('id');
  });

  it('names columns as people read them', () => {
    const { schema } = propose([
      { id: 1, createdAt: '2026-01-01', shop_url: 'x', 'Full name': 'A' },
    ]);
    expect(schema).toEqual([
      { id: 'id', displayName: 'ID', type: 'numeric' },
      { id: 'createdAt', displayName: 'Created at', type: 'timestamp' },
      { id: 'shop_url', displayName: 'Shop URL', type: 'text' },
      { id: 'Full name', displayName: 'Full name', type: 'text' },
    ]);
  });

  it.each([null, 'text with a secret', 7, true, {}])('is none for %j', (sample) => {
    expect(() => propose(sample)).toThrow(NoRecordsError);
    expect(() => propose(sample)).not.toThrow('secret');
  });

  it('says of responses what later pages keep to', () => {
    const schema = propose({
      items: [
        { id: 1, note: 'a' },
        { id: 2, note: null },
      ],
      next: 'https://api.example/2',
      paging: { cursor: 'x', sizes: [1] },
    }).pollRecordsResponse;
    for (const rest of [{}, { next: null }, { paging: null }, { paging: { cursor: null } }]) {
      expect(isValid(schema, { items: [{ id: 3, note: null }], ...rest })).toBe(true);
    }
    expect(isValid(schema, { items: [{ note: 'a' }] })).toBe(false);
    expect(isValid(schema, { items: [{ id: 'text', note: 'a' }] })).toBe(false);
    expect(isValid(schema, { next: null })).toBe(false);
    expect(isValid(schema, { items: [], next: 7 })).toBe(false);
  });

  it('does not name the keys of records in the schema of a response', () => {
    const keyed = { usr_1: { name: 'A' }, usr_2: { name: 'B' } };
    const { pollRecordsResponse } = propose(keyed);
    expect(JSON.stringify(pollRecordsResponse)).not.toContain('usr_');
    expect(isValid(pollRecordsResponse, { usr_9: { name: 'C' } })).toBe(true);
    expect(isValid(pollRecordsResponse, { usr_9: { name: 9 } })).toBe(false);
  });

  it('stays within what a connector and its checks take', () => {
    const wide = Array.from({ length: 3 }, (_, id) =>
      Object.fromEntries<number>([
        ['id', id],
        ...Array.from({ length: 10_000 }, (__, at): [string, number] => [`ключ ${at}`, at]),
      ]),
    );
    const long = [{ id: 1, ['x'.repeat(2_000)]: 1, ['a b'.repeat(150)]: 2, ['é'.repeat(300)]: 3 }];
    for (const sample of [wide, long]) {
      const proposal = propose(sample);
      expect(checkMapping(proposal.mapping)).toEqual([]);
      expect(countsOf(sample, proposal.mapping)).toMatchObject({
        records: sample.length,
        ...ALL_KEPT,
      });
      expect(Buffer.byteLength(JSON.stringify(proposal))).toBeLessThan(1024 * 1024);
      const response = ResponseSchema.read(proposal.pollRecordsResponse) as ResponseSchema;
      expect(response.check(Buffer.from(JSON.stringify(sample)))).toEqual({ faults: [] });
    }
    expect(propose(wide).mapping.fields).toHaveLength(1_000);
  });

  const name = fc
    .oneof(
      fc.constantFrom(
        'id',
        'data',
        'items',
        'fields',
        'properties',
        'type',
        'constructor',
        'toString',
      ),
      fc.constantFrom(
        '',
        ' ',
        '@key',
        '$',
        'a.b',
        '[0]',
        '0',
        '"',
        "'",
        '\\',
        'created_at',
        '_proto__',
      ),
      fc.string({ unit: 'binary', maxLength: 4 }),
    )
    .filter((key) => key !== '__proto__');
  const scalar = fc.oneof(
    fc.constantFrom(
      null,
      true,
      false,
      0,
      7,
      -1.5,
      1767261600,
      1e300,
      '',
      'x',
      'true',
      '007',
      '12.50',
    ),
    fc.constantFrom(
      '2026-01-31',
      '2026-02-30',
      '2026-01-31T10:00:00Z',
      '1767261600',
      ' 5',
      '1e5',
      'number',
    ),
  );
  const json = fc.letrec((tie) => ({
    value: fc.oneof(
      { depthSize: 'medium' },
      scalar,
      fc.array(tie('value'), { maxLength: 4 }),
      fc.dictionary(name, tie('value'), { maxKeys: 5 }),
    ),
  })).value;

  it('is valid for whatever JSON has records, reads each value, and describes the sample', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.array(json, { maxLength: 5 }),
          fc.dictionary(name, json, { minKeys: 1, maxKeys: 5 }),
        ),
        (sample) => {
          // What no route takes never comes here.
          fc.pre(checkText(sample).length === 0);
          const { mapping, pollRecordsResponse } = propose(sample);
          expect(checkMapping(mapping)).toEqual([]);
          const { invalid } = countsOf(sample, mapping);
          // What is one record itself is read by `getRecord`.
          const isOne = invalid > 0 && !Array.isArray(sample) && mapping.recordArrayPath === '';
          expect(isOne ? countsOf(sample, mapping, true).invalid : invalid).toBe(0);
          const schema = ResponseSchema.read(pollRecordsResponse) as ResponseSchema;
          expect(schema.check(Buffer.from(JSON.stringify(sample)))).toEqual({ faults: [] });
        },
      ),
      { numRuns: 400, seed: 20_261_124 },
    );
  });
});
