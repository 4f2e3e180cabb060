import { BatchStore } from './batch-store.js';

/** A store that refuses whatever holds one of the texts. */
function storeOf(...bad: string[]) {
  const kept: string[] = [];
  const store = new BatchStore((lines) => {
    const text = Buffer.concat(lines).toString();
    if (bad.some((part) => text.includes(part))) {
      return Promise.reject(Object.assign(new Error('refused'), { code: '22003' }));
    }
    const records = text.trimEnd().split('\n');
    kept.push(...records);
    return Promise.resolve(records.length);
  });
  return { store, kept };
}

function linesOf(count: number): Buffer[] {
  const lines = Array.from({ length: count }, (_, n) => `{"id":"r${n}","fields":{}}\n`);
  return [Buffer.from(lines.slice(0, 3).join('')), Buffer.from(lines.slice(3).join(''))];
}

describe('BatchStore', () => {
  it('leaves out the records that are refused, and no others', async () => {
    const { store, kept } = storeOf('"r2"', '"r7"');
    await store.add(linesOf(10), 10);
    expect(store.stored).toBe(8);
    expect(kept.join()).not.toMatch(/"r[27]"/);
    expect(store.losses).toEqual([
      { code: 'snapshot.refused', detail: expect.stringMatching(/^2 records/) as string },
    ]);
  });

  it('does not look for each one where very many are refused', async () => {
    const { store } = storeOf('r');
    await store.add(linesOf(5_000), 5_000);
    expect(store.stored).toBe(0);
    expect(store.losses[0]?.detail).toMatch(/^5000 records/);
  });

  it('rejects where the database itself fails', async () => {
    const store = new BatchStore(() =>
      Promise.reject(Object.assign(new Error('away'), { code: '57P01' })),
    );
    await expect(store.add(linesOf(5), 5)).rejects.toThrow('away');
  });
});
