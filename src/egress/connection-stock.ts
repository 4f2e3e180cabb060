import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AddressPolicy } from './address-policy.js';
import { Connections } from './connections.js';

/**
 * Shorter than servers commonly keep an idle connection: a request that crosses the end of its
 * connection is lost, and of a write nobody would know whether it was done.
 */
const KEPT_MS = 1_000;
/** Of all users together; the oldest go first. */
const MAX_KEPT = 32;
/** Of one run: one that talks to a hundred hosts does not leave all of that open. */
const MAX_OPEN = 16;

interface Kept {
  whose: string;
  connections: Connections;
  end: NodeJS.Timeout;
}

/** Lends a run's connections; those that it leaves idle go to the next run of the same connector. */
@Injectable()
export class ConnectionStock implements OnApplicationShutdown {
  /** The oldest first. */
  private readonly kept: Kept[] = [];
  private closed = false;

  constructor(private readonly policy: AddressPolicy) {}

  /** `whose` names a connector of a user. */
  take(whose: string): Connections {
    // The newest, so that those that are too many grow old.
    const at = this.kept.findLastIndex((kept) => kept.whose === whose);
    const [found] = at < 0 ? [] : this.kept.splice(at, 1);
    clearTimeout(found?.end);
    return found?.connections ?? new Connections(this.policy);
  }

  /** To be called where nothing is under way on them; else they are to be destroyed. */
  giveBack(whose: string, connections: Connections): void {
    if (connections.open === 0 || connections.open > MAX_OPEN) {
      void connections.destroy();
      return;
    }
    const kept: Kept = {
      ...{ whose, connections },
      end: setTimeout(() => {
        this.kept.splice(this.kept.indexOf(kept), 1);
        void connections.destroy();
      }, KEPT_MS).unref(),
    };
    this.kept.push(kept);
    while (this.kept.length > (this.closed ? 0 : MAX_KEPT)) void this.endOldest();
  }

  async onApplicationShutdown(): Promise<void> {
    this.closed = true;
    while (this.kept.length > 0) await this.endOldest();
  }

  private async endOldest(): Promise<void> {
    const oldest = this.kept.shift();
    clearTimeout(oldest?.end);
    await oldest?.connections.destroy();
  }
}
