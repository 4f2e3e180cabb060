import { parseJson } from '../../json/parse-json.js';
import { judgeChange, type Values } from './judge-change.js';

const update = (mine: Values, base: Values, theirs: Values | null) =>
  judgeChange({ op: 'update', fields: mine, base }, theirs);
const remove = (base: Values, theirs: Values | null) =>
  judgeChange({ op: 'delete', fields: {}, base }, theirs);
const exact = (text: string) => parseJson(text) as Values;

describe('judgeChange', () => {
  it('has a creation applied, with what it sets', () => {
    expect(judgeChange({ op: 'create', fields: { a: 1, b: null }, base: {} }, null)).toEqual({
      outcome: 'apply',
      fields: { a: { mine: 1 }, b: { mine: null } },
    });
  });

  it('has an update applied whose fields the remote has as they were', () => {
    expect(update({ a: 2 }, { a: 1 }, { a: 1, b: 'whatever' })).toEqual({
      outcome: 'apply',
      fields: { a: { base: 1, mine: 2, theirs: 1 } },
    });
  });

  it('finds a conflict where one field is neither as it was nor as it is to be', () => {
    expect(update({ a: 2, b: 2 }, { a: 1, b: 1 }, { a: 2, b: 3 })).toEqual({
      outcome: 'conflict',
      fields: { a: { base: 1, mine: 2, theirs: 2 }, b: { base: 1, mine: 2, theirs: 3 } },
    });
    expect(update({ a: 2, b: 2 }, { a: 1, b: 1 }, { a: 2, b: 1 }).outcome).toBe('apply');
  });

  it('finds an update done where the remote has all of it, and gone where it has no record', () => {
    expect(update({ a: 2, b: 2 }, { a: 1, b: 1 }, { a: 2, b: 2 }).outcome).toBe('same');
    expect(update({ a: 2 }, { a: 1 }, null)).toEqual({
      outcome: 'gone',
      fields: { a: { base: 1, mine: 2 } },
    });
  });

  it('lets a deletion conflict with any field that has changed since', () => {
    expect(remove({ a: 1, b: 1 }, { b: 1, a: 1 })).toEqual({ outcome: 'apply', fields: {} });
    expect(remove({ a: 1, b: 1 }, { a: 1, b: 2, c: 3 })).toEqual({
      outcome: 'conflict',
      fields: { b: { base: 1, theirs: 2 }, c: { theirs: 3 } },
    });
    expect(remove({ a: 1 }, null)).toEqual({ outcome: 'same', fields: {} });
  });

  it.each<[string, string, string, string]>([
    ['objects whatever the order', '{"a":{"x":1,"y":[2]}}', '{"a":{"y":[2],"x":1}}', 'same'],
    ['arrays in their order', '{"a":[1,2]}', '{"a":[2,1]}', 'conflict'],
    ['an array and an object', '{"a":[]}', '{"a":{}}', 'conflict'],
    ['numbers by value', '{"a":1.50}', '{"a":15e-1}', 'same'],
    [
      'long numbers by all digits',
      '{"a":12345678901234567890}',
      '{"a":12345678901234567891}',
      'conflict',
    ],
    [
      'long numbers however written',
      '{"a":12345678901234567890}',
      '{"a":1.2345678901234567890e19}',
      'same',
    ],
    ['a number and its text', '{"a":1}', '{"a":"1"}', 'conflict'],
    ['null and nothing', '{"a":null}', '{}', 'same'],
    ['null and nothing deep inside', '{"a":{"x":null}}', '{"a":{}}', 'same'],
    ['null and false', '{"a":null}', '{"a":false}', 'conflict'],
    ['odd names', '{"constructor":1}', '{}', 'conflict'],
  ])('compares %s', (_what, mine, theirs, outcome) => {
    expect(update(exact(mine), { a: 'base', constructor: 'base' }, exact(theirs)).outcome).toBe(
      outcome,
    );
  });
});
