import type { Realm, RealmHolders } from './realm.types.js';

/**
 * Keeps what is held outside of the engine for as long as the code can reach it, and makes it count
 * there. Runs inside the engine, from its own text.
 */
export function installHolders(realm: Realm & { holders?: RealmHolders }): void {
  const { host } = realm;
  // The global may be gone by the time that it is needed.
  const Weak = WeakRef;
  const held = new Set<{ holder: WeakRef<object>; bytes: number; release: () => void }>();

  /** Of what is held: from here on it is worth the time to look for garbage. */
  const LEAST_BYTES = 4 * 1024 * 1024;
  const GROWTH = 1.5;
  let heldBytes = 0;
  let collectAt = LEAST_BYTES;

  const sweep = (): void => {
    for (const entry of held) {
      if (entry.holder.deref()) continue;
      held.delete(entry);
      heldBytes -= entry.bytes;
      entry.release();
    }
  };
  /**
   * What is in a circle dies only when the engine looks for garbage. It does so by the number of
   * allocations alone, whatever their size, and nothing else makes it.
   */
  const collect = (): void => {
    const watched = new Weak(circle());
    for (let batch = 0; batch < MOST_BATCHES && watched.deref(); batch++) {
      // Circles again: plain objects would be gone at once, and would not add up.
      for (let at = 0; at < BATCH; at++) circle();
    }
  };
  const circle = (): object => {
    const round: { self?: object } = {};
    round.self = round;
    return round;
  };
  const BATCH = 1_000;
  const MOST_BATCHES = 100;

  realm.holders = {
    hold: (bytes, release) => {
      sweep();
      if (heldBytes + bytes > collectAt) {
        collect();
        sweep();
        collectAt = (heldBytes + bytes) * GROWTH;
        if (collectAt < LEAST_BYTES) collectAt = LEAST_BYTES;
        host.holdsBytes(heldBytes + bytes);
      }
      const holder = {};
      held.add({ holder: new Weak(holder), bytes, release });
      heldBytes += bytes;
      return holder;
    },
  };
}
