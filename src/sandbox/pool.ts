import { Child } from './child.js';
import { ChildGuard } from './child-guard.js';
import type { Log, RunResult } from './child-run.js';
import { PoolBusyError, PoolClosedError, SpawnError } from './sandbox.errors.js';
import type { CallJob, CallOutcome, ReadJob, ReadOutcome, RunFailure } from './sandbox.types.js';
import { runnerEntry } from './spawn-child.js';

export interface SandboxPoolOptions {
  /** Processes that are kept ready. */
  min: number;
  /** Runs at once. */
  max: number;
  /** Runs that may wait for a process; one more is refused. */
  maxQueued?: number;
  /** Runs after which a process is replaced. */
  recycleAfter?: number;
  /** How long a process above `min` may be idle. */
  idleMs?: number;
  /** The compiled program of a process, where it is not the service's own. */
  entry?: string;
  log?: Log;
}

interface Waiter {
  take(child: Child): void;
  give(error: Error): void;
}

const HEALTH_MS = 5_000;
const FIRST_RETRY_MS = 500;
const LAST_RETRY_MS = 30_000;
const MB = 1024 * 1024;

/**
 * Runs connector code, each run in a sandbox process that serves no other at the time. What goes
 * wrong in the code is an outcome; calls reject only with PoolBusyError and PoolClosedError, and
 * reads with what their own `onRecords` rejected with.
 */
export class SandboxPool {
  readonly #min: number;
  readonly #max: number;
  readonly #maxQueued: number;
  readonly #recycleAfter: number;
  readonly #idleMs: number;
  readonly #entry: string;
  readonly #log: Log;
  readonly #guard = new ChildGuard();
  readonly #children = new Set<Child>();
  /** Last used last, so that those above `min` grow old. */
  readonly #idle: { child: Child; since: number }[] = [];
  readonly #waiting: Waiter[] = [];
  #starting = 0;
  #running = 0;
  #open = false;
  #retryMs = FIRST_RETRY_MS;
  #retry: NodeJS.Timeout | undefined;
  #sweep: NodeJS.Timeout | undefined;
  #probe: Promise<void> | undefined;

  constructor(options: SandboxPoolOptions) {
    this.#min = options.min;
    this.#max = Math.max(options.max, 1);
    this.#maxQueued = options.maxQueued ?? 100;
    this.#recycleAfter = options.recycleAfter ?? 1_000;
    this.#idleMs = options.idleMs ?? 60_000;
    this.#entry = options.entry ?? runnerEntry();
    this.#log = options.log ?? (() => undefined);
  }

  /** Opens the pool and brings up `min` processes. Rejects with a SpawnError where one can't be. */
  async start(): Promise<void> {
    this.#open = true;
    this.#sweep = setInterval(() => {
      this.#retire();
    }, this.#idleMs / 2).unref();
    const started = Array.from({ length: this.#min }, () => this.#spawn());
    const failed = (await Promise.all(started)).find((error) => error !== undefined);
    if (!failed) return;
    await this.close();
    throw failed;
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

  /** Runs a trivial function in a real process; rejects where that can't be done in 5 s. */
  async health(): Promise<void> {
    if (!this.#open) throw new PoolClosedError();
    this.#probe ??= this.#check().finally(() => {
      this.#probe = undefined;
    });
    await this.#probe;
  }

  /** Ends every process; what runs ends as cancelled, what waits is rejected. Then all are gone. */
  async close(): Promise<void> {
    this.#open = false;
    clearInterval(this.#sweep);
    clearTimeout(this.#retry);
    for (const waiter of this.#waiting.splice(0)) waiter.give(new PoolClosedError());
    const children = [...this.#children];
    for (const child of children) child.cancel();
    await Promise.all(children.map((child) => child.gone));
    await this.#guard.close();
  }

  async #run(job: CallJob | ReadJob): Promise<RunResult> {
    if (!this.#open) throw new PoolClosedError();
    if (job.signal?.aborted) return notRun(cancelled);
    let child: Child;
    try {
      child = await this.#acquire(job.signal);
    } catch (error) {
      if (error instanceof SpawnError) return notRun(notStarted);
      if (error === cancelled) return notRun(cancelled);
      throw error;
    }
    return this.#runIn(child, job);
  }

  async #runIn(child: Child, job: CallJob | ReadJob): Promise<RunResult> {
    this.#running += 1;
    try {
      return await child.run(job);
    } finally {
      this.#running -= 1;
      const spare = this.#alive > this.#max;
      if (child.runs >= this.#recycleAfter || child.worn || spare) child.kill();
      if (child.alive) this.#offer(child);
      this.#balance();
    }
  }

  #acquire(signal: AbortSignal | undefined): Promise<Child> {
    const idle = this.#takeIdle();
    if (idle) return Promise.resolve(idle);
    if (this.#running + this.#waiting.length >= this.#max + this.#maxQueued) {
      return Promise.reject(new PoolBusyError());
    }
    return new Promise((resolve, reject) => {
      const leave = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(waiter), 1);
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- kept inside
        reject(cancelled);
      };
      const waiter: Waiter = {
        take: (child) => {
          signal?.removeEventListener('abort', leave);
          resolve(child);
        },
        give: (error) => {
          signal?.removeEventListener('abort', leave);
          reject(error);
        },
      };
      signal?.addEventListener('abort', leave, { once: true });
      this.#waiting.push(waiter);
      this.#balance();
    });
  }

  #takeIdle(): Child | undefined {
    for (let idle = this.#idle.pop(); idle; idle = this.#idle.pop()) {
      if (idle.child.alive) return idle.child;
    }
    return undefined;
  }

  /** Hands a process to who waits longest, or keeps it. */
  #offer(child: Child): void {
    const waiter = this.#waiting.shift();
    if (waiter) waiter.take(child);
    else this.#idle.push({ child, since: performance.now() });
  }

