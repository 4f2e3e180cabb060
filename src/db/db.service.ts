import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool, type PoolConfig } from 'pg';
import { DatabaseBusyError } from './db.errors.js';
import { Prisma, PrismaClient } from './generated/client.js';
import { SilenceWatch } from './silence-watch.js';

/**
 * How long a connection may take, or be waited for where all are in use: below what clients and proxies
 * commonly wait for an answer, and above what a burst of work takes to pass.
 */
const CONNECT_MS = 10_000;
/** Behind the longest that a transaction takes here: who held its locks is gone from the network. */
const IDLE_IN_TRANSACTION_MS = 45_000;
/** After which a connection that is idle is asked whether its other end is still there. */
const KEEP_ALIVE_MS = 10_000;

/** How long a transaction may wait for a connection, and then how long it may take. */
const TRANSACTION_MS = 30_000;
/** Prisma's code for a transaction that could not begin, or not end, in its time. */
const OUT_OF_TIME = 'P2028';

/** The service's one way to its database. */
@Injectable()
export class DbService extends PrismaClient implements OnApplicationShutdown {
  /** The same connections, for statements with much text: Prisma takes several times as long. */
  readonly pool: Pool;
  private readonly silence: SilenceWatch;
  private readonly lastWork: (() => Promise<void>)[] = [];

  constructor(connection: PoolConfig) {
    const pool = new Pool({
      ...{ connectionTimeoutMillis: CONNECT_MS },
      ...{ keepAlive: true, keepAliveInitialDelayMillis: KEEP_ALIVE_MS },
      idle_in_transaction_session_timeout: IDLE_IN_TRANSACTION_MS,
      ...connection,
    });
    super({ adapter: new PrismaPg(pool) });
    this.pool = pool;
    this.silence = new SilenceWatch(pool, connection);
    // Of an idle connection: whoever needs one next gets another.
    pool.on('error', () => undefined);
    // Of one in use, between two statements: else it would end the process. Its next statement fails.
    pool.on('connect', (client) => client.on('error', () => undefined));
  }

  /** Resolves where the database answers. */
  async ping(): Promise<void> {
    await this.$queryRaw`select 1`;
  }

  /**
   * Does work in one transaction, all of it or nothing. A DatabaseBusyError where it does not get
   * its turn in time, or does not end in time.
   */
  async transaction<T>(
    work: (tx: Prisma.TransactionClient) => Promise<T>,
    patienceMs = TRANSACTION_MS,
  ): Promise<T> {
    try {
      return await this.$transaction(work, { maxWait: patienceMs, timeout: patienceMs });
    } catch (error) {
      const known = error instanceof Prisma.PrismaClientKnownRequestError;
      throw known && error.code === OUT_OF_TIME ? new DatabaseBusyError(error) : error;
    }
  }

  /** Has work done once everything else of the service has ended, while the database still answers. */
  beforeClose(work: () => Promise<void>): void {
    this.lastWork.push(work);
  }

  async onApplicationShutdown(): Promise<void> {
    // As a global module's, this hook is called behind those of all others.
    await Promise.allSettled(this.lastWork.map((work) => work()));
    await this.close();
  }

  /** Ends all connections. Without it a process lives on until the idle ones have had their time. */
  async close(): Promise<void> {
    this.silence.stop();
    await this.$disconnect();
    await this.pool.end();
  }
}
