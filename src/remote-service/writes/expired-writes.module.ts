import {
  Injectable,
  Logger,
  Module,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import { WriteStore } from './write-store.js';

const PERIOD_MS = 60_000;
/** Of a step, which may remove a thousand times as many results. */
const STEP = 20;

/** Removes, in the background, what is stored of writes whose Idempotency-Key is kept no longer. */
@Injectable()
export class ExpiredWrites implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('ExpiredWrites');
  private timer: NodeJS.Timeout | undefined;
  private removing: Promise<void> | undefined;
  private stopping = false;

  constructor(private readonly store: WriteStore) {}

  onApplicationBootstrap(): void {
    this.timer = setInterval(() => {
      this.removing ??= this.remove()
        .catch((error: unknown) => {
          this.logger.warn({ err: error }, 'Expired writes were not removed');
        })
        .finally(() => {
          this.removing = undefined;
        });
    }, PERIOD_MS).unref();
  }

  async onModuleDestroy(): Promise<void> {
    this.stopping = true;
    clearInterval(this.timer);
    await this.removing;
  }

  /** Removes all that there are now, a few at a time. */
  async remove(): Promise<void> {
    while (!this.stopping && (await this.store.removeExpired(STEP)) === STEP);
  }
}

/** Keeps what is stored of writes from growing without end; one process of many is enough. */
@Module({ providers: [WriteStore, ExpiredWrites] })
export class ExpiredWritesModule {}
