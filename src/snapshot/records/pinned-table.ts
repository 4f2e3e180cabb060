import type { PoolClient } from 'pg';
import type { DbService } from '../../db/db.service.js';
import { borrowConnection } from './borrow-connection.js';
import { inOneViewOf, type Ask } from './read-view.js';
import type { ReadTable } from './records.service.js';

/** A table of which one copy stays, and a connection to read it on. */
export interface PinnedTable {
  table: ReadTable;
  /** Does some work that sees the database at one moment; see `inOneView`. */
  view: <T>(work: (ask: Ask) => Promise<T>) => Promise<T>;
}

/**
 * Does work on a table whose present copy is not removed until it has ended, even where a newer one
 * takes its place. What removes copies tries the same lock, exclusively, by the generation's number.
 */
export async function withPinned<T>(
  db: DbService,
  find: (ask: Ask) => Promise<ReadTable>,
  work: (pinned: PinnedTable) => Promise<T>,
): Promise<T> {
  const pin = async (client: PoolClient): Promise<T> => {
    const view = <V>(read: (ask: Ask) => Promise<V>) => inOneViewOf(client, read);
    for (;;) {
      const table = await view(find);
      const { generation } = table;
      if (generation === null) return work({ table, view });
      await client.query('select pg_advisory_lock_shared($1::bigint)', [String(generation)]);
      // It may have been superseded, and removed, before it was locked.
      const present = await view(find);
      if (present.generation === generation) return work({ table: present, view });
      await unlock(client);
    }
  };
  // A connection that is closed gives its locks back too.
  return borrowConnection(db, pin, unlock);
}

async function unlock(client: PoolClient): Promise<void> {
  await client.query('select pg_advisory_unlock_all()');
}
