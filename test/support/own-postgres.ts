import pg from 'pg';
import { Cluster, type EmbeddedConnection } from '../../src/db/cluster.js';
import { DataDir } from '../../src/db/data-dir.js';
import { isProcess } from '../../src/db/postmaster.js';
import type { Bench } from './process.js';
import { until } from './process-tree.js';

/** How PostgreSQL can be told to stop: https://www.postgresql.org/docs/current/server-shutdown.html */
const SIGNALS = { fast: 'SIGINT', immediate: 'SIGQUIT' } as const;

/** A PostgreSQL of a spec's own, which it may stop and start as it likes. */
export class OwnPostgres {
  private constructor(
    private readonly cluster: Cluster,
    private connection: EmbeddedConnection,
  ) {}

  static async start(bench: Bench): Promise<OwnPostgres> {
    const cluster = await Cluster.open(await DataDir.open(bench.preparedDataDir('postgres')));
    await cluster.create();
    return new OwnPostgres(cluster, await cluster.run());
  }

  get socketFolder(): string {
    return this.connection.host;
  }

  /** Its URL: at its socket, or through a proxy. */
  url(port?: number): string {
    const { user, password, database, host } = this.connection;
    const at = `postgresql://${user}:${password}`;
    return port === undefined
      ? `${at}@localhost/${database}?host=${encodeURIComponent(host)}`
      : `${at}@127.0.0.1:${port}/${database}`;
  }

  async stop(mode: keyof typeof SIGNALS = 'fast'): Promise<void> {
    const { pid } = await this.cluster.postmaster();
    process.kill(pid, SIGNALS[mode]);
    await until(() => !isProcess(pid), 20_000);
  }

  async start(): Promise<void> {
    this.connection = await this.cluster.run();
  }

  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    // Whatever the database was told to be for others.
    const options = '-c statement_timeout=0 -c default_transaction_read_only=off';
    const client = new pg.Client({ ...this.connection, options });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return (await client.query<Row>(text, values)).rows;
    } finally {
      await client.end();
    }
  }

  /** Ends every other connection to it, one after the other. */
  async terminateAll(): Promise<number> {
    const ended = await this.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where pid <> pg_backend_pid() and backend_type = 'client backend'`,
    );
    return ended.length;
  }

  /** Takes connections until there are no more; gives what ends them again. */
  async exhaust(): Promise<() => Promise<void>> {
    const taken: pg.Client[] = [];
    for (;;) {
      const client = new pg.Client(this.connection);
      client.on('error', () => undefined);
      try {
        await client.connect();
        taken.push(client);
      } catch {
        return async () => {
          await Promise.all(taken.map((one) => one.end()));
        };
      }
    }
  }
}
