import { Injectable } from '@nestjs/common';

/**
 * How long a look-up counts, in ms of the monotonic clock, from the moment it began. So what another
 * process changed (a token revoked, a user removed) holds here in less than a second.
 */
const LASTS_MS = 500;
/** Of some 300 bytes each; beyond it the oldest are looked up again. */
const MOST = 10_000;

/** Whom a credential lets in, and until when, as ms since 1970. */
export interface KnownCaller {
  userId: string;
  expiresAt: number;
}

interface Entry {
  began: number;
  found: Promise<KnownCaller | null>;
}

/**
 * Who was let in a moment ago, so that a row of reads does not ask the database each time. Requests at
 * once for the same caller share one look-up. Who was not let in is not remembered.
 */
@Injectable()
export class RecentCallers {
  /** By key, oldest first. */
  private readonly entries = new Map<string, Entry>();

  /** What `lookUp` gives, or gave for the same key less than half a second ago. */
  async find(key: string, lookUp: () => Promise<KnownCaller | null>): Promise<KnownCaller | null> {
    const now = performance.now();
    const known = this.entries.get(key);
    if (known && now - known.began < LASTS_MS) return known.found;
    const entry = { began: now, found: lookUp() };
    this.entries.delete(key);
    this.dropOld(now);
    this.entries.set(key, entry);
    try {
      const found = await entry.found;
      if (found === null) this.drop(key, entry);
      return found;
    } catch (error) {
      this.drop(key, entry);
      throw error;
    }
  }

  /** For who has just changed whom a credential lets in: nothing that was looked up before counts. */
  forgetAll(): void {
    this.entries.clear();
  }

  private drop(key: string, entry: Entry): void {
    if (this.entries.get(key) === entry) this.entries.delete(key);
  }

  private dropOld(now: number): void {
    for (const [key, { began }] of this.entries) {
      if (now - began < LASTS_MS && this.entries.size < MOST) return;
      this.entries.delete(key);
    }
  }
}
