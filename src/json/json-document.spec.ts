import fc from 'fast-check';

import { ByteWriter } from './byte-writer.js';
import { JsonDocument, type JsonNode } from './json-document.js';
import { locationOf } from './json-shape.js';
import { MalformedJsonError } from './json.errors.js';
import { parseJson } from './parse-json.js';
import { writeJson } from './write-json.js';

function documentOf(text: string): JsonDocument {
  return new JsonDocument(Buffer.from(text));
}

function written(document: JsonDocument, node: JsonNode): string {
  const to = new ByteWriter(1);
  document.write(node, to);
  return to.slice(0, to.length).toString();
}

/** All nodes below one, and what is at each of them in the value that the text is of. */
function* parts(
  document: JsonDocument,
  node: JsonNode,
  value: unknown,
): Generator<[JsonNode, unknown]> {
  yield [node, value];
  if (document.isArray(node)) {
    const elements = document.elements(node);
    expect(elements).toHaveLength((value as unknown[]).length);
    for (const [at, element] of elements.entries()) {
      yield* parts(document, element, (value as unknown[])[at]);
    }
  } else if (document.isObject(node)) {
    const members = document.members(node);
    const names = Object.keys(value as object);
    expect([...members.keys()].sort()).toEqual(names.sort());
    for (const [name, member] of members) {
      expect(document.member(node, name)).toBe(member);
      yield* parts(document, member, (value as Record<string, unknown>)[name]);
    }
  }
}

const spaces = fc.constantFrom('', ' ', '\n', '\t\r\n  ');
const number = fc.oneof(
  fc.double({ noNaN: true, noDefaultInfinity: true }).map(String),
  fc.integer().map(String),
  fc.constantFrom('0', '-0', '1.0', '1E5', '-1.5e-7', '12345678901234567890', '1e400', '0.1e+1'),
);
const character = fc.oneof(
  fc.constantFrom('a', 'ä', '€', '😀', '\\"', '\\\\', '\\/', '\\n', '\\u0041', '\\ud800', '}', ','),
);
const string = fc.array(character, { maxLength: 12 }).map((units) => `"${units.join('')}"`);
/** Texts of JSON, each in one of many ways in which it can be written. */
const { json } = fc.letrec<{ json: string }>((tie) => ({
  json: fc.oneof(
    { depthSize: 'small' },
    fc.oneof(number, string, fc.constantFrom('true', 'false', 'null')),
    fc
      .tuple(fc.array(tie('json'), { maxLength: 4 }), spaces)
      .map(([items, space]) => `[${space}${items.join(`${space},${space}`)}${space}]`),
    fc
      .tuple(fc.array(fc.tuple(string, tie('json')), { maxLength: 4 }), spaces)
      .map(([members, space]) => {
        const texts = members.map(([name, value]) => `${name}${space}:${space}${value}`);
        return `{${space}${texts.join(`${space},${space}`)}${space}}`;
      }),
  ),
}));

