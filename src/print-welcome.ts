import { ApiTokenService } from './auth/api-token.service.js';
import { UserService } from './auth/user.service.js';
import type { Settings } from './config/settings.js';
import type { RunningService } from './start-service.js';

/**
 * Says on the terminal where the service is and how to call it. Where an embedded database has no
 * user yet, it makes a first one and shows their token: here alone, never in the log.
 */
export async function printWelcome(service: RunningService, settings: Settings): Promise<void> {
  const { app, url, database } = service;
  const lines = ['', `  Custom connector service   ${url}`];
  if (settings.ROLE !== 'worker') lines.push(`  API docs                   ${url}/docs`);
  if (database.isEmbedded && (await app.get(UserService).count()) === 0) {
    const userId = await app.get(UserService).named('first-user');
    const { token } = await app.get(ApiTokenService).create(userId, 'first token');
    lines.push(
      `  Your API token             ${token}`,
      '',
      '  It is shown only now. Try it:',
      '',
      `    curl -H "Authorization: API-Token ${token}" ${url}/users/me`,
    );
  } else {
    lines.push('  A new API token            npm run token -- --user <name>');
  }
  process.stdout.write(`${lines.join('\n')}\n\n`);
}
