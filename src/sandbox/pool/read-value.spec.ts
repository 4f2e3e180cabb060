import { ProtocolError } from '../sandbox.errors.js';
import type { ResultShape } from '../sandbox.types.js';
import { readValue } from './read-value.js';

const record: ResultShape = { kind: 'record', requestedId: 'r' };

describe('the value of a call from a process that may be hostile', () => {
  it.each<[ResultShape | undefined, string, unknown]>([
    [undefined, '{"a":[1]}', { a: [1] }],
    [{ kind: 'createdId' }, '"x"', 'x'],
    [{ kind: 'ignored' }, 'no JSON', null],
    [record, 'null', null],
    [
      record,
      '{"id":"x","fields":{"n":12345678901234567890}}',
      '{"id":"x","fields":{"n":12345678901234567890}}',
    ],
  ])('is taken as %j: %s', (shape, text, value) => {
    expect(readValue(Buffer.from(text), shape)).toEqual(value);
  });

  it.each<[ResultShape | undefined, string]>([
    [undefined, '{'],
    [{ kind: 'createdId' }, '7'],
    [record, '{"id":7,"fields":{}}'],
    [record, '{"id":"x","fields":[]}'],
    [record, '{"id":"x"}'],
    [record, '{"id":"x","fields":{},"more":1}'],
    [record, '[]'],
    [record, ''],
  ])('is refused as %j: %s', (shape, text) => {
    expect(() => readValue(Buffer.from(text), shape)).toThrow(ProtocolError);
  });
});
