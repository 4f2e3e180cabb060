import type { ReadJob } from '../sandbox.types.js';

export interface ParkingLotOptions {
  /** Runs of all owners that may stand here. */
  max: number;
  /** Of one owner's. */
  maxOwner: number;
  /** How long the taker of a run's records has to keep it waiting, in ms. */
  afterMs: number;
  onPark: (owner: string) => void;
  onLeave: (owner: string) => void;
}

/** The place of one run. */
export interface Parking {
  onRecords: ReadJob['onRecords'];
  /** The run is over. */
  end: () => void;
}

/**
 * Knows the reads that wait for whoever takes their records: they keep their process, and do nothing
 * with it, so that others may have theirs beside them.
 */
export class ParkingLot {
  readonly #options: ParkingLotOptions;
  readonly #owners = new Map<string, number>();
  #parked = 0;

  constructor(options: ParkingLotOptions) {
    this.#options = options;
  }

  get parked(): number {
    return this.#parked;
  }

  /** Watches how fast a read's records are taken. */
  watch({ owner, onRecords }: Pick<ReadJob, 'owner' | 'onRecords'>): Parking {
    const { afterMs } = this.#options;
    let parked = false;
    let over = false;
    const leave = (): void => {
      if (parked) this.#leave(owner);
      parked = false;
    };
    const take: ReadJob['onRecords'] = async (lines, count, soFar) => {
      const began = performance.now();
      const timer = setTimeout(() => {
        if (!parked && !over) parked = this.#enter(owner);
      }, afterMs);
      try {
        await onRecords(lines, count, soFar);
      } finally {
        clearTimeout(timer);
        // Not before a batch was taken fast: a slow taker would come and go with each.
        if (performance.now() - began < afterMs) leave();
      }
    };
    const end = (): void => {
      over = true;
      leave();
    };
    return { onRecords: take, end };
  }

  #enter(owner: string): boolean {
    const own = this.#owners.get(owner) ?? 0;
    if (this.#parked >= this.#options.max || own >= this.#options.maxOwner) return false;
    this.#parked += 1;
    this.#owners.set(owner, own + 1);
    this.#options.onPark(owner);
    return true;
  }

  #leave(owner: string): void {
    const own = (this.#owners.get(owner) ?? 0) - 1;
    this.#parked -= 1;
    if (own > 0) this.#owners.set(owner, own);
    else this.#owners.delete(owner);
    this.#options.onLeave(owner);
  }
}
