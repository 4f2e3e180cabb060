import type { PoolClient } from 'pg';
import type { DbService } from '../../db/db.service.js';
import type { Prisma } from '../../db/generated/client.js';
import { borrowConnection } from './borrow-connection.js';
import { QueryTooSlowError } from './records.errors.js';

/** What one statement may take. */
const STATEMENT_SECONDS = 10;
/** PostgreSQL's codes: https://www.postgresql.org/docs/current/errcodes-appendix.html */
const CANCELED = '57014';
const BAD_VALUE = /^(22|54)/;

/** The database could not make anything of a value of the query. */
export class BadValueError extends Error {
  override readonly name = 'BadValueError';
}

/** Gives the rows of one statement. */
export type Ask = <Row extends object>(statement: Prisma.Sql) => Promise<Row[]>;

/**
 * Lets all statements of some work see the database as it was at the first of them. Throws a
 * QueryTooSlowError where one takes longer than 10 seconds, a BadValueError where one fails by a value.
 */
export async function inOneView<T>(db: DbService, work: (ask: Ask) => Promise<T>): Promise<T> {
  return borrowConnection(db, (client) => inOneViewOf(client, work));
}

/** The same, on a connection that one has. */
export async function inOneViewOf<T>(
  client: PoolClient,
  work: (ask: Ask) => Promise<T>,
): Promise<T> {
  await client.query('begin isolation level repeatable read read only');
  try {
    await client.query(`set local statement_timeout = '${STATEMENT_SECONDS}s'`);
    return await work(async <Row extends object>({ text, values }: Prisma.Sql) => {
      const { rows } = await client.query<Row>({ text, values: [...values] });
      return rows;
    });
  } catch (error) {
    const { code = '' } = error as { code?: string };
    if (code === CANCELED) throw new QueryTooSlowError(STATEMENT_SECONDS);
    throw BAD_VALUE.test(code) ? new BadValueError(undefined, { cause: error }) : error;
  } finally {
    // A connection that is broken is taken out of the pool by itself.
    await client.query('rollback').catch(() => undefined);
  }
}
