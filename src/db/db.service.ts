import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { PrismaPg } from '@prisma/adapter-pg';
import type { PoolConfig } from 'pg';
import { PrismaClient } from './generated/client.js';

/** The service's one way to its database. */
@Injectable()
export class DbService extends PrismaClient implements OnApplicationShutdown {
  constructor(connection: PoolConfig) {
    super({ adapter: new PrismaPg({ max: 20, ...connection }) });
  }

  /** Resolves where the database answers. */
  async ping(): Promise<void> {
    await this.$queryRaw`select 1`;
  }

  async onApplicationShutdown(): Promise<void> {
    await this.$disconnect();
  }
}
