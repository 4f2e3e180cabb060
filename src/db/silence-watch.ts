import type { Socket } from 'node:net';
import pg, { type ClientConfig, type Pool, type PoolClient } from 'pg';

const LOOK_MS = 1_000;
/** How long a statement may be without an answer before the database is asked whether it is there. */
const SILENT_MS = 4_000;
/** How long that question may take: several turns to and fro, on a slow network. */
const ASK_MS = 8_000;

/** A connection of the pool, as far as its socket tells. */
interface Watched {
  /** Sent when the server was ready last; what was sent since then it owes an answer to. */
  settled: number;
  heard: number;
  heardAt: number;
}

/**
 * Ends connections on which a statement waits while the database answers nobody, after 13 seconds at
 * most: behind a frozen server, or a network that swallows everything, it would wait for a quarter of an
 * hour. One that only takes long goes on, for the database then answers on another connection.
 */
export class SilenceWatch {
  private readonly watched = new Map<PoolClient, Watched>();
  private readonly timer: NodeJS.Timeout;
  private asking = false;

  constructor(
    pool: Pool,
    private readonly connection: ClientConfig,
  ) {
    pool.on('connect', (client) => {
      this.watch(client);
    });
    pool.on('remove', (client) => this.watched.delete(client));
    this.timer = setInterval(() => {
      void this.look();
    }, LOOK_MS).unref();
  }

  stop(): void {
    clearInterval(this.timer);
  }

  private watch(client: PoolClient): void {
    const socket = socketOf(client);
    const state = { settled: socket.bytesWritten, heard: 0, heardAt: performance.now() };
    (client as unknown as pg.Client).connection.prependListener('readyForQuery', () => {
      state.settled = socket.bytesWritten;
    });
    this.watched.set(client, state);
  }

  private async look(): Promise<void> {
    if (this.silent().length === 0 || this.asking) return;
    this.asking = true;
    try {
      if (await this.answers()) return;
      for (const client of this.silent()) {
        socketOf(client).destroy(new Error('Connection terminated: the database does not answer'));
      }
    } finally {
      this.asking = false;
    }
  }

  private silent(): PoolClient[] {
    const now = performance.now();
    return [...this.watched].flatMap(([client, state]) => {
      const { bytesRead, bytesWritten } = socketOf(client);
      if (bytesRead !== state.heard || bytesWritten === state.settled) {
        state.heard = bytesRead;
        state.heardAt = now;
      }
      return now - state.heardAt >= SILENT_MS ? [client] : [];
    });
  }

  /** Whether it says anything, be it that it takes no more connections. */
  private async answers(): Promise<boolean> {
    const client = new pg.Client(this.connection);
    client.on('error', () => undefined);
    let isSilent = false;
    const cut = setTimeout(() => {
      isSilent = true;
      client.connection.stream.destroy();
    }, ASK_MS);
    try {
      await client.connect();
      await client.query('select 1');
    } catch {
      // Said by whoever it was.
    } finally {
      clearTimeout(cut);
      void client.end().catch(() => undefined);
    }
    return !isSilent;
  }
}

function socketOf(client: PoolClient): Socket {
  return (client as unknown as pg.Client).connection.stream as Socket;
}
