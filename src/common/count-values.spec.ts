import { hasMoreValues } from './count-values.js';

describe('hasMoreValues', () => {
  it.each([
    ['1', 1],
    ['[1,2,3]', 4],
    ['{"a,b":"[{\\",\\\\"}', 2],
    ['[[[[]]]]', 5],
    ['{"a":[1,{"b":2}],"c":",,,,"}', 6],
  ])('counts those of %s', (json, count) => {
    expect(hasMoreValues(Buffer.from(json), count - 1)).toBe(true);
    expect(hasMoreValues(Buffer.from(json), count)).toBe(false);
  });
});
