const TICK_MS = 10;

/**
 * Measures how long this process's event loop was held up at most. Of each gap between two ticks it
 * counts what this process computed in it, so that a busy machine is not taken for a busy loop.
 */
export class LoopMeter {
  #heldMs = 0;
  #tick = performance.now();
  #cpu = process.cpuUsage();
  readonly #interval = setInterval(() => {
    this.#look();
  }, TICK_MS);

  /** The longest time so far, in milliseconds, the one under way included; stops measuring. */
  stop(): number {
    clearInterval(this.#interval);
    this.#look();
    return Math.round(this.#heldMs);
  }

  #look(): void {
    const { user, system } = process.cpuUsage(this.#cpu);
    const gap = performance.now() - this.#tick - TICK_MS;
    this.#heldMs = Math.max(this.#heldMs, Math.min(gap, (user + system) / 1_000));
    this.#tick = performance.now();
    this.#cpu = process.cpuUsage();
  }
}
