import type { Child } from './child.js';
import { ChildStock } from './child-stock.js';
import type { Log, RunResult } from './child-run.js';
import { FairQueue } from './fair-queue.js';
import { ParkingLot } from './parking-lot.js';
import { PoolBusyError, PoolClosedError, SpawnError } from '../sandbox.errors.js';
import type { CallJob, CallOutcome, ReadJob, ReadOutcome, RunFailure } from '../sandbox.types.js';
import { notRun } from './not-run.js';
import { runnerEntry } from './spawn-child.js';

export interface SandboxPoolOptions {
  /** Processes that are kept ready. */
  min: number;
  /** Runs at once, without those that wait for whoever takes their records. */
  max: number;
  /** Of the latter, how many may keep a process beside those; half of them may be one owner's. */
  maxParked?: number;
  /** How long the taker of its records keeps a run waiting before it counts as such, in ms. */
  parkAfterMs?: number;
  /** Runs of one owner that may wait for a process; one more is refused. */
  maxQueued?: number;
  /** The same for the runs of all owners. */
  maxQueuedAll?: number;
  /** Runs after which a process is replaced. */
  recycleAfter?: number;
  /** How long a process above `min` may be idle. */
  idleMs?: number;
  /** How long a process may take to come up. */
  readyMs?: number;
  /** The compiled program of a process, where it is not the service's own. */
  entry?: string;
  log?: Log;
}

interface Waiter {
  take: (child: Child) => void;
  give: (failure: Error | RunFailure) => void;
}

const HEALTH_MS = 5_000;
const MB = 1024 * 1024;

const CANCELLED: RunFailure = { kind: 'cancelled', message: 'The run was cancelled.' };
const NOT_STARTED: RunFailure = { kind: 'crashed', message: 'No process could be started for it.' };

/**
 * Runs connector code, each run in a sandbox process that serves no other at the time. What goes
 * wrong in the code is an outcome; calls reject only with PoolBusyError and PoolClosedError, and
 * reads with what their own `onRecords` rejected with.
 */
export class SandboxPool {
  readonly #options: Required<SandboxPoolOptions>;
  readonly #queue: FairQueue<Waiter>;
  readonly #lot: ParkingLot;
  #stock: ChildStock | undefined;
  #probe: Promise<void> | undefined;