describe('a JSON document', () => {
  it('is what parsing makes of it, in all its parts', () => {
    fc.assert(
      fc.property(json, spaces, (text, space) => {
        const document = documentOf(`${space}${text}${space}`);
        for (const [node, value] of parts(document, document.root, parseJson(text))) {
          expect(writeJson(document.value(node))).toBe(writeJson(value));
          expect(writeJson(parseJson(document.text(node)))).toBe(writeJson(value));
          const line = written(document, node);
          expect(line).not.toMatch(/[\n\r\t]/);
          expect(writeJson(parseJson(line))).toBe(writeJson(value));
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it('is written as it came where that is without white space', () => {
    const text = '{"b":[1.0,-0,12345678901234567890,"\\u0041\\/ä"],"a":{"x":true,"y":null}}';
    const document = documentOf(text);
    expect(written(document, document.root)).toBe(text);
    expect(document.text(document.root)).toBe(text);
    const spread = documentOf(` ${text.replace(/[[\]{}:,]/g, '\n $& ')}\t`);
    expect(written(spread, spread.root)).toBe(text);
    expect(spread.text(spread.root)).toBe(text);
  });

  it.each([
    ['{"a":1,"b":2.0,"a":3}', '{"a":3,"b":2}'],
    ['[{"\\u0061":1,"a":3}]', '[{"a":3}]'],
    [
      '{"x":[{"ab":1,"ba":1,"ab":12345678901234567890}]}',
      '{"x":[{"ab":12345678901234567890,"ba":1}]}',
    ],
    [
      `{${'abcdefghijklmnopqrstuvwxyz'.replace(/./g, '"$&":1,')}"c":2}`,
      `{${'abcdefghijklmnopqrstuvwxyz'.replace(/./g, (name) => `,"${name}":${name === 'c' ? 2 : 1}`).slice(1)}}`,
    ],
    ['{"a":1,"b":{"a":2.0},"aa":3}', '{"a":1,"b":{"a":2.0},"aa":3}'],
  ])('writes of %s only the last members of a name: %s', (text, line) => {
    const document = documentOf(text);
    expect(written(document, document.root)).toBe(line);
  });

  it('takes exactly what JSON.parse takes', () => {
    const change = fc.tuple(
      fc.nat(),
      fc.nat({ max: 2 }),
      fc.constantFrom(...'{ } [ ] " , : \\ u 0 - 1 . e E + t f n \n \u0001 x'.split(' '), ' '),
    );
    fc.assert(
      fc.property(json, fc.array(change, { maxLength: 3 }), (text, changes) => {
        let changed = text;
        for (const [place, cut, added] of changes) {
          const at = place % (changed.length + 1);
          changed = changed.slice(0, at) + added + changed.slice(at + cut);
        }
        changed = changed.toWellFormed();
        let parsed: unknown;
        try {
          parsed = parseJson(changed);
        } catch (error) {
          expect(() => documentOf(changed)).toThrow(error as Error);
          return;
        }
        expect(writeJson(documentOf(changed).value(0))).toBe(writeJson(parsed));
      }),
      { numRuns: 10_000 },
    );
  });

  it('refuses each beginning of a text', () => {
    const text = '{"a":[1.5e+7,-0,"\\u00e4\\n",true,false,null,{}],"b":[]}';
    for (let end = 0; end < text.length; end++) {
      expect(() => documentOf(text.slice(0, end))).toThrow(MalformedJsonError);
    }
  });

  it.each(['', ' ', '01', '1.', '.5', '-', '+1', '1e', 'tru', 'nul1', "'a'", '[1,]', '{"a":1,}'])(
    'refuses %j',
    (text) => {
      expect(() => documentOf(text)).toThrow(MalformedJsonError);
    },
  );

  it('takes UTF-8 with a byte order mark, and what is no UTF-8 as a decoder does', () => {
    expect(documentOf('\ufeff["ä"]').value(0)).toEqual(['ä']);
    const broken = Buffer.concat([Buffer.from('["'), Buffer.from([0xff, 0xc3]), Buffer.from('"]')]);
    expect(new JsonDocument(broken).value(0)).toEqual(['\ufffd\ufffd']);
    expect(() => documentOf('\ufeff\ufeff1')).toThrow(MalformedJsonError);
  });

  it('nests as deeply as it likes', () => {
    const levels = 1_000_000;
    const document = documentOf('['.repeat(levels) + ']'.repeat(levels));
    expect(document.depth).toBe(levels);
    expect(document.elements(document.root)).toEqual([2]);
    expect(documentOf('[{"a":[1]},2]').depth).toBe(3);
  });

  it('is a part of larger bytes', () => {
    const bytes = Buffer.from('xx{"a":"b"}yy').subarray(2, 11);
    const document = new JsonDocument(bytes);
    const a = document.member(document.root, 'a') as JsonNode;
    expect([document.string(a), written(document, document.root)]).toEqual(['b', '{"a":"b"}']);
  });

  it('knows where an object is in it, but not inside of arrays', () => {
    const document = documentOf('{"a":{"b":[{"c":1}]},"d":{"e/f":{}}}');
    const inside = document.at(document.root, ['d', 'e/f']) as JsonNode;
    expect(locationOf(document, inside)).toEqual(['d', 'e/f']);
    expect(locationOf(document, document.root)).toEqual([]);
    const record = document.at(document.root, ['a', 'b', 0]) as JsonNode;
    expect(document.value(record)).toEqual({ c: 1 });
    expect(locationOf(document, record)).toBeUndefined();
    expect(document.at(document.root, ['a', 'b', 1])).toBeUndefined();
    expect(document.at(document.root, ['a', 'x', 'y'])).toBeUndefined();
  });

  it('has numbers as doubles where its digits are not sure', () => {
    const text = '[12345678901234567890]';
    expect(new JsonDocument(Buffer.from(text), false).value(0)).toEqual([12345678901234567000]);
  });
});
