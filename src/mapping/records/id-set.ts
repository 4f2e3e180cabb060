import type { Source } from '../../json/byte-writer.js';

const FIRST_SLOTS = 1_024;
/** Full to this part, the table is made twice as large. */
const MOST_FULL = 0.7;
/** Odd multipliers: the golden ratio's, and those of MurmurHash3's 32-bit finaliser (A. Appleby, 2011). */
const MIX_A = 0x9e3779b1;
const MIX_B = 0x85ebca6b;
const MIX_C = 0xc2b2ae35;
const WORD = 4;
/** Asked for once: in a context of `node:vm`, each look at a global costs more than all the rest. */
const { imul } = Math;

/**
 * Remembers the ids of a run by 64-bit hashes of their bytes, some 16 bytes for each however long it
 * is. The hashes are seeded anew for each set. Of n ids, one is taken for another with a probability of n²/2^65: of
 * a million in one run of 37 million, of a hundred million in one of 3,700.
 */
export class IdSet {
  #slots = FIRST_SLOTS;
  /** Two halves of a hash for each slot; a slot of two zeros is free. */
  #table = new Int32Array(2 * FIRST_SLOTS);
  #size = 0;
  readonly #seedA = (Math.random() * 2 ** 32) | 0;
  readonly #seedB = (Math.random() * 2 ** 32) | 0;

  get size(): number {
    return this.#size;
  }

  /** Adds an id, which is a part of these bytes; false where it was there. */
  add({ bytes, view }: Source, start: number, end: number): boolean {
    let a = this.#seedA ^ (end - start);
    let b = this.#seedB;
    let at = start;
    for (const last = end - WORD; at <= last; at += WORD) {
      const word = view.getInt32(at, true);
      a = imul(a ^ word, MIX_A);
      a ^= a >>> 15;
      b = imul(b + word, MIX_C);
      b = (b << 13) | (b >>> 19);
    }
    let rest = 0;
    for (; at < end; at++) rest = (rest << 8) | (bytes[at] as number);
    a = imul(a ^ rest, MIX_A);
    a ^= a >>> 15;
    b = imul(b + rest, MIX_C);
    const low = finish(a ^ imul(b, MIX_A));
    const high = finish(b ^ imul(low, MIX_C));
    // Two zeros stand for a free slot.
    const isNew = insert(this.#table, this.#slots, low, low === 0 && high === 0 ? 1 : high);
    if (isNew && ++this.#size > this.#slots * MOST_FULL) this.#grow();
    return isNew;
  }

  #grow(): void {
    const before = this.#table;
    this.#slots *= 2;
    this.#table = new Int32Array(2 * this.#slots);
    for (let at = 0; at < before.length; at += 2) {
      const low = before[at] ?? 0;
      const high = before[at + 1] ?? 0;
      if (low !== 0 || high !== 0) insert(this.#table, this.#slots, low, high);
    }
  }
}

/** Lets each bit of a number bear on each of the result. */
function finish(value: number): number {
  let mixed = imul(value ^ (value >>> 16), MIX_B);
  mixed = imul(mixed ^ (mixed >>> 13), MIX_C);
  return mixed ^ (mixed >>> 16);
}

/** Puts a hash into the first slot that is free from its own place on; false where it is there. */
function insert(table: Int32Array, slots: number, low: number, high: number): boolean {
  const mask = slots - 1;
  for (let slot = low & mask; ; slot = (slot + 1) & mask) {
    const at = 2 * slot;
    const [heldLow, heldHigh] = [table[at] ?? 0, table[at + 1] ?? 0];
    if (heldLow === low && heldHigh === high) return false;
    if (heldLow !== 0 || heldHigh !== 0) continue;
    table[at] = low;
    table[at + 1] = high;
    return true;
  }
}