  constructor(options: SandboxPoolOptions) {
    const max = Math.max(options.max, 1);
    this.#options = {
      maxQueued: 100,
      maxQueuedAll: 1_000,
      maxParked: 32,
      parkAfterMs: 250,
      recycleAfter: 1_000,
      idleMs: 60_000,
      readyMs: 20_000,
      entry: options.entry ?? runnerEntry(),
      log: () => undefined,
      ...options,
      max,
    };
    const { maxQueued, maxQueuedAll, maxParked, parkAfterMs } = this.#options;
    // One process is always left for others than the owner of all the rest.
    this.#queue = new FairQueue({ share: Math.max(max - 1, 1), maxQueued, maxQueuedAll });
    this.#lot = new ParkingLot({
      max: maxParked,
      maxOwner: Math.ceil(maxParked / 2),
      afterMs: parkAfterMs,
      onPark: (owner) => {
        this.#queue.parked(owner);
        if (this.#stock) this.#dispatch(this.#stock);
      },
      onLeave: (owner) => {
        this.#queue.left(owner);
      },
    });
  }

  /** Runs at once. */
  get max(): number {
    return this.#options.max;
  }

  /** What its processes do at the moment, and how many runs wait for one. */
  get load(): { processes: number; idle: number; parked: number; waiting: number } {
    const { all, idle } = this.#stock?.counts ?? { all: 0, idle: 0 };
    return { processes: all, idle, parked: this.#lot.parked, waiting: this.#queue.waiting };
  }

  /** Opens the pool and brings up `min` processes. Rejects with a SpawnError where one can't be. */
  async start(): Promise<void> {
    const stock = new ChildStock(this.#options, this.#user());
    this.#stock = stock;
    try {
      await stock.fill();
    } catch (error) {
      await this.close();
      throw error;
    }
  }

  /** Runs a function for its value. */
  async call(job: CallJob): Promise<CallOutcome> {
    const { outcome, value, trace } = await this.#run(job);
    return outcome.kind === 'ok' ? { kind: 'ok', value, ...trace } : { ...outcome, ...trace };
  }

  /** Runs a function for its pages of records. */
  async read(job: ReadJob): Promise<ReadOutcome> {
    const { outcome, counts, trace } = await this.#run(job);
    return { ...outcome, ...trace, counts };
  }

  /** Runs a trivial function in a real process; rejects where that can't be done. */
  async health(): Promise<void> {
    const stock = this.#opened();
    this.#probe ??= this.#check(stock).finally(() => {
      this.#probe = undefined;
    });
    await this.#probe;
  }

  /** Ends every process; what runs ends as cancelled, what waits is rejected. Then all are gone. */
  async close(): Promise<void> {
    const stock = this.#stock;
    this.#stock = undefined;
    for (const waiter of this.#queue.clear()) waiter.give(new PoolClosedError());
    await stock?.close();
  }

  #opened(): ChildStock {
    if (!this.#stock) throw new PoolClosedError();
    return this.#stock;
  }

  async #run(job: CallJob | ReadJob): Promise<RunResult> {
    const stock = this.#opened();
    const signals = [job.signal, job.waitSignal].filter((signal) => signal !== undefined);
    if (signals.some(({ aborted }) => aborted)) return notRun(CANCELLED);
    const child = await this.#wait(stock, job.owner, signals);
    if ('kind' in child) return notRun(child);
    const parking = 'onRecords' in job ? this.#lot.watch(job) : undefined;
    try {
      return await child.run(parking ? { ...job, onRecords: parking.onRecords } : job);
    } finally {
      parking?.end();
      this.#queue.ended(job.owner);
      stock.putBack(child);
      this.#dispatch(stock);
    }
  }

  /** A process, or why there will be none. */
  #wait(stock: ChildStock, owner: string, signals: AbortSignal[]): Promise<Child | RunFailure> {
    if (!this.#queue.admits(owner)) throw new PoolBusyError();
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        stay();
        this.#queue.remove(owner, waiter);
        resolve(CANCELLED);
      };
      const stay = (): void => {
        for (const signal of signals) signal.removeEventListener('abort', leave);
      };
      const waiter: Waiter = {
        take: (child) => {
          stay();
          resolve(child);
        },
        give: (failure) => {
          stay();
          if (failure instanceof Error) reject(failure);
          else resolve(failure);
        },
      };
      for (const signal of signals) signal.addEventListener('abort', leave, { once: true });
      this.#queue.add(owner, waiter);
      this.#dispatch(stock);
    });
  }

  /** Brings together who waits and what is idle, and has started what is missing. */
  #dispatch(stock: ChildStock): void {
    while (this.#queue.ready > 0) {
      const child = stock.takeIdle();
      if (!child) break;
      this.#queue.next()?.take(child);
    }
    stock.balance();
  }

  #user(): ConstructorParameters<typeof ChildStock>[1] {
    const [queue, lot] = [this.#queue, this.#lot];
    return {
      get wanted() {
        return queue.ready;
      },
      get parked() {
        return lot.parked;
      },
      take: (child) => {
        const waiter = queue.next();
        waiter?.take(child);
        return waiter !== undefined;
      },
      give: () => {
        queue.drop()?.give(NOT_STARTED);
      },
    };
  }

  /** Beside the queue: that every process is at work does not make the service unhealthy. */
  async #check(stock: ChildStock): Promise<void> {
    const child = stock.takeIdle() ?? (await stock.launch());
    const run = child.run({
      owner: '',
      source: 'function healthy() { return true; }',
      functionName: 'healthy',
      args: [],
      limits: {
        wallMs: HEALTH_MS,
        cpuMs: HEALTH_MS,
        memoryBytes: 128 * MB,
        resultBytes: MB,
        logLines: 0,
      },
      fetch: () => Promise.reject(new Error('There is nothing to fetch.')),
    });
    const { outcome } = await run.finally(() => {
      stock.putBack(child);
    });
    if (outcome.kind !== 'ok') throw new SpawnError(`A sandbox cannot run code: ${outcome.kind}.`);
  }
}
