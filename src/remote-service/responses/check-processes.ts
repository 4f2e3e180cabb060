import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Slots } from '../../common/slots.js';
import { packageRoot } from '../../config/package-root.js';
import type { CheckAnswer, CheckTask } from './response-checks.types.js';

const HEAP_MB = 256;
/** A process that nobody needed for so long is ended. */
const IDLE_MS = 30_000;
const PROCESSES = 2;
/** No core; and, since the parent of one that is caught in a pattern may be gone, an end to its CPU time. */
const LAUNCH = 'ulimit -c 0; ulimit -t 600; exec "$0" "$@"';

const TOO_SLOW: CheckAnswer = { gaveUp: 'It takes too long.' };
/** Copying a schema to the process is recursive as well. */
const TOO_DEEP: CheckAnswer = { gaveUp: 'The schema is nested too deeply.' };
const BROKEN: CheckAnswer = { gaveUp: 'It takes too much memory.' };

/** A process that checks responses; whatever breaks it, it answers. */
export class CheckProcess {
  /** The name of the schema that it has ready. */
  schema: string | undefined;
  private broken = false;
  private retire: NodeJS.Timeout | undefined;

  private constructor(private readonly child: ChildProcess) {
    child.on('error', () => (this.broken = true));
    child.on('exit', () => (this.broken = true));
  }

  static async start(): Promise<CheckProcess> {
    const args = [`--max-old-space-size=${HEAP_MB}`, workerEntry()];
    // Not a thread: under Node 24, one that has no memory left takes the whole process with it.
    const child = spawn('/bin/sh', ['-c', LAUNCH, process.execPath, ...args], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      env: {},
    });
    const checking = new CheckProcess(child);
    // It says when it has all that it needs.
    await new Promise((resolve) => {
      child.once('message', resolve).once('exit', resolve).once('error', resolve);
    });
    return checking;
  }

  get usable(): boolean {
    return !this.broken;
  }

  /** Gives up, and ends the process, after so many milliseconds. */
  ask(task: CheckTask, ms: number): Promise<CheckAnswer> {
    if (this.broken) return Promise.resolve(BROKEN);
    return new Promise((resolve) => {
      const settle = (answer: CheckAnswer): void => {
        clearTimeout(timer);
        this.child.off('message', settle).off('exit', breakOff);
        resolve(answer);
      };
      const breakOff = (): void => {
        settle(BROKEN);
      };
      const timer = setTimeout(() => {
        settle(TOO_SLOW);
        void this.end();
      }, ms);
      this.child.once('message', settle).once('exit', breakOff);
      try {
        // What can't be sent is told by the exit of whom it was for.
        this.child.send(task, () => undefined);
      } catch {
        settle(TOO_DEEP);
      }
    });
  }

  async end(): Promise<void> {
    this.broken = true;
    clearTimeout(this.retire);
    const { child } = this;
    if (child.exitCode !== null || child.signalCode !== null || child.pid === undefined) return;
    const gone = once(child, 'exit');
    child.kill('SIGKILL');
    await gone;
  }

  /** Keeps no process alive from now on, and calls back after a while. */
  rest(retire: () => void): void {
    this.child.unref();
    this.child.channel?.unref();
    this.retire = setTimeout(retire, IDLE_MS).unref();
  }

  wake(): void {
    clearTimeout(this.retire);
    this.child.ref();
    this.child.channel?.ref();
  }
}

/** At most two processes, and one for each owner, so that nobody's slow schemas take both. */
export class CheckProcesses {
  private readonly slots = new Slots(PROCESSES);
  private readonly owners = new Map<string, { slot: Slots; users: number }>();
  private readonly stopping = new AbortController();
  private readonly running = new Set<CheckProcess>();
  private readonly idle: CheckProcess[] = [];

  /** Does work with a process, in turn. Rejects once `stop` was called. */
  async use(owner: string, work: (checking: CheckProcess) => Promise<void>): Promise<void> {
    const { signal } = this.stopping;
    const own = this.owners.get(owner) ?? { slot: new Slots(1), users: 0 };
    this.owners.set(owner, own);
    own.users += 1;
    const releases: (() => void)[] = [];
    try {
      releases.push(await own.slot.take(signal));
      releases.push(await this.slots.take(signal));
      await this.withProcess(work);
    } finally {
      for (const release of releases) release();
      own.users -= 1;
      if (own.users === 0) this.owners.delete(owner);
    }
  }

  /** Ends all processes; work under way gets answers that say so little as that it was given up. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('The service is stopping.'));
    await Promise.all([...this.running].map((checking) => checking.end()));
  }

  private async withProcess(work: (checking: CheckProcess) => Promise<void>): Promise<void> {
    const checking = this.takeIdle() ?? (await CheckProcess.start());
    this.running.add(checking);
    try {
      this.stopping.signal.throwIfAborted();
      await work(checking);
    } finally {
      if (this.stopping.signal.aborted || !checking.usable) await this.drop(checking);
      else {
        this.idle.push(checking);
        checking.rest(() => void this.drop(checking));
      }
    }
  }

  private takeIdle(): CheckProcess | undefined {
    for (let checking = this.idle.pop(); checking; checking = this.idle.pop()) {
      checking.wake();
      if (checking.usable) return checking;
      this.running.delete(checking);
    }
    return undefined;
  }

  private async drop(checking: CheckProcess): Promise<void> {
    this.running.delete(checking);
    const at = this.idle.indexOf(checking);
    if (at >= 0) this.idle.splice(at, 1);
    await checking.end();
  }
}

/** The compiled program of a process. From sources that are not compiled, the built one. */
function workerEntry(): string {
  const beside = fileURLToPath(new URL('./response-worker.js', import.meta.url));
  const built = join(packageRoot(), 'dist/remote-service/responses/response-worker.js');
  return existsSync(beside) ? beside : built;
}
