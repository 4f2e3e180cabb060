import { isKeyed } from './is-keyed.js';

describe('an object of records', () => {
  it.each<[string, Record<string, unknown>, boolean]>([
    ['numbers as ids', { '7': { a: 1 } }, true],
    ['push ids', { '-Nx3dKq9ZyT0aBcDeFgH': { a: 1 } }, true],
    ['ids with a prefix', { usr_1: { a: 1 }, usr_2: {} }, true],
    ['three objects much alike', { eur: { v: 1 }, usd: { v: 2 }, gbp: { v: 3, w: 1 } }, true],
    ['numbers by codes', { EUR: 1, USD: 2, GBP: 3 }, true],
    ['numbers by dates', { '2026-01-01': 1, '2026-01-02': 2, '2026-01-03': 3 }, true],
    ['two objects that are alike', { from: { lat: 1 }, to: { lat: 2 } }, false],
    [
      'objects of different kinds',
      { main: { temp: 1 }, wind: { speed: 2 }, sys: { id: 1 } },
      false,
    ],
    ['three lists', { a: { list: [{}] }, b: { list: [{}] }, c: { list: [{}] } }, false],
    ['numbers by words', { width: 1, height: 2, depth: 3 }, false],
    ['a record', { id: 1, name: 'x' }, false],
    ['nothing', {}, false],
  ])('is told by %s', (_, holder, expected) => {
    expect(isKeyed(holder, Object.keys(holder))).toBe(expected);
  });

  it('is told at once, however its names are written', () => {
    const holder = { [`ab_${'1'.repeat(1_000_000)}!`]: {} };
    const start = performance.now();
    expect(isKeyed(holder, Object.keys(holder))).toBe(false);
    expect(performance.now() - start).toBeLessThan(100);
  });
});
