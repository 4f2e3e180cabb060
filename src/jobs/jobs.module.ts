import { Module } from '@nestjs/common';
import { JobQueue } from './job-queue.js';
import { JobStore } from './job-store.js';
import { JobWorker } from './job-worker.js';

/** Takes work for the background. */
@Module({ providers: [JobQueue], exports: [JobQueue] })
export class JobsModule {}

/** Does it. */
@Module({ imports: [JobsModule], providers: [JobStore, JobWorker], exports: [JobWorker] })
export class JobWorkerModule {}
