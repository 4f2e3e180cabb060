/** The longest that a timer of Node takes. */
const MAX_TIMER_MS = 2 ** 31 - 1;

/** The one timer behind all those of the code, which keeps the others in its own memory. */
export class Alarm {
  readonly #onFire: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(onFire: () => void) {
    this.#onFire = onFire;
  }

  get isSet(): boolean {
    return this.#timer !== undefined;
  }

  /** In place of what was set before; anything that is no time from now on sets nothing. */
  set(delayMs: number): void {
    this.clear();
    if (!(delayMs >= 0)) return;
    this.#timer = setTimeout(
      () => {
        this.#timer = undefined;
        this.#onFire();
      },
      Math.min(delayMs, MAX_TIMER_MS),
    );
  }

  clear(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
