import { Slots } from './slots.js';

/** Lets so much of each owner's work through at once; the rest of it waits in line. */
export class OwnerSlots {
  readonly #size: number;
  readonly #owners = new Map<string, { slots: Slots; work: number }>();

  constructor(size: number) {
    this.#size = size;
  }

  /** Does the work in a slot of the owner's; rejects with the signal's reason where that comes first. */
  async in<T>(owner: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const own = this.#owners.get(owner) ?? { slots: new Slots(this.#size), work: 0 };
    this.#owners.set(owner, own);
    own.work += 1;
    try {
      return await own.slots.in(signal, work);
    } finally {
      own.work -= 1;
      if (own.work === 0) this.#owners.delete(owner);
    }
  }
}
