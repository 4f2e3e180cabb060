import { setTimeout as sleep } from 'node:timers/promises';
import { Cluster, type EmbeddedConnection } from './cluster.js';
import type { DataDir } from './data-dir.js';
import { DataDirInUseError } from './db.errors.js';
import { OwnerLock } from './owner-lock.js';
import { isProcess } from './postmaster.js';

const STOP_MS = 60_000;
const TRIES = 3;

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
    private readonly owner: OwnerLock,
  ) {}

  /** Starts the folder's PostgreSQL, or takes over one that was left running. */
  static async start(dataDir: DataDir): Promise<EmbeddedPostgres> {
    const cluster = await Cluster.open(dataDir);
    await cluster.create();
    for (let tries = 1; ; tries += 1) {
      const connection = await cluster.run();
      try {
        const owner = await OwnerLock.take(connection, dataDir.path);
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
    await this.owner.release();
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
