import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type ClientConfig } from 'pg';
import { DataDirInUseError } from './db.errors.js';

/** The connection that a killed service held is gone within moments of its death. */
const PATIENCE_MS = 3000;
const RETAKE_MS = 250;
/** Held by the one service that runs on the folder, for as long as it runs. */
const KEY = 0x63637331;

/**
 * Says whose a data folder is: a lock in its database, held by a connection, which ends with this
 * process however that ends. Where the server drops its connections (it restarts them all when one
 * of its processes crashes), the lock is taken again.
 */
export class OwnerLock {
  private released = false;

  private constructor(
    private readonly connection: ClientConfig,
    private readonly folder: string,
    private client: pg.Client,
  ) {
    this.watch();
  }

  /** Takes the folder for this process; a DataDirInUseError where another service has it. */
  static async take(connection: ClientConfig, folder: string): Promise<OwnerLock> {
    return new OwnerLock(connection, folder, await lock(connection, folder));
  }

  async release(): Promise<void> {
    this.released = true;
    await this.client.end().catch(() => undefined);
  }

  private isReleased(): boolean {
    return this.released;
  }

  private watch(): void {
    this.client.once('end', () => {
      void this.retake();
    });
  }

  private async retake(): Promise<void> {
    while (!this.isReleased()) {
      const client = await lock(this.connection, this.folder).catch(() => null);
      if (client) {
        this.client = client;
        this.watch();
        // Released meanwhile: then nobody else would end it.
        if (this.isReleased()) await client.end().catch(() => undefined);
        return;
      }
      await sleep(RETAKE_MS, undefined, { ref: false });
    }
  }
}

async function lock(connection: ClientConfig, folder: string): Promise<pg.Client> {
  const client = new pg.Client({ ...connection, keepAlive: true });
  // Told by 'end', which follows; here it must only not be an uncaught error.
  client.on('error', () => undefined);
  try {
    await client.connect();
    for (const end = Date.now() + PATIENCE_MS; ;) {
      const { rows } = await client.query<{ held: boolean }>(
        'select pg_try_advisory_lock($1) as held',
        [KEY],
      );
      if (rows[0]?.held) return client;
      if (Date.now() > end) throw new DataDirInUseError(folder);
      await sleep(100);
    }
  } catch (error) {
    await client.end().catch(() => undefined);
    throw error;
  }
}
