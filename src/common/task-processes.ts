import { OwnerSlots } from './owner-slots.js';
import { Slots } from './slots.js';
import { TaskProcess } from './task-process.js';

export interface TaskProcessesOptions {
  /** The compiled module that a process runs. */
  program: string;
  /** Of one process's heap. */
  heapMb: number;
  /** How many there are at most. */
  size: number;
}

/**
 * A few processes for one program, started when they are needed and ended when they rest; at most
 * one for each owner, so that nobody's slow tasks take all.
 */
export class TaskProcesses<Task, Answer> {
  private readonly slots: Slots;
  private readonly owners = new OwnerSlots(1);
  private readonly stopping = new AbortController();
  private readonly running = new Set<TaskProcess<Task, Answer>>();
  private readonly idle: TaskProcess<Task, Answer>[] = [];

  constructor(private readonly options: TaskProcessesOptions) {
    this.slots = new Slots(options.size);
  }

  /** Does work with a process, in turn. Rejects with what the work threw, and once `stop` was called. */
  async use<Result>(
    owner: string,
    work: (process: TaskProcess<Task, Answer>) => Promise<Result>,
  ): Promise<Result> {
    const { signal } = this.stopping;
    return this.owners.in(owner, signal, () => this.slots.in(signal, () => this.withProcess(work)));
  }

  /** Ends all processes; tasks under way are settled without an answer. */
  async stop(): Promise<void> {
    this.stopping.abort(new Error('The service is stopping.'));
    await Promise.all([...this.running].map((process) => process.end()));
  }

  private async withProcess<Result>(
    work: (process: TaskProcess<Task, Answer>) => Promise<Result>,
  ): Promise<Result> {
    const { program, heapMb } = this.options;
    const process = this.takeIdle() ?? (await TaskProcess.start<Task, Answer>(program, heapMb));
    this.running.add(process);
    try {
      this.stopping.signal.throwIfAborted();
      return await work(process);
    } finally {
      if (this.stopping.signal.aborted || !process.usable) await this.drop(process);
      else {
        this.idle.push(process);
        process.rest(() => void this.drop(process));
      }
    }
  }

  private takeIdle(): TaskProcess<Task, Answer> | undefined {
    for (let process = this.idle.pop(); process; process = this.idle.pop()) {
      process.wake();
      if (process.usable) return process;
      this.running.delete(process);
    }
    return undefined;
  }

  private async drop(process: TaskProcess<Task, Answer>): Promise<void> {
    this.running.delete(process);
    const at = this.idle.indexOf(process);
    if (at >= 0) this.idle.splice(at, 1);
    await process.end();
  }
}
