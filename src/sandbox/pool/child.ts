import type { SandboxProcess } from './spawn-child.js';
import { killGroup, PROCESS_CPU_SECONDS, spawnChild } from './spawn-child.js';
import { ChildRun, type Log, type RunResult, type SendToChild } from './child-run.js';
import { ChildWatch } from './child-watch.js';
import type { ToChild } from '../child-messages.js';
import { limitOutcome } from '../limit-outcome.js';
import { encodeFrame, type Frame, FrameDecoder, MAX_SENT_HEADER_BYTES } from '../protocol.js';
import { readChildMessage } from './read-child-message.js';
import { ProtocolError, SpawnError } from '../sandbox.errors.js';
import type { CallJob, LimitCode, ReadJob, RunFailure } from '../sandbox.types.js';

const STDERR_BYTES = 4_096;
/** Of what was sent to a process and it has not read; requests wait beyond that. */
const MAX_UNTAKEN_BYTES = 32 * 1024 * 1024;
const NO_MEMORY = /out of memory|Cannot allocate memory/i;
/** Past this much of what its process may use, a child takes no further run. */
const WORN_CPU_MS = (PROCESS_CPU_SECONDS * 1_000) / 2;

const CRASHED: RunFailure = {
  kind: 'crashed',
  message: 'The process that ran the code ended unexpectedly.',
};
const CANCELLED: RunFailure = { kind: 'cancelled', message: 'The run was cancelled.' };

/** One sandbox process, good for one run at a time and for no more after a run that went wrong. */
export class Child {
  readonly pid: number;
  /** Resolves once the process is gone and has said all that it had to say. */
  readonly gone: Promise<void>;
  runs = 0;
  readonly #process: SandboxProcess;
  readonly #decoder = new FrameDecoder(0);
  readonly #log: Log;
  #stderr = '';
  #alive = true;
  #endedAlone = false;
  #cpuMs = 0;
  #onReady: (() => void) | undefined;
  #run: ChildRun | undefined;
  #watch: ChildWatch | undefined;
  #pings = 0;

  private constructor(process: SandboxProcess, pid: number, log: Log) {
    this.#process = process;
    this.pid = pid;
    this.#log = log;
    // One for each request that waits for room.
    process.stdin.setMaxListeners(0);
    process.stdin.on('error', () => {
      // Told by 'close'.
    });
    process.stdout.on('data', (chunk: Buffer) => {
      this.#receive(chunk);
    });
    process.stderr.on('data', (chunk: Buffer) => {
      this.#stderr = (this.#stderr + chunk.toString()).slice(-STDERR_BYTES);
    });
    this.gone = new Promise((resolve) => {
      process.once('close', (code, signal) => {
        this.#closed(code, signal);
        resolve();
      });
    });
  }

  /** Starts a process and waits until it can run code. Rejects with a SpawnError. */
  static async start(
    { entry, log, readyMs }: { entry: string; log: Log; readyMs: number },
    onPid: (child: Child) => void,
  ): Promise<Child> {
    const process = spawnChild(entry);
    const { pid } = process;
    if (pid === undefined) {
      const cause = await new Promise((resolve) => process.once('error', resolve));
      throw new SpawnError('A sandbox process cannot be started.', { cause });
    }
    const child = new Child(process, pid, log);
    onPid(child);
    await child.#ready(readyMs);
    return child;
  }

  /** Whether it ended before it was of any use, though nobody had ended it. */
  get failed(): boolean {
    return this.#endedAlone && this.runs === 0;
  }

  get alive(): boolean {
    return this.#alive;
  }

  /** Used up so much of its time that a long run might not come to its end. */
  get worn(): boolean {
    return this.#cpuMs >= WORN_CPU_MS;
  }

