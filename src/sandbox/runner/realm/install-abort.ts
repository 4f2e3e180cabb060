import type { Realm } from './realm.types.js';

/** AbortController and AbortSignal. Runs inside the engine, from its own text. */
export function installAbort(realm: Realm): void {
  const { define, newError, schedule, fail } = realm;
  type Listener = ((event: object) => unknown) | { handleEvent(event: object): unknown };

  let mayConstruct = false;
  const construct = (): AbortSignal => {
    mayConstruct = true;
    const signal = new AbortSignal();
    mayConstruct = false;
    return signal;
  };

  let trigger!: (signal: AbortSignal, reason: unknown) => void;
  class AbortSignal {
    #aborted = false;
    #reason: unknown;
    #listeners: { listener: Listener; once: boolean }[] = [];
    onabort: ((event: object) => unknown) | null = null;

    constructor() {
      if (!mayConstruct) throw new TypeError('Illegal constructor');
    }

    static abort(reason?: unknown): AbortSignal {
      const signal = construct();
      signal.#abort(reason === undefined ? aborted() : reason);
      return signal;
    }

    static timeout(delayMs: unknown): AbortSignal {
      const signal = construct();
      schedule(() => {
        signal.#abort(newError('TimeoutError', 'The operation was aborted due to timeout'));
      }, Number(delayMs));
      return signal;
    }

    static any(signals: Iterable<AbortSignal>): AbortSignal {
      const joined = construct();
      for (const signal of signals) {
        if (signal.aborted) {
          joined.#abort(signal.reason);
          break;
        }
        signal.addEventListener('abort', () => {
          joined.#abort(signal.reason);
        });
      }
      return joined;
    }

    static {
      trigger = (signal: AbortSignal, reason: unknown) => {
        signal.#abort(reason === undefined ? aborted() : reason);
      };
    }

    get aborted(): boolean {
      return this.#aborted;
    }

    get reason(): unknown {
      return this.#reason;
    }

    throwIfAborted(): void {
      // The standard throws whatever the reason is.
      if (this.#aborted) throw this.#reason;
    }

    addEventListener(type: unknown, listener: Listener | null, options?: unknown): void {
      if (type !== 'abort' || !listener) return;
      if (this.#listeners.some((held) => held.listener === listener)) return;
      const once = typeof options === 'object' && options !== null && 'once' in options;
      this.#listeners.push({ listener, once: once && Boolean(options.once) });
    }

    removeEventListener(type: unknown, listener: Listener | null): void {
      if (type !== 'abort') return;
      this.#listeners = this.#listeners.filter((held) => held.listener !== listener);
    }

    #abort(reason: unknown): void {
      if (this.#aborted) return;
      this.#aborted = true;
      this.#reason = reason;
      const event = { type: 'abort', target: this, currentTarget: this };
      const called = [...this.#listeners];
      this.#listeners = this.#listeners.filter((held) => !held.once);
      if (typeof this.onabort === 'function')
        called.unshift({ listener: this.onabort, once: true });
      for (const { listener } of called) {
        try {
          if (typeof listener === 'function') listener.call(this, event);
          else listener.handleEvent(event);
        } catch (error) {
          fail(error);
        }
      }
    }

    get [Symbol.toStringTag](): string {
      return 'AbortSignal';
    }
  }

  class AbortController {
    readonly signal = construct();

    abort(reason?: unknown): void {
      trigger(this.signal, reason);
    }

    get [Symbol.toStringTag](): string {
      return 'AbortController';
    }
  }

  function aborted(): Error {
    return newError('AbortError', 'This operation was aborted');
  }

  define('AbortSignal', AbortSignal);
  define('AbortController', AbortController);
}
