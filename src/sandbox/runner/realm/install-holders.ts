import type { Realm, RealmHolders } from './realm.types.js';

/**
 * Keeps what is held outside of the engine for as long as the code can reach it, and makes it count
 * there. Runs inside the engine, from its own text.
 */
export function installHolders(realm: Realm & { holders?: RealmHolders }): void {
  // The globals may be gone by the time that they are needed.
  const [Weight, Weak] = [ArrayBuffer, WeakRef];
  interface Holder {
    /** The engine's limit and its collector see only what lies in its own memory. */
    weight: ArrayBuffer;
  }
  const held = new Set<{ holder: WeakRef<Holder>; release: () => void }>();

  realm.holders = {
    hold: (bytes, release) => {
      for (const entry of held) {
        if (entry.holder.deref()) continue;
        held.delete(entry);
        entry.release();
      }
      const holder: Holder = { weight: new Weight(bytes) };
      held.add({ holder: new Weak(holder), release });
      return holder;
    },
  };
}
