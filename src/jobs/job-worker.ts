import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { randomBytes } from 'node:crypto';
import { inLogContext } from '../common/log-context.js';
import { Shutdown } from '../common/shutdown.js';
import { Settings } from '../config/settings.js';
import { DbService } from '../db/db.service.js';
import { JobQueue } from './job-queue.js';
import { JobStore, type ClaimedJob } from './job-store.js';
import { JobHandedOverError, JobLostError } from './jobs.errors.js';
import type { HeldJob, JobHandler } from './jobs.types.js';

/** How often jobs are looked for. */
const LOOK_MS = 500;
/** A job that was begun this often, and whose process died or which failed each time, is given up. */
const MOST_ATTEMPTS = 30;

/** Does the jobs of the kinds that have a handler here, so many at once, until the process stops. */
@Injectable()
export class JobWorker implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Jobs');
  private readonly handlers = new Map<string, JobHandler>();
  private readonly running = new Map<Promise<void>, AbortController>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isLooking = false;
  private stopped = false;

  constructor(
    private readonly db: DbService,
    private readonly store: JobStore,
    private readonly settings: Settings,
    queue: JobQueue,
    shutdown: Shutdown,
  ) {
    // Not only after the last request has ended: others can take the jobs up at once.
    shutdown.onBegin(() => {
      void this.beforeApplicationShutdown();
    });
    queue.onAdded(() => {
      this.look();
    });
  }

  /** Has jobs of a kind done; to be called before the application has started. */
  handle(handler: JobHandler): void {
    this.handlers.set(handler.kind, handler);
  }

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.look();
    }, LOOK_MS).unref();
  }

  /** Hands over what is under way, while database and sandbox still work. */
  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    for (const stop of this.running.values()) stop.abort(new JobHandedOverError());
    await this.looking;
    await Promise.all(this.running.keys());
  }

  private look(): void {
    if (this.isLooking || this.stopped) return;
    this.isLooking = true;
    this.looking = this.fill()
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'Jobs could not be looked for');
      })
      .finally(() => {
        this.isLooking = false;
      });
  }

  private async fill(): Promise<void> {
    const kinds = [...this.handlers.keys()];
    while (!this.stopped && this.running.size < this.settings.JOB_CONCURRENCY) {
      const leaseId = randomBytes(12).toString('hex');
      const job = await this.store.claim(kinds, leaseId);
      if (job === null) return;
      const stop = this.newStop();
      const work = this.work(job, leaseId, stop).finally(() => {
        this.running.delete(work);
        this.look();
      });
      this.running.set(work, stop);
    }
  }

  private newStop(): AbortController {
    const stop = new AbortController();
    // The service may have been stopped while the job was claimed.
    if (this.stopped) stop.abort(new JobHandedOverError());
    return stop;
  }

  /** Never rejects. */
  private work(job: ClaimedJob, leaseId: string, stop: AbortController): Promise<void> {
    const { id, kind, userId, subjectId, attempts } = job;
    return inLogContext({ jobId: id, kind, userId, subjectId, attempts }, async () => {
      const began = performance.now();
      const outcome = await this.attempt(job, leaseId, stop);
      this.logger.log({ outcome, durationMs: Math.round(performance.now() - began) });
    });
  }

  private async attempt(
    job: ClaimedJob,
    leaseId: string,
    stop: AbortController,
  ): Promise<'done' | 'handed over' | 'lost' | 'failed'> {
    const { id } = job;
    const heartbeat = this.beat(job, leaseId, stop);
    try {
      await this.handOut({ ...job, signal: stop.signal, ...this.holdOn(id, leaseId) });
      await this.db.transaction((tx) => this.store.remove(tx, id, leaseId));
      return 'done';
    } catch (error) {
      const handedOver = stop.signal.reason instanceof JobHandedOverError;
      const lost = !handedOver && error instanceof JobLostError;
      if (!handedOver && !lost)
        this.logger.warn({ err: error }, 'A job failed, and is tried again');
      // What fails here ends with the lease.
      await this.store.release(job, leaseId, !handedOver).catch(() => undefined);
      return handedOver ? 'handed over' : lost ? 'lost' : 'failed';
    } finally {
      clearInterval(heartbeat);
    }
  }

  private async handOut(job: HeldJob): Promise<void> {
    // The process may have been told to stop while the job was claimed.
    job.signal.throwIfAborted();
    const handler = this.handlers.get(job.kind);
    if (job.attempts > MOST_ATTEMPTS) await handler?.giveUp(job);
    else await handler?.run(job);
    // A handler may come to its end although it was told to stop.
    job.signal.throwIfAborted();
  }

  private holdOn(id: string, leaseId: string): Pick<HeldJob, 'hold' | 'finish'> {
    return {
      hold: (tx) => this.store.hold(tx, id, leaseId),
      finish: (tx) => this.store.remove(tx, id, leaseId),
    };
  }

  /** Renews the lease; where it could not be for as long as it lasts, the job counts as lost. */
  private beat({ id }: ClaimedJob, leaseId: string, stop: AbortController): NodeJS.Timeout {
    const leaseMs = this.settings.JOB_LEASE_SECONDS * 1000;
    let renewedAt = performance.now();
    let renewing = false;
    return setInterval(() => {
      // The job's own transaction may have the row locked for a while.
      if (renewing) return;
      renewing = true;
      const begun = performance.now();
      this.store
        .renew(id, leaseId)
        .then(
          (held) => {
            if (held) renewedAt = begun;
            else stop.abort(new JobLostError());
          },
          () => {
            if (performance.now() - renewedAt > leaseMs) stop.abort(new JobLostError());
          },
        )
        .finally(() => {
          renewing = false;
        });
    }, leaseMs / 5).unref();
  }
}
