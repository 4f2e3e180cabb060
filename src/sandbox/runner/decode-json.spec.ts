import { decodeJson } from './decode-json.js';

describe('decodeJson', () => {
  it.each([1, 10, 130_000, 140_000, 900_000, 1_031_912, 1_031_913, 1_031_914, 2_000_000])(
    'gives the text of %d bytes, and only spaces behind it',
    (length) => {
      for (const fill of ['x', 'y']) {
        const text = `"${fill.repeat(length)}"`;
        const decoded = decodeJson(Buffer.from(text));
        expect(decoded.startsWith(text)).toBe(true);
        expect(decoded.slice(text.length).trim()).toBe('');
      }
    },
  );

  it('keeps nothing of a longer text before it', () => {
    decodeJson(Buffer.from('1'.repeat(900_000)));
    expect(decodeJson(Buffer.from('2'.repeat(500_000))).trim()).toBe('2'.repeat(500_000));
  });

  it('takes UTF-8, with and without a byte order mark', () => {
    const text = `"${'ä€😀'.repeat(50_000)}"`;
    expect(decodeJson(Buffer.from(text))).toBe(text);
    expect(decodeJson(Buffer.from(`\ufeff${text}`))).toBe(text);
    expect(decodeJson(Buffer.from('\ufeff1'))).toBe('1');
  });
});
