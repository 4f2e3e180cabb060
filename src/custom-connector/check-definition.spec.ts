import fc from 'fast-check';
import { checkDefinition, checkTogether } from './check-definition.js';

function pointersOf(definition: object): (string | undefined)[] {
  return checkDefinition(definition).map(({ pointer }) => pointer);
}

describe('checkDefinition', () => {
  it('finds nothing in an empty definition', () => {
    expect(checkDefinition({})).toEqual([]);
  });

  it('counts a source in bytes', () => {
    const source = (filler: string) => `function listTables() {} /*${filler}*/`;
    expect(pointersOf({ listTables: source('é'.repeat(131_000)) })).toEqual([]);
    expect(pointersOf({ listTables: source('é'.repeat(131_100)) })).toEqual(['/listTables']);
  });

  it('names columns of the same id', () => {
    const column = { id: 'a', displayName: 'A', type: 'text' };
    expect(pointersOf({ schema: [column, column] })).toEqual(['/schema/1/id']);
  });

  it('escapes the id of a table in a pointer', () => {
    expect(pointersOf({ tableMappings: { 'a/b': null } })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\/tableMappings\/a~1b/)]),
    );
  });

  it('gives faults and never throws, whatever it is given', () => {
    const field = fc.constantFrom(
      'allowedHosts',
      'tables',
      'schema',
      'mapping',
      'tableMappings',
      'listTables',
    );
    fc.assert(
      fc.property(fc.dictionary(field, fc.jsonValue()), (definition) => {
        for (const fault of checkDefinition(definition)) {
          expect(fault.pointer).toMatch(/^\//);
          expect(fault.detail).not.toBe('');
        }
      }),
      { numRuns: 500 },
    );
  });
});

describe('checkTogether', () => {
  it.each([
    [{ exposeApiKey: false, allowedHosts: [] }, 0],
    [{ exposeApiKey: true, allowedHosts: ['a.example.com'] }, 0],
    [{ exposeApiKey: true, allowedHosts: [] }, 1],
    [{ exposeApiKey: true }, 1],
  ])('finds in %j %d faults', (definition, count) => {
    expect(checkTogether(definition)).toHaveLength(count);
  });
});
