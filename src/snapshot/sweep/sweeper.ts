import {
  Injectable,
  Logger,
  type BeforeApplicationShutdown,
  type OnApplicationBootstrap,
} from '@nestjs/common';
import { SweepStore, type Step } from './sweep-store.js';

/** How long it rests after there was something to do, and where there is nothing. */
const BUSY_MS = 1_000;
const IDLE_MS = 2_000;

/** Removes, in the background, superseded copies and what is left of deleted snapshots. */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly logger = new Logger('Sweeper');
  private timer: NodeJS.Timeout | undefined;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(private readonly store: SweepStore) {}

  onApplicationBootstrap(): void {
    this.rest(BUSY_MS);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  private rest(ms: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.sweeping = this.sweep()
        .catch((error: unknown) => {
          this.logger.warn({ err: error }, 'Old copies could not be removed');
          return false;
        })
        .then((found) => {
          this.rest(found ? BUSY_MS : IDLE_MS);
        });
    }, ms).unref();
  }

  /** Removes all that there is; says whether there was anything. */
  private async sweep(): Promise<boolean> {
    const remains = await this.store.remains();
    for (const one of remains) await this.toEnd(() => this.store.sweepRemains(one));
    let found = remains.length > 0;
    // Some may be in use and stay; those behind them are looked at all the same.
    let generations = await this.store.deadGenerations(0n);
    while (generations.length > 0 && !this.stopped) {
      found = true;
      for (const one of generations) await this.toEnd(() => this.store.sweepGeneration(one));
      generations = await this.store.deadGenerations(generations.at(-1)?.generation ?? 0n);
    }
    return found;
  }

  private async toEnd(step: () => Promise<Step>): Promise<void> {
    while (!this.stopped && (await step()) === 'more');
  }
}
