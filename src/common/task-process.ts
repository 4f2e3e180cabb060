import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

/** Starting Node on a busy machine takes seconds; past this the process is given up. */
const START_MS = 30_000;
/** A process that nobody needed for so long is ended. */
const IDLE_MS = 30_000;
/** No core; and, since the parent of one that is caught in a loop may be gone, an end to its CPU time. */
const LAUNCH = 'ulimit -c 0; ulimit -t 600; exec "$0" "$@"';

/** Why there is no answer: the time is up, the process ended, or the task can't be sent. */
export type NoAnswer = { failed: 'time' } | { failed: 'ended' } | { failed: 'unsendable' };

/**
 * A process that answers one task at a time. Its program is a module that sends a message when it is
 * ready, and one for each message that it gets. Whatever the program does, every task is settled.
 */
export class TaskProcess<Task, Answer> {
  private broken = false;
  private retire: NodeJS.Timeout | undefined;

  private constructor(private readonly child: ChildProcess) {
    child.on('error', () => (this.broken = true));
    child.on('exit', () => (this.broken = true));
  }

  /** Starts the compiled module `program`, with so much memory for its heap and no environment. */
  static async start<Task, Answer>(
    program: string,
    heapMb: number,
  ): Promise<TaskProcess<Task, Answer>> {
    const args = [`--max-old-space-size=${heapMb}`, program];
    // Not a thread: under Node 24, one that has no memory left takes the whole process with it.
    const child = spawn('/bin/sh', ['-c', LAUNCH, process.execPath, ...args], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      serialization: 'advanced',
      env: {},
    });
    const started = new TaskProcess<Task, Answer>(child);
    await new Promise<void>((resolve) => {
      const settle = (): void => {
        clearTimeout(timer);
        for (const event of ['message', 'exit', 'error']) child.off(event, settle);
        resolve();
      };
      const timer = setTimeout(() => {
        settle();
        void started.end();
      }, START_MS);
      child.once('message', settle).once('exit', settle).once('error', settle);
    });
    return started;
  }

  get usable(): boolean {
    return !this.broken;
  }

  /** The answer to a task. The process is ended where there is none after so many milliseconds. */
  ask(task: Task, ms: number): Promise<{ answer: Answer } | NoAnswer> {
    if (this.broken) return Promise.resolve({ failed: 'ended' });
    return new Promise((resolve) => {
      const settle = (outcome: { answer: Answer } | NoAnswer): void => {
        clearTimeout(timer);
        this.child.off('message', take).off('exit', breakOff);
        resolve(outcome);
      };
      const take = (answer: unknown): void => {
        settle({ answer: answer as Answer });
      };
      const breakOff = (): void => {
        settle({ failed: 'ended' });
      };
      const timer = setTimeout(() => {
        settle({ failed: 'time' });
        void this.end();
      }, ms);
      this.child.once('message', take).once('exit', breakOff);
      try {
        // What can't be sent is told by the exit of whom it was for.
        this.child.send(task as object, () => undefined);
      } catch {
        // Copying is recursive, and its stack may be too short.
        settle({ failed: 'unsendable' });
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
