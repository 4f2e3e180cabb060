import 'reflect-metadata';
import { parseArgs } from 'node:util';

const USAGE = 'Usage: npm run token -- --user <name or usr_ id>';

const name = givenName();

// Only now: a mistaken call is told so at once.
const { ApiTokenService } = await import('../auth/api-token.service.js');
const { RecentCallers } = await import('../auth/recent-callers.js');
const { UserService } = await import('../auth/user.service.js');
const { runCommand } = await import('./run-command.js');
await runCommand(async (db) => {
  const recent = new RecentCallers();
  const users = new UserService(db, recent);
  const userId = name.startsWith('usr_') ? (await users.find(name))?.id : await users.named(name);
  if (userId === undefined) throw new Error(`There is no user ${name}.`);
  const { token, expiresAt } = await new ApiTokenService(db, recent).create(
    userId,
    'npm run token',
  );
  return [
    `User     ${userId}`,
    `Token    ${token}`,
    `Expires  ${expiresAt.toISOString()}`,
    '',
    'It is shown only now: Authorization: API-Token <token>',
  ];
});

/** The name on the command line; ends the process, before anything is started, where it is none. */
function givenName(): string {
  try {
    const { values } = parseArgs({ options: { user: { type: 'string' } } });
    const given = values.user?.trim() ?? '';
    if (given !== '' && given.length <= 255) return given;
  } catch {
    // An option or an argument that there is not.
  }
  process.stderr.write(`${USAGE}\n`);
  process.exit(1);
}
