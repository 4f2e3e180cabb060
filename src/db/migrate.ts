import pg, { type ClientConfig } from 'pg';
import { DatabaseUnusableError, reasonOf } from './db.errors.js';
import { migrationNames, SchemaEngine } from './schema-engine.js';

/** Held while migrations are applied, so that processes that start at once take turns. */
const MIGRATION_LOCK = 0x63637332;

/**
 * Brings a database to the newest schema; gives the names of the migrations that were applied. Any
 * number of processes may do this at once: one works, the others wait for it.
 */
export async function migrate(connection: ClientConfig): Promise<string[]> {
  const client = new pg.Client(connection);
  client.on('error', () => undefined);
  try {
    await client.connect();
  } catch (error) {
    throw new DatabaseUnusableError(`The database cannot be reached: ${reasonOf(error)}`);
  }
  try {
    await client.query('select pg_advisory_lock($1)', [MIGRATION_LOCK]);
    if (await isCurrent(client)) return [];
    const engine = await SchemaEngine.connect(connection);
    try {
      return await engine.applyMigrations();
    } finally {
      await engine.close();
    }
  } catch (error) {
    throw new DatabaseUnusableError(`The migrations cannot be applied: ${reasonOf(error)}`);
  } finally {
    await client.end();
  }
}

/**
 * Whether every migration is applied and none failed, as the engine would find: to load that takes
 * longer than all else that a start does with the database.
 */
async function isCurrent(client: pg.Client): Promise<boolean> {
  const table = await client.query<{ made: boolean }>(
    "select to_regclass('public._prisma_migrations') is not null as made",
  );
  if (!table.rows[0]?.made) return false;
  const { rows } = await client.query<{ name: string; finished: boolean }>(
    'select migration_name as name, finished_at is not null as finished ' +
      'from public._prisma_migrations where rolled_back_at is null',
  );
  const applied = new Set(rows.filter(({ finished }) => finished).map(({ name }) => name));
  return (
    rows.every(({ finished }) => finished) &&
    (await migrationNames()).every((name) => applied.has(name))
  );
}
