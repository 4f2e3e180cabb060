import { Injectable, Logger, type OnModuleDestroy } from '@nestjs/common';
import type { Response } from 'express';
import { Shutdown } from '../../common/shutdown.js';
import { DbService } from '../../db/db.service.js';
import { SnapshotNotFoundError } from '../snapshot.errors.js';
import { SnapshotService } from '../snapshot.service.js';
import type { Snapshot } from '../snapshot.types.js';
import { EventStream } from './event-stream.js';

const LOOK_MS = 500;

/** A snapshot that somebody watches. */
interface Watched {
  userId: string;
  /** Of the rows that were shown last. */
  stamp: string;
  readonly streams: Set<EventStream>;
}

/** Tells those who watch a snapshot's download how far it is, whichever process does it. */
@Injectable()
export class SnapshotEventsService implements OnModuleDestroy {
  private readonly logger = new Logger('SnapshotEvents');
  private readonly watched = new Map<string, Watched>();
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> | undefined;
  private stopped = false;

  constructor(
    private readonly db: DbService,
    private readonly snapshots: SnapshotService,
    shutdown: Shutdown,
  ) {
    // At once, so that those who watch go on elsewhere.
    shutdown.onBegin(() => {
      this.endStreams();
    });
  }

  /** Answers with the events of a snapshot until its download ends, or the client leaves. */
  async stream(userId: string, id: string, response: Response): Promise<void> {
    const snapshot = await this.snapshots.get(userId, id);
    if (response.destroyed) return;
    const watched = this.watched.get(id) ?? { userId, stamp: '', streams: new Set() };
    const stream = new EventStream(response, () => {
      watched.streams.delete(stream);
      if (watched.streams.size === 0 && this.watched.get(id) === watched) this.forget(id);
    });
    if (this.stopped) stream.end();
    else if (hasEnded(snapshot)) stream.end('end', snapshot);
    else {
      stream.send('progress', snapshot);
      watched.streams.add(stream);
      this.watched.set(id, watched);
      this.timer ??= setInterval(() => {
        this.look();
      }, LOOK_MS).unref();
    }
  }

  async onModuleDestroy(): Promise<void> {
    this.endStreams();
    await this.looking;
  }

  private endStreams(): void {
    this.stopped = true;
    for (const { streams } of this.watched.values()) for (const stream of streams) stream.end();
  }

  private look(): void {
    this.looking ??= this.tell()
      .catch((error: unknown) => {
        this.logger.warn({ err: error }, 'Snapshots could not be looked at');
      })
      .finally(() => {
        this.looking = undefined;
      });
  }

  private async tell(): Promise<void> {
    const stamps = await this.stamps();
    for (const [id, watched] of [...this.watched]) {
      const stamp = stamps.get(id);
      if (stamp === watched.stamp) continue;
      const snapshot = stamp === undefined ? null : await this.find(watched.userId, id);
      if (snapshot === null) this.endAll(id, 'gone', {});
      else if (hasEnded(snapshot)) this.endAll(id, 'end', snapshot);
      else for (const stream of watched.streams) stream.send('progress', snapshot);
      watched.stamp = stamp ?? '';
    }
  }

  /** What changes with each change of a snapshot or of its tables: one look for all that are watched. */
  private async stamps(): Promise<Map<string, string>> {
    const ids = [...this.watched.keys()];
    const users = [...new Set([...this.watched.values()].map(({ userId }) => userId))];
    const rows = await this.db.$queryRaw<{ id: string; stamp: string }[]>`
      select s.id, concat_ws(' ', s.xmin, string_agg(t.xmin::text, ' ' order by t.table_id)) as stamp
      from snapshots s
      left join snapshot_tables t on t.user_id = s.user_id and t.snapshot_id = s.id
      where s.user_id = any(${users}::text[]) and s.id = any(${ids}::text[])
      group by s.id`;
    return new Map(rows.map(({ id, stamp }) => [id, stamp]));
  }

  private async find(userId: string, id: string): Promise<Snapshot | null> {
    try {
      return await this.snapshots.get(userId, id);
    } catch (error) {
      if (error instanceof SnapshotNotFoundError) return null;
      throw error;
    }
  }

  private endAll(id: string, event: string, data: unknown): void {
    const streams = this.watched.get(id)?.streams ?? [];
    this.forget(id);
    for (const stream of streams) stream.end(event, data);
  }

  private forget(id: string): void {
    this.watched.delete(id);
    if (this.watched.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}

function hasEnded({ state }: Snapshot): boolean {
  return state !== 'pending' && state !== 'active';
}
