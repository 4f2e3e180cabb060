/** Lines are put together up to this before they are stored. */
const BATCH_BYTES = 1024 * 1024;

/** Stores lines of records; `count` says how many. */
type Store = (lines: readonly Uint8Array[], count: number) => Promise<void>;

/**
 * Records on their way into the database. While a batch is being stored the next one is gathered, and
 * whoever brings more waits: two batches are all that is ever held.
 */
export class RecordIntake {
  private lines: Uint8Array[] = [];
  private bytes = 0;
  private count = 0;
  private storing: Promise<void> | undefined;
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
    if (this.storing === undefined && this.failure === undefined) this.store();
  }

  /** Resolves once nothing is under way any more. */
  async settle(): Promise<void> {
    while (this.storing !== undefined) await this.storing;
  }

  private async begin(): Promise<void> {
    await this.settle();
    this.throwFailure();
    this.store();
  }

  private store(): void {
    const { lines, count } = this;
    this.lines = [];
    this.bytes = 0;
    this.count = 0;
    if (lines.length === 0) return;
    this.storing = this.keep(lines, count)
      .catch((error: unknown) => {
        this.failure = { error };
      })
      .finally(() => {
        this.storing = undefined;
      });
  }

  private throwFailure(): void {
    if (this.failure) throw this.failure.error;
  }
}