  /** Runs a job. Where it was ended by a limit, a crash or its signal, the process is gone then. */
  async run(job: CallJob | ReadJob): Promise<RunResult> {
    this.runs += 1;
    const send: SendToChild = (message, payload) => {
      this.#send(message, payload);
    };
    const run = new ChildRun(job, { send, room: () => this.#room() }, this.#log);
    this.#run = run;
    this.#decoder.maxPayloadBytes = run.maxPayloadBytes;
    const cancel = (): void => {
      this.cancel();
    };
    const limit = (code: LimitCode): void => {
      run.end(limitOutcome(code));
      this.kill();
    };
    const ping = (): void => {
      this.#pings += 1;
      this.#send({ type: 'ping' });
    };
    this.#watch = new ChildWatch(this.pid, job.limits, ping, limit);
    job.signal?.addEventListener('abort', cancel, { once: true });
    let reusable = false;
    try {
      if (job.signal?.aborted) cancel();
      else if (this.#alive) run.begin();
      else run.end(CRASHED);
      const result = await run.result;
      reusable = !['limit', 'cancelled', 'crashed'].includes(result.outcome.kind);
      return result;
    } finally {
      job.signal?.removeEventListener('abort', cancel);
      this.#watch.stop();
      this.#run = undefined;
      this.#decoder.maxPayloadBytes = 0;
      if (!reusable) this.kill();
    }
  }

  /** Ends the process at once. A run that it is in ends as `crashed`, unless it has an end. */
  kill(): void {
    if (!this.#alive) return;
    this.#alive = false;
    killGroup(this.pid);
  }

  /** Ends the process, and the run that it is in as cancelled. */
  cancel(): void {
    this.#run?.end(CANCELLED);
    this.kill();
  }

  async #ready(ms: number): Promise<void> {
    const ready = new Promise<boolean>((resolve) => {
      this.#onReady = () => {
        resolve(true);
      };
      void this.gone.then(() => {
        resolve(false);
      });
    });
    const timer = setTimeout(() => {
      this.#log('A sandbox process does not come up.', { stderr: this.#stderr });
      this.kill();
    }, ms);
    const isReady = await ready;
    clearTimeout(timer);
    if (isReady) return;
    throw new SpawnError('A sandbox process did not come up.');
  }

  #send(message: ToChild, payload?: Uint8Array): void {
    if (!this.#alive) return;
    const frame = encodeFrame(message, payload, MAX_SENT_HEADER_BYTES);
    const { stdin } = this.#process;
    stdin.cork();
    for (const part of frame) stdin.write(part);
    stdin.uncork();
  }

  async #room(): Promise<void> {
    const { stdin } = this.#process;
    if (!this.#alive || stdin.writableLength < MAX_UNTAKEN_BYTES) return;
    await new Promise<void>((resolve) => {
      stdin.once('drain', resolve);
      void this.gone.then(resolve);
    });
  }

  #receive(chunk: Buffer): void {
    // Nothing counts any more of what comes out of a process that was killed.
    if (!this.#alive) return;
    try {
      for (const frame of this.#decoder.push(chunk)) this.#handle(frame);
    } catch (error) {
      if (!(error instanceof ProtocolError)) throw error;
      this.#log('A sandbox process broke the protocol.', { reason: error.message });
      this.#run?.end(CRASHED);
      this.kill();
    }
  }

  #handle({ header, payload }: Frame): void {
    const message = readChildMessage(header);
    if (message.type === 'ready' && this.#onReady) {
      this.#onReady();
      this.#onReady = undefined;
    } else if (message.type === 'pong') {
      // To take one costs a look at the process: they must not come in floods.
      if (this.#pings === 0) throw new ProtocolError('A pong came without a ping.');
      this.#pings -= 1;
      this.#watch?.pong();
    } else if (this.#run) {
      if (message.type === 'done') this.#cpuMs = message.cpuMs;
      this.#run.receive(message, payload);
    } else throw new ProtocolError('A message came outside of a run.');
  }

  #closed(code: number | null, signal: NodeJS.Signals | null): void {
    if (this.#alive) {
      this.#alive = false;
      this.#endedAlone = true;
      this.#log('A sandbox process ended.', { code, signal, stderr: this.#stderr });
    }
    const outOfMemory = NO_MEMORY.test(this.#stderr);
    this.#run?.end(outOfMemory ? limitOutcome('run.memory') : CRASHED);
  }
}
