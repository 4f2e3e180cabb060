import fc from 'fast-check';
import { sourceOf } from '../../json/byte-writer.js';
import { IdSet } from './id-set.js';

function add(ids: IdSet, id: string): boolean {
  const source = sourceOf(JSON.stringify(id));
  return ids.add(source, 0, source.length);
}

describe('IdSet', () => {
  it('knows what it was given, as a Set does', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ unit: 'binary', maxLength: 3 })), (ids) => {
        const [ours, plain] = [new IdSet(), new Set<string>()];
        const added = ids.map((id) => add(ours, id));
        const expected = ids.map((id) => plain.size < plain.add(id).size);
        expect(added).toEqual(expected);
        expect(ours.size).toBe(plain.size);
      }),
    );
  });

  it.each<[string, (n: number) => string]>([
    ['numbers', String],
    ['padded numbers', (n) => `rec_${String(n).padStart(12, '0')}`],
    ['numbers in front of a long end', (n) => `${n}${'x'.repeat(100)}`],
    ['two characters each', (n) => String.fromCharCode(n >>> 16, n & 0xffff)],
    [
      'numbers in hex, reversed',
      (n) => Array.from(n.toString(16).padStart(6, '0')).reverse().join(''),
    ],
  ])('takes no two of 100,000 ids for the same: %s', (_kind, idOf) => {
    const ids = new IdSet();
    let taken = 0;
    for (let n = 0; n < 100_000; n++) if (add(ids, idOf(n))) taken++;
    expect([taken, ids.size]).toEqual([100_000, 100_000]);
    const again = Array.from({ length: 1_000 }, (_, n) => add(ids, idOf(n * 100)));
    expect(again.filter(Boolean)).toEqual([]);
  });

  it('takes some 16 bytes an id, however long it is', () => {
    const before = process.memoryUsage().arrayBuffers;
    const ids = new IdSet();
    for (let n = 0; n < 200_000; n++) add(ids, `${n}${'x'.repeat(200)}`);
    expect(ids.size).toBe(200_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(16 * 1024 * 1024);
  });
});
