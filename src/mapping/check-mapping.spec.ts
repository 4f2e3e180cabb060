import fc from 'fast-check';

import { checkMapping } from './check-mapping.js';
import { columnsOf, compileMapping } from './compile-mapping.js';
import { InvalidMappingError } from './mapping.errors.js';
import type { MappingConfig } from './mapping.types.js';

const FIELD = { path: 'a', type: 'text', name: 'a' };

function pointersOf(value: unknown): string[] {
  return checkMapping(value).map(({ pointer }) => pointer);
}

describe('checkMapping', () => {
  it.each([
    { recordArrayPath: '', fields: [] },
    { recordArrayPath: '$.data[*]', idPath: ['a.b', '@key'], fields: [FIELD] },
    {
      recordArrayPath: 'data',
      idPath: '',
      fields: [{ ...FIELD, path: '$..x', type: 'numeric[]' }],
    },
    { recordArrayPath: 'data', fields: [{ ...FIELD, name: '__proto__' }, FIELD] },
  ])('finds nothing wrong with %j', (value) => {
    expect(checkMapping(value)).toEqual([]);
  });

  it('names every fault at once', () => {
    const value = {
      recordArrayPath: 'a..b',
      idPath: [],
      fields: [
        { path: '$[', type: 'varchar', name: '' },
        { path: 1, type: 'text', name: 'a', 'x/y': 1 },
        { path: 'a', type: 'text', name: 'a' },
        null,
        {},
      ],
      extra: true,
    };
    expect(pointersOf(value).sort()).toEqual(
      [
        '/extra',
        '/recordArrayPath',
        '/idPath',
        ...['/fields/0/path', '/fields/0/type', '/fields/0/name'],
        ...['/fields/1/x~1y', '/fields/1/path', '/fields/2/name', '/fields/3'],
        ...['/fields/4/path', '/fields/4/type', '/fields/4/name'],
      ].sort(),
    );
  });

  it('says where a path goes wrong', () => {
    const faults = checkMapping({ recordArrayPath: 'a..b', fields: [] }, '/mapping');
    expect(faults).toEqual([
      { pointer: '/mapping/recordArrayPath', detail: 'expected a name at position 2' },
    ]);
  });

  it.each<[unknown, string[]]>([
    [undefined, ['']],
    [[], ['']],
    ['x', ['']],
    [{}, ['/recordArrayPath', '/fields']],
    [{ recordArrayPath: '@key', fields: {} }, ['/recordArrayPath', '/fields']],
    [{ recordArrayPath: '', idPath: ['a', 1], fields: [] }, ['/idPath/1']],
    [{ recordArrayPath: '', idPath: null, fields: [] }, ['/idPath']],
    [{ recordArrayPath: 'a'.repeat(2_001), fields: [] }, ['/recordArrayPath']],
    [{ recordArrayPath: '', fields: Array.from({ length: 1_001 }, () => FIELD) }, ['/fields']],
    [{ recordArrayPath: '', fields: [{ ...FIELD, name: 'n'.repeat(256) }] }, ['/fields/0/name']],
    [{ recordArrayPath: '', fields: [{ ...FIELD, name: 'a\0b' }] }, ['/fields/0/name']],
    [JSON.parse('{"recordArrayPath":"","fields":[],"__proto__":1}'), ['/__proto__']],
    [Object.create({ recordArrayPath: '', fields: [] }), ['/recordArrayPath', '/fields']],
  ])('refuses %j', (value, pointers) => {
    expect(pointersOf(value)).toEqual(pointers);
  });

  it('lists at most 1,000 faults', () => {
    const fields = Array.from({ length: 1_000 }, () => ({ a: 1, b: 2, c: 3 }));
    expect(checkMapping({ recordArrayPath: '', fields })).toHaveLength(1_000);
  });

  it('throws at nothing, and passes only what compiles', () => {
    const path = fc.oneof(
      fc.string(),
      fc.stringMatching(/^\$?[.[\]'"a0?@*\\()-]{0,12}$/),
      fc.constantFrom('', 'a.b', '$..a', '@key', `$${'[?('.repeat(600)}`),
    );
    const field = fc.record({ path, type: fc.constantFrom('text', 'x'), name: fc.string() });
    const config = fc.record({ recordArrayPath: path, idPath: path, fields: fc.array(field) });
    fc.assert(
      fc.property(fc.oneof(fc.anything(), config), (value) => {
        const faults = checkMapping(value);
        const compile = (): unknown => compileMapping(value as MappingConfig);
        if (faults.length > 0) expect(compile).toThrow(InvalidMappingError);
        else expect(compile).not.toThrow();
      }),
      { numRuns: 1_000 },
    );
  });
});

describe('columnsOf', () => {
  it('lists the fields in order', () => {
    const fields = [FIELD, { path: 'b', type: 'jsonb', name: 'B' }] as MappingConfig['fields'];
    expect(columnsOf({ recordArrayPath: '', fields })).toEqual([
      { id: 'a', displayName: 'a', type: 'text' },
      { id: 'B', displayName: 'B', type: 'jsonb' },
    ]);
  });
});
