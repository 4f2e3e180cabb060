import { checkText } from './check-text.js';

describe('checkText', () => {
  it('passes what can be stored', () => {
    const value = { a: ['😀', '', 'é', { b: null, c: 1, d: true }], 'x/y~z': '\u0001\uffff' };
    expect(checkText(value)).toEqual([]);
  });

  it('names each place that cannot be stored', () => {
    const faults = checkText({ a: ['ok', 'x\0'], 'b/c': { d: '\udc00' }, '\ud800': 1 });
    expect(faults.map(({ pointer }) => pointer)).toEqual(['/a/1', '/b~1c/d', '/\ud800']);
  });

  it('refuses the name __proto__', () => {
    expect(checkText(JSON.parse('{"a":{"__proto__":1}}'))).toEqual([
      { pointer: '/a/__proto__', detail: 'has the name __proto__, which is not taken' },
    ]);
  });

  it('refuses a number that JSON could not write again', () => {
    const value = JSON.parse('{"a":[1e308,-1e400,5e-324]}') as unknown;
    expect(checkText(value)).toEqual([
      { pointer: '/a/1', detail: 'is a number beyond the range of a double' },
    ]);
  });

  it('takes 100 levels and no more, however deep the value is', () => {
    const nested = (depth: number) => JSON.parse('['.repeat(depth) + ']'.repeat(depth)) as unknown;
    expect(checkText(nested(100))).toEqual([]);
    expect(checkText(nested(101))).toHaveLength(1);
    expect(checkText(nested(1_000_000))).toHaveLength(1);
  });

  it('names at most 100 faults', () => {
    expect(checkText(Array.from({ length: 500 }, () => '\0'))).toHaveLength(100);
  });
});
