import 'reflect-metadata';
import { parseArgs } from 'node:util';
import { ApiTokenService } from '../auth/api-token.service.js';
import { UserService } from '../auth/user.service.js';
import { runCommand } from './run-command.js';

const USAGE = 'Usage: npm run token -- --user <name or usr_ id>';

await runCommand(async (db) => {
  const { values } = parseArgs({ options: { user: { type: 'string' } } });
  const name = values.user?.trim();
  if (!name || name.length > 255) throw new Error(USAGE);
  const users = new UserService(db);
  const userId = name.startsWith('usr_') ? (await users.find(name))?.id : await users.named(name);
  if (userId === undefined) throw new Error(`There is no user ${name}.`);
  const { token, expiresAt } = await new ApiTokenService(db).create(userId, 'npm run token');
  return [
    `User     ${userId}`,
    `Token    ${token}`,
    `Expires  ${expiresAt.toISOString()}`,
    '',
    'It is shown only now: Authorization: API-Token <token>',
  ];
});
