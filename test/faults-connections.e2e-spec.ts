import { setTimeout as sleep } from 'node:timers/promises';
import { DbService } from '../src/db/db.service.js';
import { createDatabase, withClient } from './support/database.js';

describe('a connection that the server ends', () => {
  it('while it is borrowed and nothing is asked on it, ends no process and is not used again', async () => {
    const connectionString = await createDatabase();
    const db = new DbService({ connectionString });
    try {
      const client = await db.pool.connect();
      await client.query('select 1');
      await withClient(connectionString, (other) =>
        other.query(
          `select pg_terminate_backend(pid) from pg_stat_activity
           where pid <> pg_backend_pid() and datname = current_database()`,
        ),
      );
      // An error that nobody listens for would end this process here.
      await sleep(200);
      await expect(client.query('select 1')).rejects.toThrow(/not queryable|terminat/);
      client.release();
      await db.ping();
    } finally {
      await db.onApplicationShutdown();
    }
  });
});
