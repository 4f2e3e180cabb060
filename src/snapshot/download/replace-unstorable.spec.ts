import fc from 'fast-check';
import { replaceUnstorable } from './replace-unstorable.js';

const LONE = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]|\0/g;

/** The same by way of the values. */
function reference(value: unknown): unknown {
  if (typeof value === 'string') return value.replace(LONE, '\ufffd');
  if (Array.isArray(value)) return value.map(reference);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).map(([name, item]) => [reference(name), reference(item)]),
  );
}

function replaced(json: string) {
  const result = replaceUnstorable(Buffer.from(json));
  return { ...result, json: result.json.toString() };
}

/** Texts of what matters here, side by side. */
const texts = fc
  .array(
    fc.constantFrom(
      '\0',
      '\ud83d',
      '\ude00',
      '\ud83d\ude00',
      '\\',
      '"',
      'u0000',
      'ud800',
      'a',
      '\n',
    ),
    { maxLength: 8 },
  )
  .map((parts) => parts.join(''));

describe('replaceUnstorable', () => {
  it.each([
    ['nothing', '{"a":"b"}', '{"a":"b"}', 0],
    ['NUL', String.raw`["a\u0000b"]`, '["a\ufffdb"]', 1],
    [
      'an escaped backslash',
      String.raw`["\\u0000","\\ud800"]`,
      String.raw`["\\u0000","\\ud800"]`,
      0,
    ],
    ['NUL behind an escaped backslash', String.raw`["\\\u0000"]`, '["\\\\\ufffd"]', 1],
    ['a pair', String.raw`["\ud83d\ude00"]`, String.raw`["\ud83d\ude00"]`, 0],
    ['a high one before a pair', String.raw`["\ud83d\ud83d\ude00"]`, '["\ufffd\\ud83d\\ude00"]', 1],
    ['capital digits', String.raw`["\uD83D","\uDE00"]`, '["\ufffd","\ufffd"]', 2],
    ['other escapes', String.raw`["\u0001\n\u00e9"]`, String.raw`["\u0001\n\u00e9"]`, 0],
    ['names', String.raw`{"\u0000":1}`, '{"\ufffd":1}', 1],
  ])('knows %s', (_name, json, expected, count) => {
    expect(replaced(json)).toEqual({ json: expected, replaced: count });
  });

  it('gives a batch without escapes back as it is', () => {
    const json = Buffer.from('[{"id":"\u{1f600}"}]');
    expect(replaceUnstorable(json).json).toBe(json);
  });

  it('does what replacing in the values does', () => {
    const values = fc.array(fc.dictionary(texts, texts, { noNullPrototype: true, maxKeys: 1 }));
    fc.assert(
      fc.property(values, (value) => {
        expect(JSON.parse(replaced(JSON.stringify(value)).json)).toEqual(reference(value));
        const count = (JSON.stringify(reference(value)).match(/\ufffd/g) ?? []).length;
        expect(replaced(JSON.stringify(value)).replaced).toBe(count);
      }),
    );
  });
});
