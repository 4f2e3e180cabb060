import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import { Pool, type PoolConfig } from 'pg';
import { DatabaseBusyError } from './db.errors.js';
import { Prisma, PrismaClient } from './generated/client.js';

/** How long a transaction may wait for a connection, and then how long it may take. */
const TRANSACTION_MS = 30_000;
/** Prisma's code for a transaction that could not begin, or not end, in its time. */
const OUT_OF_TIME = 'P2028';

/** The service's one way to its database. */
@Injectable()
export class DbService extends PrismaClient implements OnApplicationShutdown {
  /** The same connections, for statements with much text: Prisma takes several times as long. */
  readonly pool: Pool;
  private readonly lastWork: (() => Promise<void>)[] = [];

  constructor(connection: PoolConfig) {
    const pool = new Pool(connection);
    super({ adapter: new PrismaPg(pool) });
    this.pool = pool;
    // Of an idle connection: whoever needs one next gets another.
    pool.on('error', () => undefined);
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
    await this.$disconnect();
    await this.pool.end();
  }
}
