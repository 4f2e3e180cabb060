import { readEnvironment } from '../config/read-environment.js';
import { parseSettings, type Settings } from '../config/settings.js';
import { openDatabaseBeside } from '../db/database.js';
import { DbService } from '../db/db.service.js';

/**
 * Runs a command on the service's database, beside a running service or without one, and prints
 * what it gives. A failure is one line on stderr and exit code 1.
 */
export async function runCommand(
  command: (db: DbService, settings: Settings) => Promise<string[]>,
): Promise<void> {
  try {
    const settings = parseSettings(readEnvironment());
    const database = await openDatabaseBeside(settings);
    const db = new DbService(database.connection);
    try {
      const lines = await command(db, settings);
      process.stdout.write(`${lines.join('\n')}\n`);
    } finally {
      await db.close();
      await database.close();
    }
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
