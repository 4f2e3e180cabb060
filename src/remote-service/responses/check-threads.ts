import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { Slots } from '../../common/slots.js';
import { packageRoot } from '../../config/package-root.js';
import type { CheckAnswer, CheckTask } from './response-checks.types.js';

const HEAP_MB = 256;
/** A thread that nobody needed for so long is ended. */
const IDLE_MS = 30_000;
const THREADS = 2;

const TOO_SLOW: CheckAnswer = { gaveUp: 'It takes too long.' };
/** Copying a schema to the thread is recursive as well. */
const TOO_DEEP: CheckAnswer = { gaveUp: 'The schema is nested too deeply.' };
const BROKEN: CheckAnswer = { gaveUp: 'It takes too much memory.' };

/** A thread that checks responses; whatever breaks it, it answers. */
export class CheckThread {
  /** The name of the schema that it has ready. */
  schema: string | undefined;
  private broken = false;
  private retire: NodeJS.Timeout | undefined;

  private constructor(private readonly worker: Worker) {
    // An error comes before it.
    worker.on('error', () => undefined);
    worker.on('exit', () => (this.broken = true));
  }

  static async start(): Promise<CheckThread> {
    const resourceLimits = { maxOldGenerationSizeMb: HEAP_MB };
    const thread = new CheckThread(
      new Worker(workerEntry(), { resourceLimits, env: {}, execArgv: [] }),
    );
    // It says when it has all that it needs.
    await new Promise((resolve) => thread.worker.once('message', resolve).once('exit', resolve));
    return thread;
  }

  get usable(): boolean {
    return !this.broken;
  }

  /** Gives up, and ends the thread, after so many milliseconds. */
  ask(task: CheckTask, ms: number): Promise<CheckAnswer> {
    if (this.broken) return Promise.resolve(BROKEN);
    return new Promise((resolve) => {
      const settle = (answer: CheckAnswer): void => {
        clearTimeout(timer);
        this.worker.off('message', settle).off('exit', breakOff);
        resolve(answer);
      };
      const breakOff = (): void => {
        settle(BROKEN);
      };
      const timer = setTimeout(() => {
        settle(TOO_SLOW);
        void this.end();
      }, ms);
      this.worker.once('message', settle).once('exit', breakOff);
      try {
        this.worker.postMessage(task, 'body' in task ? [task.body.buffer as ArrayBuffer] : []);
      } catch {
        settle(TOO_DEEP);
      }
    });
  }

  async end(): Promise<void> {
    this.broken = true;
    clearTimeout(this.retire);
    await this.worker.terminate();
  }

  /** Keeps no process alive from now on, and calls back after a while. */
  rest(retire: () => void): void {
    this.worker.unref();
    this.retire = setTimeout(retire, IDLE_MS).unref();
  }

  wake(): void {
    clearTimeout(this.retire);
    this.worker.ref();
  }
}

/** At most two threads, and one for each owner, so that nobody's slow schemas take both. */
export class CheckThreads {
  private readonly slots = new Slots(THREADS);
  private readonly owners = new Map<string, { slot: Slots; users: number }>();
  private readonly stopping = new AbortController();
  private readonly running = new Set<CheckThread>();
  private readonly idle: CheckThread[] = [];

  /** Does work with a thread, in turn. Rejects once `stop` was called. */
  async use(owner: string, work: (thread: CheckThread) => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    const own = this.owners.get(owner) ?? { slot: new Slots(1), users: 0 };
    this.owners.set(owner, own);
    own.users += 1;
    const releases: (() => void)[] = [];
    try {
      releases.push(await own.slot.take(signal));
      releases.push(await this.slots.take(signal));
      await this.withThread(work);
    } finally {
      for (const release of releases) release();
      own.users -= 1;
      if (own.users === 0) this.owners.delete(owner);
    }
  }

  /** Ends all threads; work under way gets answers that say so little as that it was given up. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('The service is stopping.'));
    await Promise.all([...this.running].map((thread) => thread.end()));
  }

  private async withThread(work: (thread: CheckThread) => Promise<void>): Promise<void> {
    const thread = this.takeIdle() ?? (await CheckThread.start());
    this.running.add(thread);
    try {
      this.stopping.signal.throwIfAborted();
      await work(thread);
    } finally {
      if (this.stopping.signal.aborted || !thread.usable) await this.drop(thread);
      else {
        this.idle.push(thread);
        thread.rest(() => void this.drop(thread));
      }
    }
  }

  private takeIdle(): CheckThread | undefined {
    for (let thread = this.idle.pop(); thread; thread = this.idle.pop()) {
      thread.wake();
      if (thread.usable) return thread;
      this.running.delete(thread);
    }
    return undefined;
  }

  private async drop(thread: CheckThread): Promise<void> {
    this.running.delete(thread);
    const at = this.idle.indexOf(thread);
    if (at >= 0) this.idle.splice(at, 1);
    await thread.end();
  }
}

/** The compiled program of a thread. From sources that are not compiled, the built one. */
function workerEntry(): string {
  const beside = fileURLToPath(new URL('./response-worker.js', import.meta.url));
  const built = join(packageRoot(), 'dist/remote-service/responses/response-worker.js');
  return existsSync(beside) ? beside : built;
}
