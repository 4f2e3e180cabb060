export interface FairQueueOptions {
  /** Runs that one owner may have at once. */
  share: number;
  /** Runs of one owner that may wait beyond those. */
  maxQueued: number;
  /** Runs of all owners that may wait. */
  maxQueuedAll: number;
}

interface Line<T> {
  running: number;
  /** When it was served last: the how manieth of all; 0: not yet. */
  served: number;
  readonly waiting: T[];
}

/**
 * The runs that wait for a process. Next is the first run of the owner who has the fewest under way,
 * and among those of the one who was served longest ago: however many runs one owner has, another
 * waits for one of them at most.
 */
export class FairQueue<T> {
  readonly #options: FairQueueOptions;
  readonly #lines = new Map<string, Line<T>>();
  #waiting = 0;
  #served = 0;

  constructor(options: FairQueueOptions) {
    this.#options = options;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#waiting;
  }

  /** How many could begin now, were there processes for them. */
  get ready(): number {
    let ready = 0;
    for (const { running, waiting } of this.#lines.values()) {
      ready += Math.max(0, Math.min(waiting.length, this.#options.share - running));
    }
    return ready;
  }

  /** Whether one more run of this owner's may wait. */
  admits(owner: string): boolean {
    const { share, maxQueued, maxQueuedAll } = this.#options;
    const { running, waiting } = this.#lines.get(owner) ?? { running: 0, waiting: [] };
    return running + waiting.length < share + maxQueued && this.#waiting < maxQueuedAll;
  }

  add(owner: string, item: T): void {
    const line = this.#lines.get(owner) ?? { running: 0, served: 0, waiting: [] };
    this.#lines.set(owner, line);
    line.waiting.push(item);
    this.#waiting += 1;
  }

  /** Takes out one that waits no longer. */
  remove(owner: string, item: T): void {
    const line = this.#lines.get(owner);
    const at = line?.waiting.indexOf(item) ?? -1;
    if (!line || at < 0) return;
    line.waiting.splice(at, 1);
    this.#waiting -= 1;
    this.#forget(owner, line);
  }

  /** The next one, which counts as under way until `ended`; undefined where none is ready. */
  next(): T | undefined {
    const owner = this.#nextOwner();
    const line = owner === undefined ? undefined : this.#lines.get(owner);
    const item = line?.waiting.shift();
    if (owner === undefined || !line || item === undefined) return undefined;
    line.running += 1;
    line.served = ++this.#served;
    this.#waiting -= 1;
    return item;
  }

  /** The next one, which will not begin. */
  drop(): T | undefined {
    const owner = this.#nextOwner();
    const item = owner === undefined ? undefined : this.#lines.get(owner)?.waiting[0];
    if (owner !== undefined && item !== undefined) this.remove(owner, item);
    return item;
  }

  /** A run of this owner's is over. */
  ended(owner: string): void {
    const line = this.#lines.get(owner);
    if (!line) return;
    line.running -= 1;
    this.#forget(owner, line);
  }

  /** A run of this owner's does nothing for now, and counts as over until it has `left`. */
  parked(owner: string): void {
    this.ended(owner);
  }

  left(owner: string): void {
    const line = this.#lines.get(owner) ?? { running: 0, served: 0, waiting: [] };
    this.#lines.set(owner, line);
    line.running += 1;
  }

  /** All that wait, none of whom waits any longer. */
  clear(): T[] {
    const all = [...this.#lines.values()].flatMap(({ waiting }) => waiting.splice(0));
    this.#waiting = 0;
    return all;
  }

  #nextOwner(): string | undefined {
    let best: { running: number; served: number } = { running: this.#options.share, served: -1 };
    let next: string | undefined;
    for (const [owner, line] of this.#lines) {
      const { running, served, waiting } = line;
      const sooner = running < best.running || (running === best.running && served < best.served);
      if (waiting.length === 0 || !sooner) continue;
      best = line;
      next = owner;
    }
    return next;
  }

  #forget(owner: string, { running, waiting }: Line<T>): void {
    if (running === 0 && waiting.length === 0) this.#lines.delete(owner);
  }
}
