import fc from 'fast-check';

import { ExactNumber } from './exact-number.js';
import { MalformedJsonError } from './json.errors.js';
import { parseJson } from './parse-json.js';
import { writeJson } from './write-json.js';

/** The source of an ExactNumber; anything else as it is. */
function sourceOf(value: unknown): unknown {
  return value instanceof ExactNumber ? { source: value.source } : value;
}

function faultOf(text: string): MalformedJsonError {
  try {
    parseJson(text);
  } catch (error) {
    if (error instanceof MalformedJsonError) return error;
    throw error;
  }
  throw new Error('no fault');
}

describe('parseJson', () => {
  it.each([
    '9007199254740992',
    '-9007199254740993',
    '12345678901234567890',
    '0.1234567890123456789',
    '-1.00000000000000000001',
    '1e400',
    '-1E+999',
    '1e-400',
    '123456789012345678e-3',
    '1.2345678901234567e-310',
    `0.${'0'.repeat(400)}1`,
    '1'.repeat(400),
  ])('keeps %s exact', (text) => {
    expect(sourceOf(parseJson(text))).toEqual({ source: text });
    expect(sourceOf((parseJson(`{"a":[1, ${text} ]}`) as { a: unknown[] }).a[1])).toEqual({
      source: text,
    });
  });

  it.each(
    [
      ['0', '-1.50', '9007199254740991', '-9007199254740991', '1700000000123', '1e3', '1e100'],
      ['0.30000000000000004', '0.123456789012345', '5e-324', '-1e-310', '1.7976931348623157e308'],
      ['0.10000000000000000000000', '0e999', '2.2250738585072014e-308', '1e20'],
    ].flat(),
  )('gives a plain number for %s', (text) => {
    expect(parseJson(text)).toBe(Number(text));
    expect(parseJson(`[12345678901234567890,${text}]`)).toEqual([
      expect.any(ExactNumber),
      Number(text),
    ]);
  });

  it('never takes the digits of a string for a number', () => {
    const tricky = [
      '5e-324',
      '12345678901234567890',
      ' , 12345678901234567890 ,',
      '\\',
      '"',
      '\\",1e400,',
    ];
    const text = JSON.stringify([...tricky, { ' 1e400 ': 1 }, 0]).replace(/0]$/, '1e999]');
    expect((parseJson(text) as unknown[]).slice(0, -1)).toEqual([...tricky, { ' 1e400 ': 1 }]);
    expect(sourceOf((parseJson(text) as unknown[]).at(-1))).toEqual({ source: '1e999' });
  });

  it('tells subnormal numbers of the data from its own markers', () => {
    const parsed = parseJson('[5e-324, 1e-323, 12345678901234567890, -1.5e-323]') as unknown[];
    expect(parsed.map(sourceOf)).toEqual([
      5e-324,
      1e-323,
      { source: '12345678901234567890' },
      -1.5e-323,
    ]);
  });

  it('keeps __proto__ an ordinary key', () => {
    const text = '{"__proto__":12345678901234567890,"a":{"__proto__":{"b":1e400}}}';
    const parsed = parseJson(text) as object;
    expect(Object.keys(parsed)).toEqual(['__proto__', 'a']);
    expect(Object.getPrototypeOf(parsed)).toBe(Object.prototype);
    expect(writeJson(parsed)).toBe(text);
  });

  it('reads UTF-8 bytes, with or without a byte order mark', () => {
    const bytes = new TextEncoder().encode('\uFEFF{"ä":"€😀"}');
    expect(parseJson(bytes)).toEqual({ ä: '€😀' });
    expect(parseJson(bytes.subarray(3))).toEqual({ ä: '€😀' });
  });

  it('parses what nests deeper than the call stack goes', () => {
    const depth = 200_000;
    let value = parseJson(`${'['.repeat(depth)}12345678901234567890${']'.repeat(depth)}`);
    for (let i = 0; i < depth; i++) value = (value as unknown[])[0];
    expect(sourceOf(value)).toEqual({ source: '12345678901234567890' });
  });

  it('takes time in proportion to the length of hostile texts', () => {
    const quoted = JSON.stringify('"'.repeat(500_000));
    const numbers = `[${'1e400,'.repeat(100_000)}${quoted}]`;
    const started = performance.now();
    expect(parseJson(numbers)).toHaveLength(100_001);
    expect(() => parseJson(`"${'\\'.repeat(1_000_000)}`)).toThrow(MalformedJsonError);
    expect(() => parseJson('1'.repeat(1_000_000) + 'e')).toThrow(MalformedJsonError);
    expect(performance.now() - started).toBeLessThan(5_000);
  });

  it.each([
    ['', 0, 1, 1],
    ['{"a":1,}', 7, 1, 8],
    ['{"a":1\n"b":2}', 7, 2, 1],
    ['[1,\r\n 2,\r\n x]', 11, 3, 2],
    ['[1 2]', 3, 1, 4],
    ['[1]]', 3, 1, 4],
    ['{a:1}', 1, 1, 2],
    ['["a', 3, 1, 4],
    ['"a\nb"', 2, 1, 3],
    ['"\\x"', 1, 1, 2],
    ['[01]', 2, 1, 3],
    ['{"a"}', 4, 1, 5],
    ['[tru]', 1, 1, 2],
    ['[12345678901234567890 x]', 22, 1, 23],
    ['012345678901234567890', 1, 1, 2],
    ['12345678901234567890e', 20, 1, 21],
  ])('says where %j stops being JSON', (text, position, line, column) => {
    expect(faultOf(text)).toMatchObject({ position, line, column });
  });

  it('names what it expected and what it found', () => {
    expect(faultOf('{"a":1,}').detail).toBe('expected a property name in double quotes, found "}"');
    expect(faultOf('[1').detail).toBe('expected "," or "]", found the end');
  });

  it('accepts and refuses exactly what JSON.parse does', () => {
    const pieces = '[]{},:"\\ \n01289.eE+-truefalsn\u00e9'
      .split('')
      .concat('"a"', 'null', '1e400', '\\u00');
    const text = fc
      .array(fc.constantFrom(...pieces), { maxLength: 12 })
      .map((parts) => parts.join(''));
    fc.assert(
      fc.property(text, (source) => {
        let valid = true;
        try {
          JSON.parse(source);
        } catch {
          valid = false;
        }
        if (valid) parseJson(source);
        else expect(faultOf(source).position).toBeLessThanOrEqual(source.length);
      }),
      { numRuns: 5_000 },
    );
  });

  it('gives what JSON.parse gives for ordinary documents', () => {
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(writeJson(parseJson(text))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('keeps the value of every integer', () => {
    fc.assert(
      fc.property(fc.array(fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n })), (integers) => {
        const text = `[${integers.join(',')}]`;
        expect(writeJson(parseJson(text))).toBe(text);
        const parsed = parseJson(text) as unknown[];
        expect(parsed.map((value) => BigInt(String(value)))).toEqual(integers);
      }),
    );
  });

  it('keeps the value of every decimal', () => {
    const digits = fc.stringMatching(/^[1-9]\d{0,25}$/);
    fc.assert(
      fc.property(digits, digits, fc.integer({ min: -20, max: 20 }), (whole, fraction, power) => {
        const source = `${whole}.${fraction}e${power}`;
        const parsed = parseJson(source);
        // Both as integers, scaled by the same power of ten.
        const written = parsed instanceof ExactNumber ? parsed.source : String(parsed);
        expect(scaled(written)).toBe(scaled(source));
      }),
    );
  });
});

/** The value times 10^100, exactly. */
function scaled(text: string): bigint {
  const [mantissa = '', power = '0'] = text.split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return BigInt(whole + fraction) * 10n ** BigInt(100 + Number(power) - fraction.length);
}
