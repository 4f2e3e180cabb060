// Starts one embedded PostgreSQL for all e2e specs, the same that the service itself would start,
// and makes a migrated database in it that each spec copies.
import { chmod, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import process from 'node:process';
import pg from 'pg';
import { DataDir } from '../../dist/db/data-dir.js';
import { EmbeddedPostgres } from '../../dist/db/embedded-postgres.js';
import { migrate } from '../../dist/db/migrate.js';

export default async function setUp() {
  const folder = await mkdtemp(join(tmpdir(), 'ccs-test-'));
  // As root the cluster belongs to another account, which has to pass through here.
  await chmod(folder, 0o711);
  const server = await EmbeddedPostgres.start(await DataDir.open(folder));
  const client = new pg.Client(server.connection);
  await client.connect();
  await client.query('create database template_service');
  await client.end();
  await migrate({ ...server.connection, database: 'template_service' });
  const { host, user, password } = server.connection;
  process.env.TEST_DATABASE_SERVER = JSON.stringify({ host, user, password });
  Object.assign(globalThis, { testDatabase: { server, folder } });
}
