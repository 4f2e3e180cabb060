import type { ClientConfig } from 'pg';
import type { Logger } from '../common/logging.js';
import { Settings } from '../config/settings.js';
import { DataDir } from './data-dir.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { migrate } from './migrate.js';
import { waitForDatabase } from './wait-for-database.js';

/** The database that the service works on, with its schema up to date. */
export interface Database {
  connection: ClientConfig;
  isEmbedded: boolean;
  /** Stops an embedded server that this process owns; leaves any other alone. */
  close(): Promise<void>;
}

/** Of a start that may have to wait for its database. */
interface Start {
  logger?: Logger;
  /** Ends the waiting, which then rejects with its reason. */
  signal?: AbortSignal | undefined;
}

/**
 * Opens the database for the service, which becomes the owner of an embedded one. An external one that
 * is not there yet is waited for, DATABASE_WAIT_SECONDS long.
 */
export async function openDatabase(settings: Settings, start: Start = {}): Promise<Database> {
  if (settings.DATABASE_URL) {
    return openExternal(settings.DATABASE_URL, settings.DATABASE_WAIT_SECONDS, start);
  }
  const server = await EmbeddedPostgres.start(await DataDir.open(settings.DATA_DIR));
  try {
    await migrate(server.connection);
  } catch (error) {
    await server.stop();
    throw error;
  }
  return {
    connection: server.connection,
    isEmbedded: true,
    close: () => server.stop(),
  };
}

/** Opens the database for a short piece of work, beside a running service or without one. */
export async function openDatabaseBeside(settings: Settings): Promise<Database> {
  if (settings.DATABASE_URL) return openExternal(settings.DATABASE_URL, 0);
  const connection = await EmbeddedPostgres.find(await DataDir.open(settings.DATA_DIR));
  if (!connection) return openDatabase(settings);
  await migrate(connection);
  return { connection, isEmbedded: true, close: () => Promise.resolve() };
}

async function openExternal(
  connectionString: string,
  seconds: number,
  start: Start = {},
): Promise<Database> {
  const connection = { connectionString };
  await waitForDatabase(connection, { seconds, ...start });
  await migrate(connection);
  return { connection, isEmbedded: false, close: () => Promise.resolve() };
}
