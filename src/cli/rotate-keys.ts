import 'reflect-metadata';
import { ApiKeyVault } from '../custom-connector/api-key-vault.js';
import { openKeyRing } from '../db/db.module.js';
import { runCommand } from './run-command.js';

await runCommand(async (db, settings) => {
  const vault = new ApiKeyVault(db, await openKeyRing(settings));
  // The same check as at start: nothing is touched where some key could not be read.
  await vault.onModuleInit();
  const count = await vault.rotate();
  return [`${count} stored ${count === 1 ? 'key' : 'keys'} encrypted anew with the newest key.`];
});
