import type { PoolClient } from 'pg';
import type { DbService } from '../../db/db.service.js';

/**
 * Does work on one connection. One that broke meanwhile, or on which `tidy` fails, is closed and not used
 * again.
 */
export async function borrowConnection<T>(
  db: DbService,
  work: (client: PoolClient) => Promise<T>,
  tidy: (client: PoolClient) => Promise<unknown> = () => Promise.resolve(),
): Promise<T> {
  const client = await db.pool.connect();
  let isBroken = false;
  // Between two statements a connection that ends says so to nobody else, and would end the process.
  const onError = () => {
    isBroken = true;
  };
  client.on('error', onError);
  try {
    return await work(client);
  } finally {
    await tidy(client).catch(onError);
    client.removeListener('error', onError);
    client.release(isBroken);
  }
}
