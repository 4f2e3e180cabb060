import { Module } from '@nestjs/common';
import { Quotas } from './quotas.js';

/** What a user has, and may have. */
@Module({ providers: [Quotas], exports: [Quotas] })
export class QuotasModule {}
