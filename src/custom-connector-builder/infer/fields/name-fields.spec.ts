import type { FieldDraft, Standing } from './field-draft.js';
import { nameFields } from './name-fields.js';

function draft(standing: Standing, label: string[], steps: string[] = label): FieldDraft {
  return { standing, label, steps, path: steps.join('.'), type: 'text' };
}

describe('the names of fields', () => {
  it('are those of members, a record’s own before all others', () => {
    expect(
      nameFields([
        draft('contained', ['id'], ['properties', 'id']),
        draft('contained', ['title'], ['properties', 'title']),
        draft('own', ['id']),
        draft('nested', ['address', 'city']),
      ]),
    ).toEqual(['properties_id', 'title', 'id', 'address_city']);
  });

  it('are different, and none that is empty or no name', () => {
    const names = nameFields([
      draft('own', ['a_b']),
      draft('nested', ['a', 'b']),
      draft('nested', ['a', 'b']),
      draft('own', ['']),
      draft('own', [' ']),
      draft('nested', ['_', 'proto__']),
      draft('own', ['constructor']),
    ]);
    expect(names).toEqual([
      'a_b',
      'a_b_2',
      'a_b_3',
      'unnamed',
      'unnamed_2',
      '__proto___2',
      'constructor',
    ]);
  });

  it('are cut between characters', () => {
    const [name = ''] = nameFields([draft('own', ['😀'.repeat(200) + 'x'])]);
    expect(name).toBe('😀'.repeat(125));
    expect(nameFields([draft('own', ['x' + '😀'.repeat(200)])])[0]).toBe('x' + '😀'.repeat(124));
  });
});
