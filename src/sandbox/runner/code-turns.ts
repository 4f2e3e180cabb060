import { setImmediate } from 'node:timers';

import type { LimitCode } from '../sandbox.types.js';
import type { Engine } from './engine.js';
import type { RunClock } from './run-clock.js';

/** Of the code, before the process looks at what has come in meanwhile. */
const TURN_MS = 50;

/** What the turns ask of the run that they are of. */
export interface TurnHooks {
  ended: () => boolean;
  limit: (code: LimitCode) => void;
  /** Takes what came out of the engine where no code could catch it. */
  broken: (error: unknown) => void;
  /** The code has nothing left to do until something comes from outside. */
  idle: () => void;
  /** The run has ended, and no code of it is on the stack any more. */
  unwound: () => void;
}

/** Lets the code of a run compute, in turns between which its process stays responsive. */
export class CodeTurns {
  readonly #engine: Engine;
  readonly #clock: RunClock;
  readonly #hooks: TurnHooks;
  #inside = false;
  #due = false;

  constructor(engine: Engine, clock: RunClock, hooks: TurnHooks) {
    this.#engine = engine;
    this.#clock = clock;
    this.#hooks = hooks;
  }

  /** Whether code is on the stack. It may go on for long after the run has its outcome. */
  get inside(): boolean {
    return this.#inside;
  }

  /** Calls into the engine, and then lets the code do all that it has to do. */
  enter(work: () => void): void {
    if (this.#hooks.ended()) return;
    this.#clock.enter();
    this.#within(() => {
      work();
      return true;
    });
    this.#turn();
  }

  /** Asked by the engine itself while code runs. Ends the run where it is over a limit. */
  mustStop(): boolean {
    const code = this.#hooks.ended() ? undefined : this.#clock.overLimit();
    if (code) this.#hooks.limit(code);
    return this.#hooks.ended();
  }

  #turn(): void {
    if (this.#due) return;
    const until = performance.now() + TURN_MS;
    for (let more = true; more && !this.mustStop();) {
      if (performance.now() > until) {
        this.#due = true;
        setImmediate(() => {
          this.#due = false;
          this.#turn();
        });
        return;
      }
      more = this.#within(() => this.#engine.pump());
    }
    this.#clock.leave();
    if (!this.#hooks.ended()) this.#hooks.idle();
  }

  #within(work: () => boolean): boolean {
    this.#inside = true;
    let more = false;
    try {
      more = work();
    } catch (error) {
      if (!this.#hooks.ended()) this.#hooks.broken(error);
    } finally {
      this.#inside = false;
    }
    if (this.#hooks.ended()) this.#hooks.unwound();
    return more;
  }
}