  /** Starts the processes that are missing. */
  #balance(): void {
    if (!this.#open || this.#retry) return;
    while (this.#alive < this.#min) void this.#spawn();
    while (this.#starting < this.#waiting.length && this.#alive < this.#max) void this.#spawn();
  }

  get #alive(): number {
    return [...this.#children].filter((child) => child.alive).length;
  }

  /** Gives the error instead of rejecting with it: mostly nobody waits for this very process. */
  async #spawn(): Promise<Error | undefined> {
    this.#starting += 1;
    try {
      const child = await this.#launch();
      this.#starting -= 1;
      this.#retryMs = FIRST_RETRY_MS;
      if (this.#open) this.#offer(child);
      else child.kill();
      return undefined;
    } catch (error) {
      this.#starting -= 1;
      const failure = error instanceof Error ? error : new SpawnError(String(error));
      this.#log('A sandbox process cannot be started.', { error });
      // Nobody waits for a process that may never come.
      this.#waiting.shift()?.give(failure);
      this.#retryLater();
      return failure;
    }
  }

  #launch(): Promise<Child> {
    return Child.start(this.#entry, this.#log, (child) => {
      this.#children.add(child);
      this.#guard.add(child.pid);
      void child.gone.then(() => {
        this.#children.delete(child);
        this.#guard.delete(child.pid);
        const index = this.#idle.findIndex((idle) => idle.child === child);
        if (index !== -1) this.#idle.splice(index, 1);
        this.#balance();
      });
    });
  }

  #retryLater(): void {
    if (!this.#open || this.#retry) return;
    this.#retry = setTimeout(() => {
      this.#retry = undefined;
      this.#retryMs = Math.min(this.#retryMs * 2, LAST_RETRY_MS);
      this.#balance();
    }, this.#retryMs).unref();
  }

  #retire(): void {
    const tooOld = performance.now() - this.#idleMs;
    for (const { child, since } of [...this.#idle]) {
      if (since > tooOld || this.#alive <= this.#min) return;
      this.#idle.shift();
      child.kill();
    }
  }

  /** Beside the queue: that every process is at work does not make the service unhealthy. */
  async #check(): Promise<void> {
    const child = this.#takeIdle() ?? (await this.#launch());
    const { outcome } = await this.#runIn(child, {
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
    if (outcome.kind !== 'ok') throw new SpawnError(`A sandbox cannot run code: ${outcome.kind}.`);
  }
}

const cancelled: RunFailure = { kind: 'cancelled', message: 'The run was cancelled.' };
const notStarted: RunFailure = { kind: 'crashed', message: 'No process could be started for it.' };

function notRun(outcome: RunFailure): RunResult {
  const none = { records: 0, pages: 0, duplicates: 0, rejected: 0, invalid: 0 };
  return {
    outcome,
    value: null,
    counts: { ...none, samples: [], warnings: [] },
    trace: { log: [], logDropped: 0, durationMs: 0 },
  };
}
