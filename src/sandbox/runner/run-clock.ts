import type { LimitCode, RunLimits } from '../sandbox.types.js';

/** Tells when a run is over its time: on the wall, and of CPU since it last waited for something. */
export class RunClock {
  readonly #limits: RunLimits;
  readonly #began = performance.now();
  #busy: { since: number; cpuMs: number } | undefined;

  constructor(limits: RunLimits) {
    this.#limits = limits;
  }

  get elapsedMs(): number {
    return Math.round(performance.now() - this.#began);
  }

  /** The code computes from here on; says nothing new where it does so already. */
  enter(): void {
    this.#busy ??= { since: performance.now(), cpuMs: processCpuMs() };
  }

  /** The code waits for something outside of it. */
  leave(): void {
    this.#busy = undefined;
  }

  overLimit(): LimitCode | undefined {
    const now = performance.now();
    if (now - this.#began >= this.#limits.wallMs) return 'run.time';
    const busy = this.#busy;
    // Where many processes share the CPU, time on the wall runs ahead; asking for both costs more.
    if (!busy || now - busy.since < this.#limits.cpuMs) return undefined;
    return processCpuMs() - busy.cpuMs >= this.#limits.cpuMs ? 'run.cpu' : undefined;
  }
}

/** CPU time of this process since it began, in milliseconds. */
export function processCpuMs(): number {
  const { user, system } = process.cpuUsage();
  return Math.round((user + system) / 1_000);
}
