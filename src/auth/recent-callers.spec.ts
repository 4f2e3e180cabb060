import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { RecentCallers, type KnownCaller } from './recent-callers.js';

const ADA = { userId: 'usr_ada0000000', expiresAt: Infinity };

describe('RecentCallers', () => {
  let recent: RecentCallers;
  let now: number;
  /** Look-ups that were begun, each to be settled by the spec. */
  let begun: ((found: KnownCaller | null) => void)[];
  const lookUp = () => new Promise<KnownCaller | null>((resolve) => begun.push(resolve));

  beforeEach(() => {
    now = 1000;
    begun = [];
    recent = new RecentCallers();
    jest.spyOn(performance, 'now').mockImplementation(() => now);
  });

  afterEach(() => {
    jest.restoreAllMocks();
  });

  it('gives what was found less than half a second ago', async () => {
    const first = recent.find('a', lookUp);
    begun[0]?.(ADA);
    now += 499;
    expect(await Promise.all([first, recent.find('a', lookUp)])).toEqual([ADA, ADA]);
    expect(begun).toHaveLength(1);
  });

  it('counts the time from when the look-up began', async () => {
    const first = recent.find('a', lookUp);
    now += 500;
    begun[0]?.(ADA);
    await first;
    void recent.find('a', lookUp);
    expect(begun).toHaveLength(2);
  });

  it('shares one look-up among requests at once, and keeps keys apart', async () => {
    const shared = [recent.find('a', lookUp), recent.find('a', lookUp)];
    void recent.find('b', lookUp);
    expect(begun).toHaveLength(2);
    begun[0]?.(ADA);
    expect(await Promise.all(shared)).toEqual([ADA, ADA]);
  });

  it('does not join a look-up that has been under way for too long', () => {
    void recent.find('a', lookUp);
    now += 500;
    void recent.find('a', lookUp);
    expect(begun).toHaveLength(2);
  });

  it('remembers neither who was not found nor a failure', async () => {
    const none = recent.find('a', lookUp);
    begun[0]?.(null);
    expect(await none).toBeNull();
    await expect(recent.find('a', () => Promise.reject(new Error('away')))).rejects.toThrow('away');
    void recent.find('a', lookUp);
    expect(begun).toHaveLength(2);
  });

  it('forgets all, what is under way included', async () => {
    const known = recent.find('a', lookUp);
    begun[0]?.(ADA);
    await known;
    void recent.find('b', lookUp);
    recent.forgetAll();
    void recent.find('a', lookUp);
    void recent.find('b', lookUp);
    expect(begun).toHaveLength(4);
  });

  it('holds no more than 10,000, and forgets the oldest first', async () => {
    const found = () => Promise.resolve(ADA);
    for (let at = 0; at <= 10_000; at += 1) await recent.find(String(at), found);
    void recent.find('0', lookUp);
    void recent.find('10000', lookUp);
    expect(begun).toHaveLength(1);
  });
});
