import { Module } from '@nestjs/common';
import { RunRetention } from './run-retention.js';

/** Deletes old runs, in the processes that do background work. */
@Module({ providers: [RunRetention] })
export class RunRetentionModule {}
