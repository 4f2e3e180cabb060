/** What a store gave of a user's requests. */
export interface Grant {
  /** Requests that may be served on it; 0 where the window has none left. */
  granted: number;
  /** Requests that anybody may still take in this window. */
  remaining: number;
  /** Milliseconds until the window ends. */
  msLeft: number;
}

/** Whether a request may be served, and what may follow it. */
export interface RateVerdict {
  allowed: boolean;
  /** Requests that are left in this window, as far as this process knows. */
  remaining: number;
  /** Seconds until the window ends, at least 1. */
  resetSeconds: number;
}

/** Takes at least `wanted` of a user's requests from what all processes share, or what is left. */
export type TakeRequests = (userId: string, wanted: number) => Promise<Grant>;

export const WINDOW_MS = 60_000;
/** A store that failed is not asked again for so long: each request would wait for it. */
const AWAY_MS = 5_000;

interface Window {
  /** Requests in hand. */
  held: number;
  remaining: number;
  /** On the limiter's own clock. */
  endsAt: number;
  waiting: number;
  taking: Promise<void> | undefined;
}

/**
 * Holds users to so many requests a minute, counted together with other processes. It takes requests in
 * advance and in small lots, so that most are counted without the store and the limit is never passed.
 * While the store fails, each process holds its users to the limit by itself.
 */
export class RateLimiter {
  private readonly windows = new Map<string, Window>();
  private awayUntil = -Infinity;

  constructor(
    private readonly limit: number,
    private readonly take: TakeRequests,
    private readonly onFailure: (error: unknown) => void,
    private readonly now: () => number = () => performance.now(),
  ) {}

  /** Counts a request; never rejects. */
  async count(userId: string): Promise<RateVerdict> {
    const window = this.windowOf(userId);
    while (window.held === 0) {
      if (window.remaining === 0 && window.endsAt > this.now()) return this.verdict(window, false);
      window.waiting += 1;
      await (window.taking ??= this.refill(userId, window));
      window.waiting -= 1;
    }
    window.held -= 1;
    return this.verdict(window, true);
  }

  /** Forgets the windows that are over. */
  sweep(): void {
    const now = this.now();
    for (const [userId, { endsAt, taking }] of this.windows) {
      if (endsAt <= now && !taking) this.windows.delete(userId);
    }
  }

  private windowOf(userId: string): Window {
    let window = this.windows.get(userId);
    if (!window) {
      window = { held: 0, remaining: 0, endsAt: -Infinity, waiting: 0, taking: undefined };
      this.windows.set(userId, window);
    } else if (window.endsAt <= this.now()) window.held = 0;
    return window;
  }

  private async refill(userId: string, window: Window): Promise<void> {
    const { granted, remaining, msLeft } = await this.grant(userId, window.waiting);
    window.held = granted;
    window.remaining = remaining;
    window.endsAt = this.now() + msLeft;
    window.taking = undefined;
  }

  private async grant(userId: string, wanted: number): Promise<Grant> {
    if (this.awayUntil <= this.now()) {
      try {
        return await this.take(userId, wanted);
      } catch (error) {
        this.awayUntil = this.now() + AWAY_MS;
        this.onFailure(error);
      }
    }
    return { granted: this.limit, remaining: 0, msLeft: WINDOW_MS };
  }

  private verdict({ held, remaining, endsAt }: Window, allowed: boolean): RateVerdict {
    const resetSeconds = Math.max(1, Math.ceil((endsAt - this.now()) / 1000));
    return { allowed, remaining: held + remaining, resetSeconds };
  }
}
