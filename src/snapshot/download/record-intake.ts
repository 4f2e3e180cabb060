/**
 * Lines are put together up to this before they are stored: some 250 records. The database takes the time
 * of three statements of this size for one of four times as many.
 */
const BATCH_BYTES = 64 * 1024;
/** Batches that are being stored at once. */
const AT_ONCE = 2;

/** Stores lines of records; `count` says how many. */
type Store = (lines: readonly Uint8Array[], count: number) => Promise<void>;

/**
 * Records on their way into the database. While two batches are being stored the next one is gathered,
 * and whoever brings more waits: three batches are all that is ever held.
 */
export class RecordIntake {
  private lines: Uint8Array[] = [];
  private bytes = 0;
  private count = 0;
  private readonly storing = new Set<Promise<void>>();
  private failure: { error: unknown } | undefined;

  constructor(private readonly keep: Store) {}

  /** Whether a batch could not be stored. */
  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  /** Takes lines of records. Rejects with what kept an earlier batch from being stored. */
  async add(lines: Uint8Array, count: number): Promise<void> {
    this.lines.push(lines);
    this.bytes += lines.length;
    this.count += count;
    if (this.bytes >= BATCH_BYTES) await this.begin();
  }

  /** Resolves once all that was taken is stored; rejects where a batch could not be. */
  async flush(): Promise<void> {
    await this.begin();
    await this.settle();
    this.throwFailure();
  }

  /** Has stored what was taken so far, unless something is being stored already. */
  nudge(): void {
    if (this.storing.size === 0 && this.failure === undefined) this.store();
  }

  /** Resolves once nothing is under way any more. */
  async settle(): Promise<void> {
    await Promise.all(this.storing);
  }

  private async begin(): Promise<void> {
    while (this.storing.size >= AT_ONCE) await Promise.race(this.storing);
    this.throwFailure();
    this.store();
  }

  private store(): void {
    const { lines, count } = this;
    this.lines = [];
    this.bytes = 0;
    this.count = 0;
    if (lines.length === 0) return;
    const stored = this.keep(lines, count)
      .catch((error: unknown) => {
        this.failure = { error };
      })
      .finally(() => {
        this.storing.delete(stored);
      });
    this.storing.add(stored);
  }

  private throwFailure(): void {
    if (this.failure) throw this.failure.error;
  }
}
