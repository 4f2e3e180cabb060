import fc from 'fast-check';
import { compilePath, findAll } from '../../mapping/paths/paths.js';
import { writeDottedPath, writeJsonPath } from './write-path.js';

describe('a written path', () => {
  it.each<[(string | number)[], string]>([
    [['data', 'items'], 'data.items'],
    [['fields', 'Full Name'], 'fields["Full Name"]'],
    [['@odata.etag'], '["@odata.etag"]'],
    [['$ref'], '["$ref"]'],
    [['word-count'], 'word-count'],
    [['naïve'], 'naïve'],
    [['7'], '["7"]'],
    [['', 'say "x"'], '[""]["say \\"x\\""]'],
    [[0, 'id'], '[0].id'],
    [[], ''],
  ])('of %j is %s', (steps, path) => {
    expect(writeDottedPath(steps)).toBe(path);
  });

  it('is no JSONPath where a name has a control character', () => {
    expect(writeJsonPath(['a', '\u0001'])).toBeUndefined();
    expect(writeJsonPath(['a', 0, '\u007f'])).toBe('$["a"][0]["\u007f"]');
  });

  it('finds the value at its steps, and nothing else', () => {
    // NUL comes through no route.
    const name = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 6 }),
      fc.constantFrom(
        '$',
        '@key',
        'a.b',
        '[0]',
        '0',
        'constructor',
        '\n',
        '\u2028',
        "it's",
        '\\u0041',
      ),
    );
    const steps = fc.array(
      fc.oneof(
        name.filter((key) => key !== '__proto__' && !key.includes('\0')),
        fc.nat(3),
      ),
      {
        minLength: 1,
        maxLength: 4,
      },
    );
    fc.assert(
      fc.property(steps, (way) => {
        const value = { wanted: true };
        const root = way.reduceRight<unknown>((inner, step) => {
          if (typeof step === 'number')
            return Array.from({ length: 5 }, (_, at) => (at === step ? inner : at));
          return { other: 1, [step]: inner };
        }, value);
        for (const path of [writeDottedPath(way), writeJsonPath(way)]) {
          if (path === undefined) continue;
          expect(findAll(compilePath(path), root).map((found) => found.value)).toEqual([value]);
        }
      }),
    );
  });
});
