import type { Realm } from './realm.types.js';

/**
 * Replaces `Math.random`: the engine's own would go on, in every run, from where it stood when the
 * globals were set up. The generator is xoshiro128** (Blackman and Vigna, "Scrambled linear
 * pseudorandom number generators", 2021), begun with random bytes of the host's at its first use.
 * Runs inside the engine, from its own text.
 */
export function installRandom({ host }: Realm): void {
  const { imul } = Math;
  const Words = Uint32Array;
  let begun = false;
  let a = 0;
  let b = 0;
  let c = 0;
  let d = 0;

  const begin = (): void => {
    const seed = host.randomBytes(16);
    if (seed) [a = 0, b = 0, c = 0, d = 1] = new Words(seed);
    begun = true;
  };
  /** The next 32 bits. */
  const word = (): number => {
    const five = imul(b, 5);
    const result = imul((five << 7) | (five >>> 25), 9);
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = (d << 11) | (d >>> 21);
    return result >>> 0;
  };
  const random = (): number => {
    if (!begun) begin();
    // The 53 bits that a number between 0 and 1 has in equal steps.
    return ((word() >>> 5) * 67_108_864 + (word() >>> 6)) / 9_007_199_254_740_992;
  };
  Object.defineProperty(Math, 'random', { value: random, writable: true, configurable: true });
}
