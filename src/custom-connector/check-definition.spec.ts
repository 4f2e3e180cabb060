import fc from 'fast-check';
import { checkDefinition, checkTogether } from './check-definition.js';

async function pointersOf(definition: object): Promise<(string | undefined)[]> {
  return (await checkDefinition(definition)).map(({ pointer }) => pointer);
}

describe('checkDefinition', () => {
  it('finds nothing in an empty definition', async () => {
    expect(await checkDefinition({})).toEqual([]);
  });

  it('counts a source in bytes', async () => {
    const source = (filler: string) => `function listTables() {} /*${filler}*/`;
    expect(await pointersOf({ listTables: source('é'.repeat(131_000)) })).toEqual([]);
    expect(await pointersOf({ listTables: source('é'.repeat(131_100)) })).toEqual(['/listTables']);
  });

  it('names columns of the same id', async () => {
    const column = { id: 'a', displayName: 'A', type: 'text' };
    expect(await pointersOf({ schema: [column, column] })).toEqual(['/schema/1/id']);
  });

  it('escapes the id of a table in a pointer', async () => {
    expect(await pointersOf({ tableMappings: { 'a/b': null } })).toEqual(
      expect.arrayContaining([expect.stringMatching(/^\/tableMappings\/a~1b/)]),
    );
  });

  it('gives faults and never throws, whatever it is given', async () => {
    const field = fc.constantFrom(
      'allowedHosts',
      'tables',
      'schema',
      'mapping',
      'tableMappings',
      'listTables',
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(field, fc.jsonValue()), async (definition) => {
        for (const fault of await checkDefinition(definition)) {
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
