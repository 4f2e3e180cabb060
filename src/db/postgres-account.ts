import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const NAME = 'postgres';

/** The account that PostgreSQL runs under where the service itself runs as root. */
export interface PostgresAccount {
  ids: { uid: number; gid: number };
}

/**
 * PostgreSQL refuses to run as root. For root this gives the system's `postgres` account, made
 * where there is none; for anybody else null: PostgreSQL runs as they do.
 */
export function postgresAccount(): PostgresAccount | null {
  if (process.getuid?.() !== 0) return null;
  const account = find();
  if (account) return account;
  // Debian and Fedora have useradd, Alpine has adduser.
  spawnSync('useradd', ['--system', '--user-group', '--no-create-home', NAME]);
  if (!find()) spawnSync('adduser', ['-S', '-D', '-H', NAME]);
  const made = find();
  if (!made) {
    throw new Error(
      `PostgreSQL does not run as root, and no account "${NAME}" could be made for it. ` +
        'Make one, run the service as another user, or set DATABASE_URL.',
    );
  }
  return made;
}

function find(): PostgresAccount | undefined {
  for (const line of readFileSync('/etc/passwd', 'utf8').split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === NAME) return { ids: { uid: Number(uid), gid: Number(gid) } };
  }
  return undefined;
}
