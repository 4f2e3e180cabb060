import { Module, type DynamicModule } from '@nestjs/common';
import { KnownFailures } from '../common/known-failures.js';
import { DataDir } from './data-dir.js';
import type { Database } from './database.js';
import { databaseProblem } from './database-problem.js';
import { DbService } from './db.service.js';
import { KeyRing } from './key-ring.js';
import { Settings } from '../config/settings.js';

/** Provides the database and the keys of what is encrypted in it. */
@Module({})
export class DbModule {
  static with(database: Database): DynamicModule {
    return {
      module: DbModule,
      global: true,
      providers: [
        {
          provide: DbService,
          useFactory: (failures: KnownFailures, { DATABASE_CONNECTIONS: max }: Settings) => {
            failures.add(databaseProblem);
            return new DbService({ max, ...database.connection });
          },
          inject: [KnownFailures, Settings],
        },
        { provide: KeyRing, useFactory: openKeyRing, inject: [Settings] },
      ],
      exports: [DbService, KeyRing],
    };
  }
}

/** The keys from the settings, else those of the data folder, made there on first use. */
export async function openKeyRing(settings: Settings): Promise<KeyRing> {
  if (settings.ENCRYPTION_KEYS) return new KeyRing(settings.ENCRYPTION_KEYS);
  const dataDir = await DataDir.open(settings.DATA_DIR);
  return new KeyRing(await dataDir.secret('encryption-keys', () => KeyRing.newKey()));
}
