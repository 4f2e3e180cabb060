import type { ClientConfig } from 'pg';
import { Settings } from '../config/settings.js';
import { DataDir } from './data-dir.js';
import { EmbeddedPostgres } from './embedded-postgres.js';
import { migrate } from './migrate.js';

/** The database that the service works on, with its schema up to date. */
export interface Database {
  connection: ClientConfig;
  isEmbedded: boolean;
  /** Stops an embedded server that this process owns; leaves any other alone. */
  close(): Promise<void>;
}

/** Opens the database for the service, which becomes the owner of an embedded one. */
export async function openDatabase(settings: Settings): Promise<Database> {
  if (settings.DATABASE_URL) return openExternal(settings.DATABASE_URL);
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
  if (settings.DATABASE_URL) return openExternal(settings.DATABASE_URL);
  const connection = await EmbeddedPostgres.find(await DataDir.open(settings.DATA_DIR));
  if (!connection) return openDatabase(settings);
  await migrate(connection);
  return { connection, isEmbedded: true, close: () => Promise.resolve() };
}

async function openExternal(connectionString: string): Promise<Database> {
  const connection = { connectionString };
  await migrate(connection);
  return { connection, isEmbedded: false, close: () => Promise.resolve() };
}
