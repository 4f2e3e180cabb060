import fc from 'fast-check';

import { ExactNumber } from './exact-number.js';
import { JsonTooDeepError } from './json.errors.js';
import { writeJson } from './write-json.js';

describe('writeJson', () => {
  it('writes exact digits as a number', () => {
    const value = { a: [new ExactNumber('12345678901234567890')], b: '"', c: undefined, d: null };
    expect(writeJson(value)).toBe('{"a":[12345678901234567890],"b":"\\"","d":null}');
  });

  it('writes as JSON.stringify does beside exact numbers', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const written = writeJson([value, new ExactNumber('1e400')]);
        expect(written).toBe(`[${JSON.stringify(value)},1e400]`);
      }),
    );
    const odd = [undefined, new Date(0), { f: () => 1, d: new Date(0) }, NaN];
    expect(writeJson([...odd, new ExactNumber('1e400')])).toBe(
      `${JSON.stringify(odd).slice(0, -1)},1e400]`,
    );
  });

  it('writes null for what JSON does not know', () => {
    expect(writeJson(undefined)).toBe('null');
  });

  it('refuses what is nested too deeply', () => {
    let value: unknown = 1;
    for (let i = 0; i < 200_000; i++) value = [value];
    expect(() => writeJson(value)).toThrow(JsonTooDeepError);
  });
});
