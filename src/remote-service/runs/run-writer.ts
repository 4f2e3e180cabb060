import { Logger } from '@nestjs/common';
import { sizeOf, withoutDetails, type RunAmendment, type RunRow } from './run-row.js';
import type { RunStore } from './run-store.js';

export interface WriterLimits {
  /** How long a run waits for others to be written with. */
  windowMs: number;
  /** Of one statement. */
  batchRows: number;
  batchBytes: number;
  /** Of all that waits. */
  maxRows: number;
  maxBytes: number;
}

const MIB = 1024 * 1024;
const LIMITS: WriterLimits = {
  ...{ windowMs: 100, batchRows: 200, batchBytes: 2 * MIB },
  ...{ maxRows: 10_000, maxBytes: 32 * MIB },
};
const MOST_BACKOFF_MS = 5_000;
const LAST_TRIES = 3;

/**
 * Keeps runs in memory until they are written, in batches, soon after. Never throws and never waits:
 * while the database is away it tries again, and where too much piles up meanwhile, the oldest runs
 * lose their requests and logs first, and then are lost themselves.
 */
export class RunWriter {
  private readonly logger = new Logger('Runs');
  private readonly limits: WriterLimits;
  private readonly waiting: RunRow[] = [];
  private readonly amendments: { id: string; change: RunAmendment }[] = [];
  private bytes = 0;
  private failures = 0;
  private thinned = 0;
  private lost = 0;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<void> = Promise.resolve();
  private next: Promise<void> | undefined;

  constructor(
    private readonly store: Pick<RunStore, 'insert' | 'amend' | 'answers'>,
    limits: Partial<WriterLimits> = {},
  ) {
    this.limits = { ...LIMITS, ...limits };
  }

  add(row: RunRow): void {
    this.waiting.push(row);
    this.bytes += sizeOf(row);
    this.shed();
    this.schedule(this.waiting.length >= this.limits.batchRows ? 0 : this.limits.windowMs);
  }

  /** Changes a run that was added before, wherever it is by now. */
  amend(id: string, change: RunAmendment): void {
    const at = this.waiting.findLastIndex((row) => row.id === id);
    const row = this.waiting[at];
    if (row) {
      const amended = { ...row, ...change };
      this.waiting[at] = amended;
      this.bytes += sizeOf(amended) - sizeOf(row);
      this.shed();
      return;
    }
    if (this.amendments.length >= this.limits.maxRows) return;
    this.amendments.push({ id, change });
    this.schedule(this.limits.windowMs);
  }

  /** Resolves once all that was added before is written, or an attempt to do so has failed. */
  flush(): Promise<void> {
    clearTimeout(this.timer);
    this.timer = undefined;
    this.next ??= this.writing.then(() => {
      this.next = undefined;
      return (this.writing = this.drain());
    });
    return this.next;
  }

  /** Writes what is left; gives up after a few tries where the database is away. */
  async close(): Promise<void> {
    for (let tries = 0; tries < LAST_TRIES; tries += 1) {
      await this.flush();
      if (this.waiting.length === 0) break;
      await new Promise((resolve) => setTimeout(resolve, this.limits.windowMs));
    }
    clearTimeout(this.timer);
    this.lost += this.waiting.splice(0).length;
    this.tellLosses();
  }

  private schedule(ms: number): void {
    // While the database is away, its own timer says when to try again.
    if (this.failures > 0 && this.timer) return;
    if (ms > 0 && this.timer) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms).unref();
  }

  private async drain(): Promise<void> {
    while (this.waiting.length > 0) {
      const left = await this.write(this.takeBatch());
      for (const row of left) this.bytes += sizeOf(row);
      this.waiting.unshift(...left);
      if (left.length > 0) {
        this.retryLater();
        return;
      }
    }
    await this.writeAmendments();
    this.failures = 0;
    this.tellLosses();
  }

  private takeBatch(): RunRow[] {
    let bytes = 0;
    const beyond = this.waiting.findIndex((row) => (bytes += sizeOf(row)) > this.limits.batchBytes);
    const most = beyond < 0 ? this.limits.batchRows : Math.max(beyond, 1);
    const batch = this.waiting.splice(0, Math.min(most, this.limits.batchRows));
    for (const row of batch) this.bytes -= sizeOf(row);
    return batch;
  }

  /** Gives what is still to be written: nothing, unless the database is away. */
  private async write(batch: RunRow[]): Promise<RunRow[]> {
    try {
      await this.store.insert(batch);
      return [];
    } catch {
      if (!(await this.store.answers())) return batch;
    }
    // One of them is at fault: the others are not to be lost with it.
    for (const [index, row] of batch.entries()) {
      try {
        await this.store.insert([row]);
      } catch (error) {
        if (!(await this.store.answers())) return batch.slice(index);
        this.lost += 1;
        this.logger.error({ runId: row.id, err: error }, 'A run could not be written');
      }
    }
    return [];
  }

  private async writeAmendments(): Promise<void> {
    for (let amendment = this.amendments[0]; amendment; amendment = this.amendments[0]) {
      try {
        await this.store.amend(amendment.id, amendment.change);
      } catch (error) {
        if (!(await this.store.answers())) {
          this.retryLater();
          return;
        }
        this.logger.error({ runId: amendment.id, err: error }, 'A run could not be amended');
      }
      this.amendments.shift();
    }
  }

  private retryLater(): void {
    this.failures += 1;
    if (this.failures === 1) this.logger.warn('The database is away; runs wait to be written');
    this.shed();
    const ms = Math.min(this.limits.windowMs * 2 ** this.failures, MOST_BACKOFF_MS);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.flush(), ms).unref();
  }

  /** Keeps what waits within its bounds. */
  private shed(): void {
    const { maxRows, maxBytes } = this.limits;
    for (const [index, row] of this.waiting.entries()) {
      if (this.bytes <= maxBytes) break;
      const thin = withoutDetails(row);
      const saved = sizeOf(row) - sizeOf(thin);
      if (saved === 0) continue;
      this.waiting[index] = thin;
      this.bytes -= saved;
      this.thinned += 1;
    }
    while (this.waiting.length > maxRows || (this.bytes > maxBytes && this.waiting.length > 0)) {
      const row = this.waiting.shift();
      if (row) this.bytes -= sizeOf(row);
      this.lost += 1;
    }
  }

  private tellLosses(): void {
    const { thinned, lost } = this;
    if (thinned === 0 && lost === 0) return;
    this.thinned = 0;
    this.lost = 0;
    this.logger.warn({ withoutDetails: thinned, lost }, 'Not all runs were kept whole');
  }
}
