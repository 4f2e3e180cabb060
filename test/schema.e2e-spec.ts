import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { packageRoot } from '../src/config/package-root.js';
import { DatabaseUnusableError } from '../src/db/db.errors.js';
import { migrate } from '../src/db/migrate.js';
import { SchemaEngine } from '../src/db/schema-engine.js';
import { CatalogReadingPg } from './support/catalog-reading-pg.js';
import { createDatabase, withClient } from './support/database.js';

const NOTHING_TO_DO = '-- This is an empty migration.';

/** What processes of the version before can go on with; all else waits for a release in which nobody uses it. */
const ADDS =
  /^(create schema if not exists|create (unlogged )?table|create (unique )?index|create sequence|create (or replace )?function|create trigger|alter table \S+ add (column|constraint)|alter table \S+ set \()/i;

/** The statements of a migration, without comments and the bodies of functions. */
function statementsOf(sql: string): string[] {
  return sql
    .replace(/\$(\w*)\$[^]*?\$\1\$/g, "''")
    .replace(/--.*$/gm, '')
    .split(';')
    .map((statement) => statement.trim().replace(/\s+/g, ' '))
    .filter((statement) => statement !== '');
}

/** Why older processes would fail on it, or null. */
function breaks(statement: string): string | null {
  if (!ADDS.test(statement)) return 'does more than add';
  const required = /add column [^,]*not null/i.test(statement) && !/default/i.test(statement);
  return required ? 'adds a column that older processes do not fill' : null;
}

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

describe('the migrations', () => {
  it('only add, so that processes of the version before go on', async () => {
    const folder = join(packageRoot(), 'prisma', 'migrations');
    const names = (await readdir(folder)).filter((name) => /^\d/.test(name)).toSorted();
    const faults: string[] = [];
    for (const name of names) {
      const sql = await readFile(join(folder, name, 'migration.sql'), 'utf8');
      for (const statement of statementsOf(sql)) {
        const fault = breaks(statement);
        if (fault) faults.push(`${name}: ${statement} ${fault}`);
      }
    }
    expect(faults).toEqual([]);
  });

  it.each([
    'alter table "users" drop column "name"',
    'alter table "users" rename column "name" to "title"',
    'alter table "users" alter column "name" set not null',
    'drop index "users_name_key"',
    'alter table "users" add column "age" integer not null',
  ])('would be found out with %s', (statement) => {
    expect(statementsOf(`-- As it is.\n${statement};\n`).map(breaks)).not.toContain(null);
  });

  it('that a newer version applied do not keep this one from starting', async () => {
    const connectionString = await createDatabase('migrated');
    await withClient(connectionString, async (client) => {
      await client.query('alter table users add column nickname text');
      await client.query(
        `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at)
           values ('1', 'x', '99990101000000_newer', now(), now())`,
      );
    });
    expect(await migrate({ connectionString })).toEqual([]);
  });
});
