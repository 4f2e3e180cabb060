import { readFileSync } from 'node:fs';

import type { LimitCode, RunLimits } from '../sandbox.types.js';

const LOOK_MS = 100;
/** What a run may use beyond its limits before it is ended from outside. */
const WALL_GRACE_MS = 300;
const CPU_GRACE_MS = 250;
/** Of the process around the engine: its own code, the heap for pages, bodies on their way. */
const OVERHEAD_BYTES = 768 * 1024 * 1024;
/** Linux counts CPU time in these, on every platform that Node runs on. */
const TICKS_PER_SECOND = 100;
const PAGE_BYTES = 4_096;

/**
 * Watches a process during one run, and says when it is over a limit without having ended the run
 * itself: it may be in a native loop that nothing inside can interrupt.
 */
export class ChildWatch {
  readonly #pid: number;
  readonly #limits: RunLimits;
  readonly #ping: () => void;
  readonly #onLimit: (code: LimitCode) => void;
  readonly #interval: NodeJS.Timeout;
  readonly #wall: NodeJS.Timeout;
  #heard: { atMs: number; cpuMs: number | undefined };

  constructor(
    pid: number,
    limits: RunLimits,
    ping: () => void,
    onLimit: (code: LimitCode) => void,
  ) {
    this.#pid = pid;
    this.#limits = limits;
    this.#ping = ping;
    this.#onLimit = onLimit;
    this.#heard = { atMs: performance.now(), cpuMs: cpuMsOf(pid) };
    this.#interval = setInterval(() => {
      this.#look();
    }, LOOK_MS);
    this.#wall = setTimeout(() => {
      onLimit('run.time');
    }, limits.wallMs + WALL_GRACE_MS);
  }

  /** The process answered: its code is not in a native loop. */
  pong(): void {
    this.#heard = { atMs: performance.now(), cpuMs: cpuMsOf(this.#pid) };
  }

  stop(): void {
    clearInterval(this.#interval);
    clearTimeout(this.#wall);
  }

  #look(): void {
    const resident = residentBytesOf(this.#pid);
    if (resident !== undefined && resident > this.#limits.memoryBytes + OVERHEAD_BYTES) {
      this.#onLimit('run.memory');
      return;
    }
    const most = this.#limits.cpuMs + CPU_GRACE_MS;
    const silentMs = performance.now() - this.#heard.atMs;
    if (silentMs >= most) {
      const cpuMs = cpuMsOf(this.#pid);
      const { cpuMs: before } = this.#heard;
      // Without /proc, time on the wall has to do; it runs ahead where many share the CPU.
      const spent = cpuMs === undefined || before === undefined ? silentMs / 3 : cpuMs - before;
      if (spent >= most) {
        this.#onLimit('run.cpu');
        return;
      }
    }
    this.#ping();
  }
}

/** CPU time of a process so far; undefined where the system does not tell. */
function cpuMsOf(pid: number): number | undefined {
  const stat = readProc(pid, 'stat');
  // The second field is a name in parentheses, which may hold anything.
  const fields = stat?.slice(stat.lastIndexOf(')') + 2).split(' ');
  const ticks = Number(fields?.[11]) + Number(fields?.[12]);
  return Number.isFinite(ticks) ? (ticks * 1_000) / TICKS_PER_SECOND : undefined;
}

function residentBytesOf(pid: number): number | undefined {
  const pages = Number(readProc(pid, 'statm')?.split(' ')[1]);
  return Number.isFinite(pages) ? pages * PAGE_BYTES : undefined;
}

function readProc(pid: number, file: string): string | undefined {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return undefined;
  }
}
