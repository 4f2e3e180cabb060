import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { NoAnswer, TaskProcess } from '../../common/task-process.js';
import { TaskProcesses } from '../../common/task-processes.js';
import { packageRoot } from '../../config/package-root.js';
import type { CheckAnswer, CheckTask } from './response-checks.types.js';

const HEAP_MB = 256;
const PROCESSES = 2;

const GAVE_UP: Record<NoAnswer['failed'], CheckAnswer> = {
  time: { gaveUp: 'It takes too long.' },
  ended: { gaveUp: 'It takes too much memory.' },
  unsendable: { gaveUp: 'The schema is nested too deeply.' },
};

/** A process that checks responses; whatever breaks it, it answers. */
export interface CheckProcess {
  /** The name of the schema that it has ready. */
  schema: string | undefined;
  /** Gives up, and ends the process, after so many milliseconds. */
  ask(task: CheckTask, ms: number): Promise<CheckAnswer>;
}

/** At most two processes, and one for each owner, so that nobody's slow schemas take both. */
export class CheckProcesses {
  private readonly processes = new TaskProcesses<CheckTask, CheckAnswer>({
    ...{ program: programFile(), heapMb: HEAP_MB, size: PROCESSES },
  });
  private readonly ready = new WeakMap<TaskProcess<CheckTask, CheckAnswer>, CheckProcess>();

  /** Does work with a process, in turn. Rejects once `stop` was called. */
  use(owner: string, work: (checking: CheckProcess) => Promise<void>): Promise<void> {
    return this.processes.use(owner, (process) => work(this.checking(process)));
  }

  /** Ends all processes; work under way gets answers that say so little as that it was given up. */
  stop(): Promise<void> {
    return this.processes.stop();
  }

  private checking(process: TaskProcess<CheckTask, CheckAnswer>): CheckProcess {
    const known = this.ready.get(process);
    if (known) return known;
    const checking: CheckProcess = {
      schema: undefined,
      ask: async (task, ms) => {
        const outcome = await process.ask(task, ms);
        return 'failed' in outcome ? GAVE_UP[outcome.failed] : outcome.answer;
      },
    };
    this.ready.set(process, checking);
    return checking;
  }
}

/** The compiled program of a process. From sources that are not compiled, the built one. */
function programFile(): string {
  const beside = fileURLToPath(new URL('./response-worker.js', import.meta.url));
  const built = join(packageRoot(), 'dist/remote-service/responses/response-worker.js');
  return existsSync(beside) ? beside : built;
}
