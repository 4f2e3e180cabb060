import fc from 'fast-check';

import { CONVERTERS, explainMisfit, MISFIT } from './convert.js';
import { ExactNumber } from '../../json/exact-number.js';
import { PG_TYPES, type PgType } from '../mapping.types.js';

const exact = (source: string): ExactNumber => new ExactNumber(source);

function convert(type: PgType, value: unknown): unknown {
  return CONVERTERS[type](value);
}

describe('text', () => {
  it.each([
    ['', ''],
    ['a', 'a'],
    [1.5, '1.5'],
    [1e21, '1e+21'],
    [false, 'false'],
    [exact('12345678901234567890'), '12345678901234567890'],
    [exact('1.2345678901234567890e22'), '12345678901234567890000'],
    [exact('0.1234567890123456789'), '0.1234567890123456789'],
    [exact('1e400'), '1e400'],
  ])('of %p is %p', (value, text) => {
    expect(convert('text', value)).toBe(text);
  });

  it.each([[{}], [[]], [['a']]])('is not %p', (value) => {
    expect(convert('text', value)).toBe(MISFIT);
  });
});

describe('numeric', () => {
  it.each([
    [0, 0],
    [-1.5, -1.5],
    ['1.10', 1.1],
    ['1e3', 1000],
    [' +5\n', 5],
    ['-007.50', -7.5],
    ['.5', 0.5],
    ['9007199254740991', 9007199254740991],
    ['9007199254740993', '9007199254740993'],
    ['+0012345678901234567890', '12345678901234567890'],
    ['-00.1234567890123456789', '-0.1234567890123456789'],
    ['1e400', '1e400'],
    [exact('12345678901234567890'), '12345678901234567890'],
    [exact('-0.1234567890123456789'), '-0.1234567890123456789'],
  ])('of %p is %p', (value, number) => {
    expect(convert('numeric', value)).toBe(number);
  });

  it.each([
    ...['', ' ', 'abc', '0x10', 'Infinity', 'NaN', '1,5', '1_000', '1.', '--1', '+-1', '1e', '١'],
    ...[true, {}, [], [1], NaN, Infinity, '1e999999', '1e-999999', exact('1e200000')],
  ])('is not %p', (value) => {
    expect(convert('numeric', value)).toBe(MISFIT);
  });

  it('never changes the value of a decimal', () => {
    const digits = fc.stringMatching(/^\d{1,25}$/);
    fc.assert(
      fc.property(fc.constantFrom('', '-'), digits, digits, (sign, whole, fraction) => {
        const scale = (text: string): bigint => {
          const [mantissa = '', power = '0'] = text.split('e');
          const [front = '', back = ''] = mantissa.split('.');
          return BigInt(front + back) * 10n ** BigInt(60 + Number(power) - back.length);
        };
        const source = `${sign}${whole}.${fraction}`;
        expect(scale(String(convert('numeric', source)))).toBe(scale(source));
      }),
    );
  });

  it('reads a short decimal as it reads any other', () => {
    const text = fc.stringMatching(/^-?[0-9.]{0,17}[-e]?$/);
    fc.assert(
      fc.property(text, (source) => {
        expect(convert('numeric', source)).toBe(convert('numeric', ` ${source}`));
      }),
      { numRuns: 5_000 },
    );
  });

  it('takes time in proportion to the length of a hostile text', () => {
    const started = performance.now();
    expect(convert('numeric', `${'0'.repeat(1_000_000)}x`)).toBe(MISFIT);
    expect(convert('numeric', `1.${'0'.repeat(1_000_000)}1`)).toBe(MISFIT);
    expect(convert('numeric', ' '.repeat(1_000_000) + 'x')).toBe(MISFIT);
    expect(performance.now() - started).toBeLessThan(2_000);
  });
});

describe('boolean', () => {
  it.each([
    [true, true],
    ['TRUE', true],
    ['1', true],
    [1, true],
    [false, false],
    ['False', false],
    ['0', false],
    [0, false],
  ])('of %p is %p', (value, boolean) => {
    expect(convert('boolean', value)).toBe(boolean);
  });

  it.each([2, '', 'yes', 'on', [true], {}, exact('1e400'), ' true'])('is not %p', (value) => {
    expect(convert('boolean', value)).toBe(MISFIT);
  });
});

describe('jsonb', () => {
  it.each([[1], ['a'], [false], [[1, [2]]], [{ a: 1 }], [null]])('is %p itself', (value) => {
    expect(convert('jsonb', value)).toBe(value);
  });

  it('is nothing nested too deeply', () => {
    const nest = (depth: number): unknown => {
      let value: unknown = 1;
      for (let i = 0; i < depth; i++) value = i % 2 ? [value] : { value };
      return value;
    };
    expect(convert('jsonb', nest(1_000))).not.toBe(MISFIT);
    expect(convert('jsonb', nest(1_001))).toBe(MISFIT);
    expect(convert('jsonb', nest(1_000_000))).toBe(MISFIT);
  });
});

describe('a list type', () => {
  it.each<[PgType, unknown, unknown]>([
    ['text[]', ['a', 1, null, true], ['a', '1', null, 'true']],
    ['text[]', 'a', ['a']],
    ['text[]', [], []],
    ['numeric[]', ['1.0', 2, '12345678901234567890'], [1, 2, '12345678901234567890']],
    ['boolean[]', 0, [false]],
  ])('%s of %p is %p', (type, value, list) => {
    expect(convert(type, value)).toEqual(list);
  });

  it.each<[PgType, unknown, number[], string]>([
    [
      'numeric[]',
      [1, null, 'x', 'y'],
      [2],
      'expected a number or a text that is one, found the text "x"',
    ],
    ['text[]', ['a', ['b']], [1], 'expected a text, a number or a boolean, found an array'],
    ['text[]', {}, [], 'expected a text, a number or a boolean, found an object'],
  ])('%s does not take %p and says which element is at fault', (type, value, location, reason) => {
    expect(convert(type, value)).toBe(MISFIT);
    expect(explainMisfit(type, value)).toEqual({ location, reason });
  });
});

describe('every type', () => {
  it.each(PG_TYPES)('%s leaves null null', (type) => {
    expect(convert(type, null)).toBeNull();
  });

  it('explains whatever it refuses, in short', () => {
    fc.assert(
      fc.property(fc.constantFrom(...PG_TYPES), fc.jsonValue(), (type, value) => {
        if (convert(type, value) !== MISFIT) return;
        expect(explainMisfit(type, value).reason).toMatch(/^expected .{1,200}, found .{1,200}$/s);
      }),
    );
  });
});
