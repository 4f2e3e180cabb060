import fc from 'fast-check';
import { RateLimiter, WINDOW_MS, type Grant } from './rate-limiter.js';

/** A store as the database is one: one window for all, lots of a twentieth of what is left. */
class SharedStore {
  private used = 0;
  private endsAt = -Infinity;
  takes = 0;
  isAway = false;

  constructor(
    private readonly limit: number,
    private readonly now: () => number,
  ) {}

  async take(wanted: number): Promise<Grant> {
    await Promise.resolve();
    this.takes += 1;
    if (this.isAway) throw new Error('away');
    if (this.endsAt <= this.now()) {
      this.used = 0;
      this.endsAt = this.now() + WINDOW_MS;
    }
    const left = this.limit - this.used;
    const granted = Math.min(left, Math.max(wanted, Math.floor(left / 20)));
    this.used += granted;
    return { granted, remaining: left - granted, msLeft: this.endsAt - this.now() };
  }
}

describe('RateLimiter', () => {
  let now = 0;
  let store: SharedStore;
  let failures: unknown[];
  beforeEach(() => {
    now = 0;
    failures = [];
  });

  function limiters(count: number, limit: number): RateLimiter[] {
    store = new SharedStore(limit, () => now);
    return Array.from(
      { length: count },
      () =>
        new RateLimiter(
          limit,
          (_userId, wanted) => store.take(wanted),
          (error) => failures.push(error),
          () => now,
        ),
    );
  }

  it('serves as many as the limit says in a window, and again in the next', async () => {
    const [limiter] = limiters(1, 3);
    const serve = async () => (await limiter?.count('u'))?.allowed;
    expect([await serve(), await serve(), await serve(), await serve()]).toEqual([
      ...[true, true, true, false],
    ]);
    now = WINDOW_MS - 1;
    expect(await serve()).toBe(false);
    now = WINDOW_MS;
    expect(await serve()).toBe(true);
  });

  it('says what is left and when it is more', async () => {
    const [limiter] = limiters(1, 100);
    expect(await limiter?.count('u')).toEqual({ allowed: true, remaining: 99, resetSeconds: 60 });
    now = 30_500;
    expect(await limiter?.count('u')).toEqual({ allowed: true, remaining: 98, resetSeconds: 30 });
  });

  it('never passes the limit, whoever counts, at once or one after another', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 300 }),
        fc.array(fc.tuple(fc.nat(2), fc.integer({ min: 1, max: 60 })), { maxLength: 20 }),
        async (limit, bursts) => {
          const three = limiters(3, limit);
          let served = 0;
          let asked = 0;
          for (const [which, size] of bursts) {
            const verdicts = await Promise.all(
              Array.from({ length: size }, async () => three[which]?.count('u')),
            );
            served += verdicts.filter((verdict) => verdict?.allowed).length;
            asked += size;
          }
          // A process that is not asked again keeps a twentieth at most.
          const kept = 2 * Math.floor(limit / 20);
          expect(served).toBeLessThanOrEqual(limit);
          expect(served).toBeGreaterThanOrEqual(Math.min(asked, limit - kept));
        },
      ),
    );
  });

  it('asks the store for few of many requests, and no more once none are left', async () => {
    const [limiter] = limiters(1, 6000);
    for (let i = 0; i < 6000; i += 1) await limiter?.count('u');
    expect(store.takes).toBeLessThan(150);
    const before = store.takes;
    for (let i = 0; i < 100; i += 1) expect((await limiter?.count('u'))?.allowed).toBe(false);
    expect(store.takes - before).toBeLessThanOrEqual(1);
  });

  it('counts by itself while the store fails, and asks it again later', async () => {
    const [limiter] = limiters(1, 10);
    store.isAway = true;
    const verdicts = [];
    for (let i = 0; i < 12; i += 1) verdicts.push((await limiter?.count('u'))?.allowed);
    expect(verdicts.filter(Boolean)).toHaveLength(10);
    expect((await limiter?.count('other'))?.allowed).toBe(true);
    expect([store.takes, failures.length]).toEqual([1, 1]);
    now = WINDOW_MS;
    store.isAway = false;
    expect((await limiter?.count('u'))?.allowed).toBe(true);
    expect(store.takes).toBe(2);
  });

  it('forgets windows that are over', async () => {
    const [limiter] = limiters(1, 10);
    await limiter?.count('u');
    limiter?.sweep();
    expect((await limiter?.count('u'))?.remaining).toBe(8);
    now = WINDOW_MS;
    limiter?.sweep();
    expect((limiter as unknown as { windows: Map<string, unknown> }).windows.size).toBe(0);
  });
});
