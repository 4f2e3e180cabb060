import fc from 'fast-check';

import { ByteWriter, sourceOf } from './byte-writer.js';

describe('a byte writer', () => {
  it('writes texts, strings and parts of other bytes behind each other', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }).map((unit) => unit.toWellFormed()),
      fc.string({ maxLength: 200 }),
    );
    const call = fc.tuple(fc.nat({ max: 3 }), text, fc.nat({ max: 50 }), fc.nat({ max: 200 }));
    fc.assert(
      fc.property(fc.array(call, { maxLength: 12 }), fc.nat({ max: 64 }), (calls, room) => {
        const writer = new ByteWriter(room);
        const expected: Buffer[] = [];
        for (const [kind, given, start, length] of calls) {
          if (kind === 0) {
            const source = sourceOf(given);
            const end = Math.min(start + length, source.length);
            if (end < start) continue;
            writer.copy(source, start, end);
            expected.push(Buffer.from(given).subarray(start, end));
          } else if (kind === 1) {
            writer.text(given);
            expected.push(Buffer.from(given));
          } else if (kind === 2) {
            writer.string(given);
            expected.push(Buffer.from(JSON.stringify(given)));
          } else {
            writer.byte(length);
            expected.push(Buffer.from([length]));
          }
        }
        const all = Buffer.concat(expected);
        expect(writer.length).toBe(all.length);
        expect(writer.slice(0, writer.length).equals(all)).toBe(true);
      }),
      { numRuns: 2_000 },
    );
  });
});
