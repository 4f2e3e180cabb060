import {
  Injectable,
  Logger,
  type OnApplicationBootstrap,
  type OnApplicationShutdown,
} from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { DbService } from '../../db/db.service.js';

const DAY_MS = 86_400_000;
const PERIOD_MS = 3_600_000;
/** Of one statement, so that none holds locks for long. */
const STEP = 1_000;

/** Deletes the runs that are older than RUN_RETENTION_DAYS: at the start, and then hourly. */
@Injectable()
export class RunRetention implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly logger = new Logger('Runs');
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly db: DbService,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    this.begin();
    this.timer = setInterval(() => {
      this.begin();
    }, PERIOD_MS).unref();
  }

  async onApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearInterval(this.timer);
    await this.sweeping;
  }

  private begin(): void {
    this.sweeping = this.sweeping
      .then(() => this.sweep())
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'Old runs could not be deleted');
      });
  }

  private async sweep(): Promise<void> {
    const before = new Date(Date.now() - this.settings.RUN_RETENTION_DAYS * DAY_MS);
    let deleted = 0;
    for (let step = STEP; step === STEP && !this.stopped; deleted += step) {
      // Another process may be at the same: each takes rows that the other has not.
      step = await this.db.$executeRaw`
        delete from runs where id in (
          select id from runs where started_at < ${before}
          order by started_at limit ${STEP} for update skip locked)`;
    }
    if (deleted > 0) this.logger.log({ deleted }, 'Old runs were deleted');
  }
}
