import { setTimeout as sleep } from 'node:timers/promises';
import { LeaseLostError } from './write.errors.js';
import type { WriteRequest } from './write-request.js';
import { LEASE_MS, type StoredResult, type WriteStore } from './write-store.js';

const RENEW_MS = 2_000;
/** How long a database that fails is tried again, and how often. */
const PATIENCE_MS = 20_000;
const PAUSE_MS = 500;

interface Pending extends StoredResult {
  stored: () => void;
  failed: (error: unknown) => void;
}

/**
 * This process's hold on one write: while it is kept nobody else answers for the write, and results
 * can be stored. To be stopped in the end.
 */
export class WriteLease {
  private renewedAt = performance.now();
  private readonly timer: NodeJS.Timeout;
  private pending: Pending[] = [];
  private storing = false;

  constructor(
    private readonly store: WriteStore,
    private readonly request: WriteRequest,
    private readonly id: string,
  ) {
    this.timer = setInterval(() => {
      // What fails here is told where the lease is needed.
      this.renew().catch(() => undefined);
    }, RENEW_MS).unref();
  }

  /** Resolves where the lease is sure to be held; throws a LeaseLostError where it is lost. */
  async confirm(): Promise<void> {
    // A process that was stopped for a while may have been taken for dead.
    if (performance.now() - this.renewedAt < LEASE_MS / 2) return;
    await this.patiently(() => this.renew());
  }

  /** Resolves once the result is stored. Throws a LeaseLostError, or how the database failed. */
  async keep(index: number, text: string): Promise<void> {
    const kept = new Promise<void>((stored, failed) => {
      this.pending.push({ index, text, stored, failed });
    });
    if (!this.storing) void this.storePending();
    await kept;
  }

  /** Ends the write, of which every result is stored. */
  async settle(): Promise<void> {
    await this.patiently(async () => {
      if (!(await this.store.settle(this.request, this.id))) throw new LeaseLostError();
    });
  }

  stop(): void {
    clearInterval(this.timer);
  }

  /** What comes while a batch is being stored is the next batch. */
  private async storePending(): Promise<void> {
    this.storing = true;
    while (this.pending.length > 0) {
      const batch = this.pending;
      this.pending = [];
      try {
        await this.patiently(async () => {
          if (!(await this.store.store(this.request, this.id, batch))) throw new LeaseLostError();
        });
        for (const { stored } of batch) stored();
      } catch (error) {
        for (const { failed } of batch) failed(error);
      }
    }
    this.storing = false;
  }

  private async renew(): Promise<void> {
    const begun = performance.now();
    if (!(await this.store.renew(this.request, this.id))) throw new LeaseLostError();
    this.renewedAt = begun;
  }

  private async patiently(work: () => Promise<void>): Promise<void> {
    for (const end = performance.now() + PATIENCE_MS; ;) {
      try {
        await work();
        return;
      } catch (error) {
        if (error instanceof LeaseLostError || performance.now() > end) throw error;
        await sleep(PAUSE_MS);
      }
    }
  }
}
