import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type ClientConfig } from 'pg';
import { Cluster, type EmbeddedConnection } from './cluster.js';
import type { DataDir } from './data-dir.js';
import { DataDirInUseError } from './db.errors.js';
import { isProcess } from './postmaster.js';

const STOP_MS = 60_000;
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
    /** Whether this start made the cluster. */
    readonly isNew: boolean,
    private readonly pid: number,
    private readonly owner: pg.Client,
  ) {}

  /** Starts the folder's PostgreSQL, or takes over one that was left running. */
  static async start(dataDir: DataDir): Promise<EmbeddedPostgres> {
    const cluster = await Cluster.open(dataDir);
    const isNew = await cluster.create();
    const connection = await cluster.run();
    const owner = await takeOwnership(connection, dataDir.path);
    await cluster.removeLeftovers();
    const { pid } = await cluster.postmaster();
    return new EmbeddedPostgres(connection, isNew, pid, owner);
  }

  /** The connection to the folder's PostgreSQL where one runs; for work beside a service. */
  static async find(dataDir: DataDir): Promise<EmbeddedConnection | null> {
    const cluster = await Cluster.open(dataDir);
    return cluster.findRunning();
  }

  /** Stops PostgreSQL and waits until it is gone; all that was committed is on disk then. */
  async stop(): Promise<void> {
    await this.owner.end().catch(() => undefined);
    for (const signal of ['SIGINT', 'SIGQUIT'] as const) {
      if (!isProcess(this.pid)) return;
      process.kill(this.pid, signal);
      for (const end = Date.now() + STOP_MS; Date.now() < end;) {
        if (!isProcess(this.pid)) return;
        await sleep(20);
      }
    }
  }
}

/** Takes the folder for this process, by a lock in its database that ends with the connection. */
async function takeOwnership(connection: ClientConfig, folder: string): Promise<pg.Client> {
  const owner = new pg.Client({ ...connection, keepAlive: true });
  // Its end is noticed where the database is used; here it must only not be an uncaught error.
  owner.on('error', () => undefined);
  await owner.connect();
  for (const end = Date.now() + LOCK_MS; ;) {
    const { rows } = await owner.query<{ held: boolean }>(
      'select pg_try_advisory_lock($1) as held',
      [OWNER_LOCK],
    );
    if (rows[0]?.held) return owner;
    if (Date.now() > end) {
      await owner.end();
      throw new DataDirInUseError(folder);
    }
    await sleep(100);
  }
}
