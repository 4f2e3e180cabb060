import { plainValues, readValues, storableJson } from './read-change.js';

describe('the values of changes', () => {
  it('are given to functions as plain JSON, without losing a digit', () => {
    expect(plainValues(readValues('{"a":12345678901234567890,"b":[0.5]}'))).toEqual({
      a: '12345678901234567890',
      b: [0.5],
    });
  });

  it.each([
    ['"a\\u0000b"', '"a\\ufffdb"'],
    ['"\\\\u0000"', '"\\\\u0000"'],
    ['"\\\\\\u0000"', '"\\\\\\ufffd"'],
    ['"\\uD83D\\uDE00"', '"\\uD83D\\uDE00"'],
    ['"\\ud83d"', '"\\ufffd"'],
    ['"\\ud83d\\u0041"', '"\\ufffd\\u0041"'],
    ['"\ud83d"', '"\ufffd"'],
  ])('hold nothing that can’t be stored: %s', (text, stored) => {
    expect(storableJson(text)).toBe(stored);
  });
});
