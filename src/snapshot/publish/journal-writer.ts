import { setTimeout as sleep } from 'node:timers/promises';
import { JobLostError } from '../../jobs/jobs.errors.js';
import type { HeldJob } from '../../jobs/jobs.types.js';
import type { JournalStore } from './journal-store.js';
import type { PublicationStates } from './publication-states.js';
import type { ChangeEnd, Scope } from './publication.types.js';
import { settleChanges } from './settle-changes.js';

/** How long a database that fails is tried again, and how often. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 500;

/** Somebody asked for the publication to stop: no further call begins. */
export class StopRequestedError extends Error {
  override readonly name = 'StopRequestedError';
}

interface Pending {
  /** A call that is about to begin, by its position; or what came of one. */
  entry: number | ChangeEnd;
  kept: (begins: boolean) => void;
  failed: (error: unknown) => void;
}

/**
 * Writes down each call of a publication, before it and after it. What comes while a transaction is
 * under way goes together into the next.
 */
export class JournalWriter {
  private pending: Pending[] = [];
  private writing = false;

  constructor(
    private readonly states: PublicationStates,
    private readonly store: JournalStore,
    private readonly job: HeldJob,
    private readonly scope: Scope,
  ) {}

  /**
   * Resolves once it is written down that the call for a change begins: true; or false where the
   * change was discarded. Throws a StopRequestedError where no further call may begin.
   */
  async begin(position: number): Promise<boolean> {
    this.job.signal.throwIfAborted();
    return this.keep(position);
  }

  /** Resolves once it is written down what came of a change. Throws a JobLostError. */
  async end(end: ChangeEnd): Promise<void> {
    await this.keep(end);
  }

  private keep(entry: Pending['entry']): Promise<boolean> {
    const kept = new Promise<boolean>((resolve, failed) => {
      this.pending.push({ entry, kept: resolve, failed });
    });
    if (!this.writing) void this.writePending();
    return kept;
  }

  private async writePending(): Promise<void> {
    this.writing = true;
    while (this.pending.length > 0) {
      const batch = this.pending;
      this.pending = [];
      try {
        const begun = await this.patiently(() => this.write(batch.map(({ entry }) => entry)));
        for (const { entry, kept, failed } of batch) {
          if (typeof entry !== 'number') kept(true);
          else if (begun === null) failed(new StopRequestedError('The publication is to stop.'));
          else kept(begun.has(entry));
        }
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.writing = false;
  }

  private write(entries: Pending['entry'][]): Promise<Set<number> | null> {
    const begins = entries.filter((entry) => typeof entry === 'number');
    const ends = entries.filter((entry) => typeof entry !== 'number');
    return this.states.held(this.job, this.scope, async (tx) => {
      await settleChanges(tx, this.scope, ends);
      return begins.length > 0 ? this.store.begin(tx, this.scope, begins) : new Set();
    });
  }

  private async patiently<T>(work: () => Promise<T>): Promise<T> {
    for (const end = performance.now() + PATIENCE_MS; ;) {
      try {
        return await work();
      } catch (error) {
        if (error instanceof JobLostError || performance.now() > end) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}
