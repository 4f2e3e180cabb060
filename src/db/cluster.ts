import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chown, mkdtemp, open, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg, { type ClientConfig } from 'pg';
import type { DataDir } from './data-dir.js';
import { DatabaseStartError } from './db.errors.js';
import { postgresAccount, type PostgresAccount } from './postgres-account.js';
import { findPostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { isProcess, readPostmaster, removeStalePidFile } from './postmaster.js';

const USER = 'custom_connector_service';
const START_MS = 60_000;
/** A socket's path is at most 104 bytes on macOS and 108 on Linux, `.s.PGSQL.5432` included. */
const LONGEST_SOCKET_FOLDER = 85;
const SOCKET_FOLDER = 'ccs-socket-';
/** A server that was killed may leave processes that end a moment later; until then none starts. */
const TRIES = 6;
const RETRY_MS = 500;

/** How to connect to an embedded server, through its socket. */
export interface EmbeddedConnection extends ClientConfig {
  host: string;
  user: string;
  password: string;
  database: string;
}

/** The files of one cluster, and the steps to a server that runs on them. */
export class Cluster {
  private constructor(
    private readonly folder: string,
    private readonly password: string,
    private readonly account: PostgresAccount | null,
    private readonly binaries: PostgresBinaries,
  ) {}

  static async open(dataDir: DataDir): Promise<Cluster> {
    const account = postgresAccount();
    const folder = await dataDir.clusterFolder(account);
    const password = await dataDir.secret('postgres-password', () =>
      randomBytes(24).toString('base64url'),
    );
    const binaries = await findPostgresBinaries(account, dataDir.programsFolder(account));
    return new Cluster(folder, password, account, binaries);
  }

  private get data(): string {
    return join(this.folder, 'data');
  }

  private exists(): boolean {
    return existsSync(join(this.data, 'PG_VERSION'));
  }

  /** Makes the cluster where there is none, whole or not at all. */
  async create(): Promise<void> {
    if (this.exists()) return;
    const partial = join(this.folder, `new-${process.pid}-${randomBytes(6).toString('hex')}`);
    const passwordFile = `${partial}.password`;
    await writeFile(passwordFile, this.password, { mode: 0o600 });
    if (this.account) await chown(passwordFile, this.account.ids.uid, this.account.ids.gid);
    const { status, stderr } = spawnSync(
      this.binaries.initdb,
      [
        ...['-D', partial, '-U', USER, '--pwfile', passwordFile, '--auth=scram-sha-256'],
        ...['--encoding=UTF8', '--locale-provider=builtin', '--locale=C.UTF-8'],
        '--no-instructions',
      ],
      { ...this.account?.ids, cwd: '/', env: { LC_ALL: 'C' }, encoding: 'utf8' },
    );
    await rm(passwordFile);
    if (status !== 0) throw new DatabaseStartError(`initdb failed: ${stderr.trim()}`);
    try {
      await rename(partial, this.data);
    } catch (error) {
      // Another start was faster; its cluster serves both, and then one of the two is refused.
      await rm(partial, { recursive: true, force: true });
      if (!this.exists()) throw error;
    }
  }

  /** Gives a connection to the running server, starting it where it does not run. */
  async run(): Promise<EmbeddedConnection> {
    const stale = await removeStalePidFile(this.data);
    if (stale?.socketFolder) await this.removeSocketFolder(stale.socketFolder);
    let socketFolder: string | undefined;
    let server: ChildProcess | undefined;
    let tries = 0;
    for (const end = Date.now() + START_MS; Date.now() < end;) {
      const connection = await this.findRunning();
      if (connection) {
        // Where another start was faster, what serves is at its socket.
        if (socketFolder && socketFolder !== connection.host) {
          await this.removeSocketFolder(socketFolder);
        }
        return connection;
      }
      // A pid file is of a server that is about to take connections, another start's perhaps, or of
      // one that stops.
      const runs = (server && !hasEnded(server)) || existsSync(join(this.data, 'postmaster.pid'));
      if (!runs) {
        if (tries === TRIES) break;
        if (tries > 0) await sleep(RETRY_MS);
        socketFolder ??= await this.socketFolder();
        server = await this.spawn(socketFolder);
        tries += 1;
      }
      await sleep(50);
    }
    if (socketFolder) await this.removeSocketFolder(socketFolder);
    throw new DatabaseStartError(`PostgreSQL did not start: ${await this.lastLogLines()}`);
  }

  /** The connection to the server of this cluster, once it takes connections. */
  async findRunning(): Promise<EmbeddedConnection | null> {
    const postmaster = await readPostmaster(this.data);
    if (!postmaster?.socketFolder) return null;
    const connection = {
      host: postmaster.socketFolder,
      port: 5432,
      user: USER,
      password: this.password,
      database: 'postgres',
    };
    const client = new pg.Client(connection);
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return connection;
    } catch {
      await client.end().catch(() => undefined);
      return null;
    }
  }

  async postmaster(): Promise<{ pid: number }> {
    const postmaster = await readPostmaster(this.data);
    if (!postmaster) throw new DatabaseStartError('PostgreSQL stopped as soon as it had started.');
    return postmaster;
  }

  /** Removes what a start that was killed left half made. Only for the owner of the folder. */
  async removeLeftovers(): Promise<void> {
    const leftovers = (await readdir(this.folder)).filter((name) => {
      const maker = /^new-(\d+)-/.exec(name)?.[1];
      return maker !== undefined && !isProcess(Number(maker));
    });
    // An initdb may have outlived its maker and write still; a later start removes what stays.
    await Promise.allSettled(
      leftovers.map((name) => rm(join(this.folder, name), { recursive: true, force: true })),
    );
  }

  /** Removes the folder of a socket that could not lie in the cluster's own. */
  async removeSocketFolder(folder: string): Promise<void> {
    if (basename(folder).startsWith(SOCKET_FOLDER)) {
      await rm(folder, { recursive: true, force: true });
    }
  }

  private async spawn(socketFolder: string): Promise<ChildProcess> {
    const log = await open(join(this.folder, 'postgres.log'), 'a', 0o600);
    try {
      // Its own process group: a Ctrl-C in the terminal is for the service, which stops it in order.
      const server = spawn(
        this.binaries.postgres,
        [
          ...['-D', this.data, '-k', socketFolder, '-h', ''],
          ...['-c', 'unix_socket_permissions=0700', '-c', 'log_timezone=UTC', '-c', 'timezone=UTC'],
        ],
        {
          ...this.account?.ids,
          cwd: '/',
          env: { LC_ALL: 'C' },
          detached: true,
          stdio: ['ignore', log.fd, log.fd],
        },
      );
      server.on('error', () => undefined);
      server.unref();
      return server;
    } finally {
      await log.close();
    }
  }

  private async socketFolder(): Promise<string> {
    // A comma separates folders in this setting, and quotes would have to be escaped.
    const usable = /^[\w/.@+-]+$/.test(this.folder);
    if (usable && Buffer.byteLength(this.folder) <= LONGEST_SOCKET_FOLDER) return this.folder;
    const folder = await mkdtemp(join(tmpdir(), SOCKET_FOLDER));
    if (this.account) await chown(folder, this.account.ids.uid, this.account.ids.gid);
    return folder;
  }

  private async lastLogLines(): Promise<string> {
    const log = await readFile(join(this.folder, 'postgres.log'), 'utf8').catch(() => '');
    return log.trim().split('\n').slice(-5).join(' | ');
  }
}

function hasEnded(server: ChildProcess): boolean {
  return server.pid === undefined || server.exitCode !== null || server.signalCode !== null;
}
