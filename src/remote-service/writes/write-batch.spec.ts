import { setImmediate as turn } from 'node:timers/promises';
import { ProblemError, problemType } from '../../common/problem.js';
import { writeBatch, type RecordCall } from './write-batch.js';
import type { WriteOptions } from './write.types.js';

const refused = new ProblemError(problemType('test.refused', 502, 'Refused'), 'no');
const takeTurn = (work: () => Promise<void>) => work();
const batch = (
  count: number,
  call: (index: number, once: RecordCall) => Promise<string>,
  options: WriteOptions = {},
) => writeBatch(count, { takeTurn, ...options }, call);

describe('a batch of writes', () => {
  it('gives results in the order of its records, however they end, four at once', async () => {
    let running = 0;
    let most = 0;
    const results = await batch(20, async (index) => {
      most = Math.max(most, (running += 1));
      for (let rounds = 20 - index; rounds > 0; rounds -= 1) await turn();
      running -= 1;
      if (index === 7) throw refused;
      if (index === 8) throw new Error('a fault of ours');
      return `id-${index}`;
    });
    expect(most).toBe(4);
    expect(results).toHaveLength(20);
    for (const [index, result] of results.entries()) {
      if (index !== 7 && index !== 8) expect(result).toEqual({ status: 'ok', id: `id-${index}` });
    }
    expect(results[7]).toEqual({ status: 'error', problem: refused });
    expect(results[8]).toMatchObject({ status: 'error', problem: { type: { code: 'internal' } } });
  });

  it('begins none once its signal fires, and lets those under way end', async () => {
    const stop = new AbortController();
    const begun: number[] = [];
    const results = await batch(
      10,
      async (index, { waitSignal }) => {
        begun.push(index);
        if (index === 5) stop.abort();
        await turn();
        expect(waitSignal.aborted).toBe(stop.signal.aborted);
        return 'x';
      },
      { signal: stop.signal },
    );
    expect(begun.length).toBeLessThanOrEqual(9);
    for (const [index, result] of results.entries()) {
      if (begun.includes(index)) expect(result).toEqual({ status: 'ok', id: 'x' });
      else expect(result).toMatchObject({ problem: { type: { code: 'write.stopped' } } });
    }
  });

  it('rejects with what a hook threw, once nothing runs any more', async () => {
    const failure = new Error('not stored');
    let running = 0;
    const begun: number[] = [];
    const done = batch(
      100,
      async (index) => {
        running += 1;
        begun.push(index);
        for (let rounds = index * 3; rounds > 0; rounds -= 1) await turn();
        running -= 1;
        return 'x';
      },
      { onResult: (index) => (index === 1 ? Promise.reject(failure) : Promise.resolve()) },
    );
    await expect(done).rejects.toBe(failure);
    expect(running).toBe(0);
    expect(begun.length).toBeLessThan(10);
  });

  it('leaves out what the hook before a record says no to', async () => {
    const begun: number[] = [];
    const ended: number[] = [];
    const results = await batch(
      6,
      (index) => {
        begun.push(index);
        return Promise.resolve('x');
      },
      {
        beforeRecord: (index) => Promise.resolve(index % 2 === 0),
        onResult: (index) => {
          ended.push(index);
          return Promise.resolve();
        },
      },
    );
    expect(begun).toEqual([0, 2, 4]);
    expect(ended.sort()).toEqual([0, 2, 4]);
    expect(results[1]).toMatchObject({ problem: { type: { code: 'write.stopped' } } });
  });

  it('gives each record a key of its own, or the one it is told', async () => {
    const seen: string[] = [];
    const call = (_index: number, { idempotencyKey }: RecordCall) => {
      seen.push(idempotencyKey);
      return Promise.resolve('x');
    };
    await batch(3, call);
    expect(new Set(seen.splice(0)).size).toBe(3);
    await batch(3, call, { idempotencyKey: (index) => `k${index}` });
    expect(seen).toEqual(['k0', 'k1', 'k2']);
  });
});
