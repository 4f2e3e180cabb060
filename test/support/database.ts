import { randomBytes } from 'node:crypto';
import pg from 'pg';

interface Server {
  host: string;
  user: string;
  password: string;
}

function server(): Server {
  return JSON.parse(process.env['TEST_DATABASE_SERVER'] ?? '{}') as Server;
}

/** The URL of a database on the test server. */
export function databaseUrl(name: string): string {
  const { host, user, password } = server();
  return `postgresql://${user}:${password}@localhost/${name}?host=${encodeURIComponent(host)}`;
}

/** Makes a database, empty or with the service's schema; gives its URL. */
export async function createDatabase(kind: 'empty' | 'migrated' = 'migrated'): Promise<string> {
  const name = `test_${randomBytes(6).toString('hex')}`;
  const template = kind === 'migrated' ? ' template template_service' : '';
  await withClient(databaseUrl('postgres'), async (client) => {
    // Only one session may copy a template at a time.
    await client.query('select pg_advisory_lock(1)');
    await client.query(`create database ${name}${template}`);
  });
  return databaseUrl(name);
}

export async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>) {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

/** Makes an empty database and the role that owns it, which may do nothing else; gives its URL. */
export async function createOwnedDatabase(role: string, password: string): Promise<string> {
  const owner = `${role}_${randomBytes(6).toString('hex')}`;
  const url = new URL(databaseUrl(owner));
  [url.username, url.password] = [owner, password];
  await withClient(databaseUrl('postgres'), async (client) => {
    await client.query(`create role ${owner} login password '${password}'`);
    await client.query(`create database ${owner} owner ${owner}`);
  });
  return url.href;
}
