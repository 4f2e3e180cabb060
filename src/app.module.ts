import { Module, type DynamicModule } from '@nestjs/common';
import { ApiDocsModule } from './api-docs/api-docs.module.js';
import { AuthModule } from './auth/auth.module.js';
import { CommonModule } from './common/common.module.js';
import { ConfigModule } from './config/config.module.js';
import type { Settings } from './config/settings.js';
import { CustomConnectorApiModule } from './custom-connector/custom-connector.module.js';
import type { Database } from './db/database.js';
import { DbModule } from './db/db.module.js';
import { HealthModule } from './health/health.module.js';
import { CustomConnectorBuilderModule } from './custom-connector-builder/custom-connector-builder.module.js';
import { RemoteServiceApiModule } from './remote-service/remote-service.module.js';
import { PublishApiModule, PublishWorkModule } from './snapshot/publish/publish.module.js';
import { SnapshotApiModule, SnapshotWorkModule } from './snapshot/snapshot.module.js';
import { RunRetentionModule } from './remote-service/runs/run-retention.module.js';
import { ExpiredWritesModule } from './remote-service/writes/expired-writes.module.js';

/** The whole service: the one place that knows every module. */
@Module({})
export class AppModule {
  static with(settings: Settings, database: Database): DynamicModule {
    const basis = [CommonModule, ConfigModule.with(settings), DbModule.with(database)];
    const api = [
      ...[AuthModule, CustomConnectorApiModule, RemoteServiceApiModule, SnapshotApiModule],
      ...[CustomConnectorBuilderModule, PublishApiModule, ApiDocsModule],
    ];
    const background = [
      RunRetentionModule,
      ExpiredWritesModule,
      SnapshotWorkModule,
      PublishWorkModule,
    ];
    return {
      module: AppModule,
      imports: [
        ...basis,
        ...(settings.ROLE === 'worker' ? [] : api),
        ...(settings.ROLE === 'api' ? [] : background),
        HealthModule,
      ],
    };
  }
}
