import { DatabaseUnusableError } from '../src/db/db.errors.js';
import { migrate } from '../src/db/migrate.js';
import { SchemaEngine } from '../src/db/schema-engine.js';
import { CatalogReadingPg } from './support/catalog-reading-pg.js';
import { createDatabase, withClient } from './support/database.js';

const NOTHING_TO_DO = '-- This is an empty migration.';

/** What a maintainer would have to put into a new folder of prisma/migrations. */
async function missingSql(url: string): Promise<string> {
  const engine = await SchemaEngine.connect(
    { connectionString: url },
    (pool) => new CatalogReadingPg(pool),
  );
  try {
    return (await engine.scriptToSchema('database')).trim();
  } finally {
    await engine.close();
  }
}

describe('prisma/schema.prisma', () => {
  it('describes what the migrations make', async () => {
    const sql = await missingSql(await createDatabase('migrated'));
    if (sql === NOTHING_TO_DO) return;
    throw new Error(
      'The migrations do not make what prisma/schema.prisma describes. What is missing, for ' +
        `prisma/migrations/<YYYYMMDDhhmmss>_<name>/migration.sql:\n\n${sql}\n`,
    );
  });

  it('is told apart from a database that differs', async () => {
    const url = await createDatabase('migrated');
    await withClient(url, (client) => client.query('alter table users drop column name'));
    expect(await missingSql(url)).toContain('ALTER TABLE "users" ADD COLUMN     "name" TEXT');
  });
});

describe('a database', () => {
  it('gets each migration once', async () => {
    const connectionString = await createDatabase('empty');
    const applied = await migrate({ connectionString });
    expect(applied.length).toBeGreaterThan(0);
    expect(await migrate({ connectionString })).toEqual([]);
  });

  it('is refused where a migration broke off', async () => {
    const connectionString = await createDatabase('migrated');
    await withClient(connectionString, (client) =>
      client.query('update _prisma_migrations set finished_at = null'),
    );
    await expect(migrate({ connectionString })).rejects.toBeInstanceOf(DatabaseUnusableError);
  });
});
