import { parseJson } from '../json/parse-json.js';
import { isSameValue } from './same-value.js';

describe('isSameValue', () => {
  it.each([
    ['1', '1.0'],
    ['100', '1e2'],
    ['-0', '0'],
    ['9007199254740993', '9007199254740993.0'],
    ['{"a": 1, "b": [null]}', '{"b": [null], "a": 1.00}'],
    ['"é"', '"é"'],
    ['{"a": null}', '{}'],
    ['{"a": null}', '{"b": null}'],
  ])('takes %s and %s for the same', (one, other) => {
    expect(isSameValue(parseJson(one), parseJson(other))).toBe(true);
    expect(isSameValue(parseJson(other), parseJson(one))).toBe(true);
  });

  it.each([
    ['1', '"1"'],
    ['9007199254740993', '9007199254740992'],
    ['1', '-1'],
    ['0', 'null'],
    ['[]', '{}'],
    ['[1, 2]', '[2, 1]'],
    ['{"constructor": 1}', '{"a": 1}'],
    ['true', '1'],
  ])('tells %s and %s apart', (one, other) => {
    expect(isSameValue(parseJson(one), parseJson(other))).toBe(false);
    expect(isSameValue(parseJson(other), parseJson(one))).toBe(false);
  });

  it('takes an absent value for a null', () => {
    expect(isSameValue(undefined, null)).toBe(true);
    expect(isSameValue(undefined, '')).toBe(false);
  });
});
