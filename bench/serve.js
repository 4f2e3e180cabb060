// @ts-check
import { once } from 'node:events';

/**
 * Listens on any free port of loopback, says which to the process above, and ends with it.
 * @param {import('node:http').Server} server
 */
export async function serve(server) {
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  announce(server);
}

/**
 * Says to the process above where a server listens, and ends with that process.
 * @param {import('node:http').Server} server
 */
export function announce(server) {
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The server has no port.');
  process.stdout.write(`listening on 127.0.0.1:${address.port}\n`);
  // The pipe ends with the runner, however that comes to its end.
  process.stdin.resume().once('close', () => process.exit());
}
