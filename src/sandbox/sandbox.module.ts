import { availableParallelism } from 'node:os';
import {
  Injectable,
  Logger,
  Module,
  type OnApplicationShutdown,
  type OnModuleInit,
} from '@nestjs/common';
import { SandboxPool } from './pool/pool.js';

/** A run mostly waits for its remote, so that more of them than cores are of use. */
const MAX_CHILDREN = Math.max(4, 2 * availableParallelism());

/** Starts the pool with the service and ends its processes with it. */
@Injectable()
class SandboxLifecycle implements OnModuleInit, OnApplicationShutdown {
  constructor(private readonly pool: SandboxPool) {}

  async onModuleInit(): Promise<void> {
    await this.pool.start();
  }

  async onApplicationShutdown(): Promise<void> {
    await this.pool.close();
  }
}

/** Provides the pool of processes that run connector code. */
@Module({
  providers: [SandboxLifecycle, { provide: SandboxPool, useFactory: openPool }],
  exports: [SandboxPool],
})
export class SandboxModule {}

function openPool(): SandboxPool {
  const logger = new Logger('Sandbox');
  return new SandboxPool({
    min: 1,
    max: MAX_CHILDREN,
    log: (message, { error, ...details }) => {
      logger.warn(error === undefined ? details : { ...details, err: error }, message);
    },
  });
}
