import type { ReadProgress as RemoteProgress } from '../../remote-service/connector.types.js';
import { JobLostError } from '../../jobs/jobs.errors.js';
import type { ReadProgress } from '../snapshot.types.js';

const PERIOD_MS = 1_000;

/**
 * Has it written down once a second how far a read is. Its signal fires where the copy was dropped
 * meanwhile, which shows even while the remote says nothing.
 */
export class ProgressReport {
  private readonly dropped = new AbortController();
  private readonly startedAt = new Date().toISOString();
  private readonly timer: NodeJS.Timeout;
  private remote: RemoteProgress = { pages: 0, requests: 0, bytes: 0 };
  private writing: Promise<void> | undefined;

  /** `write` says false where the copy is not there any more; `stored` how many records are copied. */
  constructor(
    private readonly stored: () => number,
    private readonly write: (progress: ReadProgress) => Promise<boolean>,
  ) {
    this.timer = setInterval(() => {
      this.onTick();
      this.writing ??= this.report().finally(() => {
        this.writing = undefined;
      });
    }, PERIOD_MS);
  }

  /** Called each time before it is written down. */
  onTick: () => void = () => undefined;

  get signal(): AbortSignal {
    return this.dropped.signal;
  }

  /** What the read says with each batch. */
  told(remote: RemoteProgress): void {
    this.remote = remote;
  }

  /** What it came to. */
  ended({ pages, requests, bytes }: Omit<RemoteProgress, 'total'>): void {
    this.remote = { ...this.remote, pages, requests, bytes };
  }

  /** How far it is now. */
  now(): ReadProgress {
    const at = new Date().toISOString();
    return { records: this.stored(), ...this.remote, startedAt: this.startedAt, at };
  }

  /** Resolves once nothing is being written any more. */
  async end(): Promise<void> {
    clearInterval(this.timer);
    await this.writing;
  }

  private async report(): Promise<void> {
    try {
      if (!(await this.write(this.now()))) this.dropped.abort(new JobLostError());
    } catch {
      // The next one may be written; that the database is away shows where records are stored.
    }
  }
}
