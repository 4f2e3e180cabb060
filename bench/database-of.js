// @ts-check
import { parseSettings } from '../dist/config/settings.js';
import { openDatabaseBeside } from '../dist/db/database.js';

/** How to connect to the database of a service that runs. @param {string} dataDir */
export async function openBeside(dataDir) {
  const { connection } = await openDatabaseBeside(parseSettings({ DATA_DIR: dataDir }));
  return connection;
}
