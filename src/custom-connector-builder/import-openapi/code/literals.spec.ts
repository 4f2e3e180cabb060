import fc from 'fast-check';
import {
  arrayCode,
  arrowCode,
  literal,
  memberAccess,
  memberName,
  objectCode,
  templateText,
} from './literals.js';

function valueOf(code: string): unknown {
  // eslint-disable-next-line @typescript-eslint/no-implied-eval, @typescript-eslint/no-unsafe-call -- what code means is what is tested
  return new Function(`return (${code});`)() as unknown;
}

const hostile = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc
    .array(
      fc.constantFrom(
        "'",
        '"',
        '`',
        '\\',
        '${',
        '}',
        '\u2028',
        '\0',
        '\n',
        '*/',
        '</',
        '$',
        '\ud800',
        'x',
      ),
    )
    .map((parts) => parts.join('')),
);

describe('literals', () => {
  it('mean the text that they were made of, whatever is in it', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        expect(valueOf(literal(text))).toBe(text);
        expect(valueOf(`\`${templateText(text)}\``)).toBe(text);
        const read = memberAccess(`(${objectCode([[text, '1']], 0, 0)})`, [text]);
        // This one name sets a prototype instead, and is no field of any table.
        if (text !== '__proto__') expect(valueOf(read)).toBe(1);
      }),
      { numRuns: 500 },
    );
  });

  it('have no line of their own, and nothing that ends a script', () => {
    fc.assert(
      fc.property(hostile, (text) => {
        for (const code of [literal(text), templateText(text)]) {
          expect(code).not.toMatch(/[\n\r\u2028\u2029\0]|<\//);
        }
      }),
    );
  });

  it.each([
    ['plain', "'plain'"],
    ["it's", '"it\'s"'],
    ['both \' and "', "'both \\' and \"'"],
    ['say "so"', '\'say "so"\''],
    ['</script>', "'<\\/script>'"],
    ['\u2028', "'\\u2028'"],
  ])('quote %j as Prettier does', (text, code) => {
    expect(literal(text)).toBe(code);
  });

  it('name members as they must be named', () => {
    expect(['name', '$a', 'a-b', '1', 'class', ''].map(memberName)).toEqual([
      ...['name', '$a', "'a-b'", "'1'", 'class', "''"],
    ]);
  });

  it('lay objects and arrays out on one line where they fit', () => {
    expect(objectCode([], 0, 0)).toBe('{}');
    expect(
      objectCode(
        [
          ['a', '1'],
          [undefined, '...b'],
          ['c', 'c'],
        ],
        0,
        0,
      ),
    ).toBe('{ a: 1, ...b, c }');
    expect(objectCode([['a', '1']], 2, 95)).toBe('{\n    a: 1,\n  }');
    expect(arrayCode(["'a'", "'b'"], 0, 0)).toBe("['a', 'b']");
    expect(arrayCode(["'a'"], 2, 98)).toBe("[\n    'a',\n  ]");
    expect(arrowCode('(a)', 'a')).toBe('(a) => a');
    expect(arrowCode('(a)', 'a', 2, 99)).toBe('(a) =>\n    a');
  });
});
