// Starts one embedded PostgreSQL for all e2e specs, the same that the service itself would start,
// and makes a migrated database in it that each spec copies. What it was before is kept as a data
// folder that services can begin with.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
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
  const dataDir = await DataDir.open(join(folder, 'data'));
  const first = await EmbeddedPostgres.start(dataDir);
  await migrate(first.connection);
  await first.stop();
  // A cluster that had to lie elsewhere is not in the folder.
  if (!existsSync(join(dataDir.path, 'location'))) {
    process.env.TEST_DATA_DIR = join(folder, 'prepared');
    copy(dataDir.path, process.env.TEST_DATA_DIR);
  }
  const server = await EmbeddedPostgres.start(dataDir);
  const client = new pg.Client(server.connection);
  await client.connect();
  await client.query('create database template_service');
  await client.end();
  await migrate({ ...server.connection, database: 'template_service' });
  const { host, user, password } = server.connection;
  process.env.TEST_DATABASE_SERVER = JSON.stringify({ host, user, password });
  Object.assign(globalThis, { testDatabase: { server, folder } });
}

/** Each file keeps its owner, which `cp` of Node does not see to. */
function copy(from, to) {
  const { status, stderr } = spawnSync('cp', ['-Rp', from, to], { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
}
