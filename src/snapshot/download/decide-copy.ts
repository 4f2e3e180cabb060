import type { CopyState } from '../snapshot.types.js';

/** What became of a read, and of the copy that there was before it. */
export interface CopyChoice {
  state: Extract<CopyState, 'completed' | 'incomplete' | 'failed'>;
  /**
   * `replace`: what was read is the copy, and what was there before and did not come is gone; `merge`:
   * what was read is the copy, with what else was there before; `keep`: the old one stays as it is.
   */
  copy: 'replace' | 'merge' | 'keep';
}

/**
 * Says what a read comes to. `isWhole`: it was complete and all of it was stored; `hasEnded`: it came
 * to its end; `before`: the copy that there is, and whether that came from a complete read.
 */
export function decideCopy(
  { isWhole, hasEnded, stored }: { isWhole: boolean; hasEnded: boolean; stored: number },
  before: { exists: boolean; whole: boolean },
): CopyChoice {
  if (isWhole) return { state: 'completed', copy: 'replace' };
  if (stored === 0 && !hasEnded) return { state: 'failed', copy: 'keep' };
  // Of two reads that were not complete the newer says more, but nothing of what it lacks.
  const isBetter = stored > 0 && !before.whole;
  return { state: 'incomplete', copy: !before.exists || isBetter ? 'merge' : 'keep' };
}
