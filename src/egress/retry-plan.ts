import { EgressError } from './egress.errors.js';

const maxRetries = 4;
const maxWaitMs = 60_000;
const firstDelayMs = 500;
/** Those that may be sent again although the first try may have had its effect. */
const repeatable = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE']);

/** The clock and the dice of the retries. */
export interface RetryClock {
  /** Milliseconds since 1970. */
  now: () => number;
  /** From 0 to below 1. */
  random: () => number;
}

/** Decides, over all tries of one request, whether and when there is another: four, 60 s in all. */
export class RetryPlan {
  #retries = 0;
  #waitedMs = 0;
  #mayHaveWorked = false;

  constructor(private readonly clock: RetryClock) {}

  /** Whether an earlier try may have had its effect although its answer said or gave nothing. */
  get mayHaveWorked(): boolean {
    return this.#mayHaveWorked;
  }

  /**
   * How many milliseconds to wait before the next try after a response; undefined: there is none.
   * Throws `remote.rate_limited` where `Retry-After` asks for more than is left of the 60 s.
   */
  afterResponse(
    method: string,
    host: string,
    status: number,
    retryAfter: string | undefined,
  ): number | undefined {
    const failed = status >= 500 && status <= 599;
    if (status !== 429 && !(failed && repeatable.has(method))) return undefined;
    if (this.#retries === maxRetries) return undefined;
    const asked = retryAfter === undefined ? undefined : parseRetryAfter(retryAfter, this.clock);
    if (asked !== undefined && this.#waitedMs + asked > maxWaitMs) {
      const until = new Date(Math.min(this.clock.now() + asked, 8.64e15)).toISOString();
      throw new EgressError(
        'remote.rate_limited',
        `${host} asks to wait ${Math.ceil(asked / 1000)} s, until ${until}, which is more than ` +
          `the ${maxWaitMs / 1000} s that a request waits in all`,
      );
    }
    return this.#retry(asked, failed);
  }

  /** The same after a connection that broke. */
  afterBreak(method: string): number | undefined {
    return repeatable.has(method) ? this.#retry(undefined, true) : undefined;
  }

  #retry(askedMs: number | undefined, mayHaveWorked: boolean): number | undefined {
    if (this.#retries === maxRetries) return undefined;
    // Half of the delay is fixed, so that the waits grow for certain.
    const delay = firstDelayMs * 2 ** this.#retries * (0.5 + this.clock.random() / 2);
    const wait = askedMs ?? Math.round(delay);
    if (this.#waitedMs + wait > maxWaitMs) return undefined;
    this.#retries += 1;
    this.#waitedMs += wait;
    this.#mayHaveWorked ||= mayHaveWorked;
    return wait;
  }
}

/**
 * Reads `Retry-After` (RFC 9110, 10.2.3), seconds or a date in one of its three forms, as
 * milliseconds from now. Undefined where it is neither.
 */
export function parseRetryAfter(value: string, { now }: Pick<RetryClock, 'now'>) {
  const text = value.trim();
  if (/^\d+(\.\d+)?$/.test(text)) return Math.min(Number(text) * 1000, Number.MAX_SAFE_INTEGER);
  if (!/^[A-Z][a-z]{2,8},? .*\d\d:\d\d:\d\d/.test(text)) return undefined;
  // The form of asctime has no zone, and means GMT as the others do.
  const date = Date.parse(/GMT$/.test(text) ? text : `${text} GMT`);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now());
}
