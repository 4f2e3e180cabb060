import fc from 'fast-check';
import { joinId, splitId } from './entity-id.js';

describe('joinId', () => {
  it('joins parts by colons and escapes what would be mistaken', () => {
    expect(joinId(['a', 'b'])).toBe('a:b');
    expect(joinId(['a:b', '50%'])).toBe('a%3Ab:50%25');
    expect(joinId(['%3A'])).toBe('%253A');
  });

  it('is undone by splitId, whatever the parts', () => {
    const parts = fc.array(
      fc.string({ unit: fc.constantFrom('%', ':', '2', '5', '3', 'A', 'x') }),
      {
        minLength: 1,
      },
    );
    fc.assert(
      fc.property(parts, (given) => {
        fc.pre(joinId(given) !== '');
        expect(splitId(joinId(given))).toEqual(given);
      }),
    );
  });
});

describe('splitId', () => {
  it.each(['', 'a%', 'a%zz', '%3a'])('knows that %j is no id', (text) => {
    expect(splitId(text)).toBeNull();
  });
});
