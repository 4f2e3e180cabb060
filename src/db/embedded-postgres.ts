import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type ClientConfig } from 'pg';
import { Cluster, type EmbeddedConnection } from './cluster.js';
import type { DataDir } from './data-dir.js';
import { DataDirInUseError } from './db.errors.js';
import { isProcess } from './postmaster.js';

const STOP_MS = 60_000;
const TRIES = 3;
/** The connection that a killed service held is gone within moments of its death. */
const LOCK_MS = 3000;
/** Held by the one service that runs on the folder, for as long as it runs. */
const OWNER_LOCK = 0x63637331;

/**
 * A PostgreSQL of the service's own. It listens on a socket that only this account can reach, and
 * asks for a password made on first start. It outlives a service that is killed; the next start
 * takes it over, and only a start on a folder whose service is alive is refused.
 */
export class EmbeddedPostgres {
  private constructor(
    readonly connection: EmbeddedConnection,
    private readonly cluster: Cluster,
    private readonly pid: number,
    private readonly owner: pg.Client,
  ) {}

  /** Starts the folder's PostgreSQL, or takes over one that was left running. */
  static async start(dataDir: DataDir): Promise<EmbeddedPostgres> {
    const cluster = await Cluster.open(dataDir);
    await cluster.create();
    for (let tries = 1; ; tries += 1) {
      const connection = await cluster.run();
      try {
        const owner = await takeOwnership(connection, dataDir.path);
        await cluster.removeLeftovers();
        const { pid } = await cluster.postmaster();
        return new EmbeddedPostgres(connection, cluster, pid, owner);
      } catch (error) {
        // Else the server was that of a service that is just ending; the next one is this start's.
        if (error instanceof DataDirInUseError || tries === TRIES) throw error;
      }
    }
  }

  /** The connection to the folder's PostgreSQL where one runs; for work beside a service. */
  static async find(dataDir: DataDir): Promise<EmbeddedConnection | null> {
    const cluster = await Cluster.open(dataDir);
    return cluster.findRunning();
  }

  /** Stops PostgreSQL and waits until it is gone; all that was committed is on disk then. */
  async stop(): Promise<void> {
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      if (await this.hasEndedBy(signal)) break;
    }
    // Only now, so that no other start takes over a server that is about to end.
    await this.owner.end().catch(() => undefined);
    await this.cluster.removeSocketFolder(this.connection.host);
  }

  private async hasEndedBy(signal: NodeJS.Signals): Promise<boolean> {
    if (isProcess(this.pid)) process.kill(this.pid, signal);
    for (const end = Date.now() + STOP_MS; Date.now() < end;) {
      if (!isProcess(this.pid)) return true;
      await sleep(20);
    }
    return false;
  }
}

/** Takes the folder for this process, by a lock in its database that ends with the connection. */
async function takeOwnership(connection: ClientConfig, folder: string): Promise<pg.Client> {
  const owner = new pg.Client({ ...connection, keepAlive: true });
  // Its end is noticed where the database is used; here it must only not be an uncaught error.
  owner.on('error', () => undefined);
  try {
    await owner.connect();
    for (const end = Date.now() + LOCK_MS; ;) {
      const { rows } = await owner.query<{ held: boolean }>(
        'select pg_try_advisory_lock($1) as held',
        [OWNER_LOCK],
      );
      if (rows[0]?.held) return owner;
      if (Date.now() > end) throw new DataDirInUseError(folder);
      await sleep(100);
    }
  } catch (error) {
    await owner.end().catch(() => undefined);
    throw error;
  }
}
