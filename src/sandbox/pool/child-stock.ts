import { Child } from './child.js';
import { ChildGuard } from './child-guard.js';
import type { Log } from './child-run.js';
import { SpawnError } from '../sandbox.errors.js';

export interface StockOptions {
  min: number;
  max: number;
  recycleAfter: number;
  idleMs: number;
  readyMs: number;
  entry: string;
  log: Log;
}

const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;

/** What the stock asks of who uses it. */
export interface StockUser {
  /** How many wait for a process now. */
  readonly wanted: number;
  /** How many processes wait for their taker, and do nothing. */
  readonly parked: number;
  /** Takes a process that has become free; false where nobody waits for one. */
  take: (child: Child) => boolean;
  /** Told where a process could not be started. */
  give: (error: Error) => void;
}

/** The processes of a pool: starts those that are missing, keeps the idle, retires the old. */
export class ChildStock {
  readonly #options: StockOptions;
  readonly #user: StockUser;
  readonly #guard = new ChildGuard();
  readonly #children = new Set<Child>();
  /** Last used last, so that those above `min` grow old. */
  readonly #idle: { child: Child; since: number }[] = [];
  readonly #sweep: NodeJS.Timeout;
  #starting = 0;
  #closed = false;
  #retryMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | undefined;

  constructor(options: StockOptions, user: StockUser) {
    this.#options = options;
    this.#user = user;
    this.#sweep = setInterval(() => {
      this.#retire();
    }, options.idleMs / 2).unref();
  }

  /** How many processes there are, those that come up included, and how many have nothing to do. */
  get counts(): { all: number; idle: number } {
    return { all: this.#alive, idle: this.#idle.filter(({ child }) => child.alive).length };
  }

  /** Brings up the processes that are always kept. Rejects with a SpawnError where one can't be. */
  async fill(): Promise<void> {
    const started = Array.from({ length: this.#options.min }, () => this.#spawn());
    const failed = (await Promise.all(started)).find((error) => error !== undefined);
    if (failed) throw failed;
  }

  /** An idle process, where there is one. */
  takeIdle(): Child | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (idle.child.alive) return idle.child;
    }
    return undefined;
  }

  /** Takes back a process that was used, and ends it where it is used up. */
  putBack(child: Child): void {
    const spare = this.#alive > this.#most;
    if (child.runs >= this.#options.recycleAfter || child.worn || spare) child.kill();
    if (child.alive) this.#offer(child);
    this.balance();
  }

  /** Starts the processes that are missing. */
  balance(): void {
    if (this.#closed || this.#retry) return;
    while (this.#alive < this.#options.min) void this.#spawn();
    while (this.#starting < this.#user.wanted && this.#alive < this.#most) void this.#spawn();
  }

  /** One more process, whatever `max` says. Rejects with a SpawnError. */
  launch(): Promise<Child> {
    return Child.start(this.#options, (child) => {
      this.#children.add(child);
      this.#guard.add(child.pid);
      void child.gone.then(() => {
        this.#children.delete(child);
        this.#guard.delete(child.pid);
        // One that comes up and ends again would be started without a pause.
        if (child.failed && !this.#closed) this.#retryLater();
        this.balance();
      });
    });
  }

  /** Ends every process, and what runs in it as cancelled. Resolves once all are gone. */
  async close(): Promise<void> {
    this.#closed = true;
    clearInterval(this.#sweep);
    clearTimeout(this.#retry);
    const children = [...this.#children];
    for (const child of children) child.cancel();
    await Promise.all(children.map((child) => child.gone));
    await this.#guard.close();
  }

  get #most(): number {
    return this.#options.max + this.#user.parked;
  }

  get #alive(): number {
    return [...this.#children].filter((child) => child.alive).length;
  }

  #offer(child: Child): void {
    if (!this.#user.take(child)) this.#idle.push({ child, since: performance.now() });
  }

  /** Gives the error instead of rejecting with it: mostly nobody waits for this very process. */
  async #spawn(): Promise<Error | undefined> {
    this.#starting += 1;
    try {
      const child = await this.launch();
      this.#starting -= 1;
      this.#retryMs = FIRST_RETRY_MS;
      if (this.#closed) child.kill();
      else this.#offer(child);
      return undefined;
    } catch (error) {
      this.#starting -= 1;
      const failure = error instanceof Error ? error : new SpawnError(String(error));
      if (this.#closed) return failure;
      this.#options.log('A sandbox process cannot be started.', { error });
      // Nobody waits for a process that may never come.
      this.#user.give(failure);
      this.#retryLater();
      return failure;
    }
  }

  #retryLater(): void {
    this.#retry ??= setTimeout(() => {
      this.#retry = undefined;
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      this.balance();
    }, this.#retryMs).unref();
  }

  #retire(): void {
    const tooOld = performance.now() - this.#options.idleMs;
    for (const { child, since } of [...this.#idle]) {
      if (since > tooOld || this.#alive <= this.#options.min) return;
      this.#idle.shift();
      child.kill();
    }
  }
}
