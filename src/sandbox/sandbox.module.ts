import { availableParallelism, totalmem } from 'node:os';
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

/** Of a process that waits for a slow client, with the page and the batches that it holds. */
const PARKED_MB = 128;
/** The part of the memory that such processes may take together. */
const PARKED_PART = 4;
/** As many clients may read slowly without keeping a process from those who don't. */
const MAX_PARKED = Math.min(64, Math.max(8, Math.floor(memoryMb() / PARKED_PART / PARKED_MB)));

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

/** Of this machine, or what its container may have of it. */
function memoryMb(): number {
  const allowed = process.constrainedMemory();
  return (allowed > 0 ? Math.min(allowed, totalmem()) : totalmem()) / 1024 ** 2;
}

function openPool(): SandboxPool {
  const logger = new Logger('Sandbox');
  return new SandboxPool({
    min: 1,
    max: MAX_CHILDREN,
    maxParked: MAX_PARKED,
    log: (message, { error, ...details }) => {
      logger.warn(error === undefined ? details : { ...details, err: error }, message);
    },
  });
}
