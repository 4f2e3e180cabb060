import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, withClient } from './support/database.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { tableConnector, TableRemote, type RemoteCall, type Row } from './support/table-remote.js';

/** How often a worker is killed; more show more, and take longer. */
const KILLS = Number(process.env['KILLS'] ?? 2);
const PATIENCE_MS = 120_000 + KILLS * 10_000;
const ROWS = 1_500;
const CREATES = 30;
const UPDATES = 60;
const DELETES = 30;

interface Change {
  changeId: string;
  id: string;
  op: 'create' | 'update' | 'delete';
  outcome: string;
  fields: Record<string, { mine?: unknown }>;
  sentAt: string | null;
  answeredAt: string | null;
}
interface Publication {
  state: string;
  changes: Change[];
}

/** One snapshot, and who works on it by turns through the two API processes. */
class Person {
  private turns = 0;
  private constructor(
    private readonly apis: ServiceProcess[],
    private readonly token: string,
    readonly table: string,
    private snapshotId: string,
  ) {}

  static async begin(
    apis: ServiceProcess[],
    token: string,
    url: string,
    table: string,
  ): Promise<Person> {
    const person = new Person(apis, token, table, '');
    const definition = tableConnector(url, [table]);
    const connector = await person.ask<{ id: string }>('/custom-connectors', definition);
    const body = { connectorId: connector.id };
    person.snapshotId = (await person.ask<{ id: string }>('/snapshots', body)).id;
    return person;
  }

  get path(): string {
    return `/snapshots/${this.snapshotId}`;
  }

  /** A GET, or a POST of the body; by the two processes in turn. */
  async ask<T>(path: string, body?: object): Promise<T> {
    const api = this.apis[this.turns++ % this.apis.length] as ServiceProcess;
    const method = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const response = await api.request(path, { token: this.token, ...method });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text || 'null') as T;
  }

  async ended<T extends { state: string }>(path: string): Promise<T> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
      const found = await this.ask<T>(path);
      if (!['pending', 'active'].includes(found.state)) return found;
      await sleep(100);
    }
    throw new Error(`${path} did not end.`);
  }

  async copy(): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>();
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const page: { records: { id: string; fields: Row }[]; nextCursor?: string } = await this.ask(
        `${this.path}/tables/${this.table}/records?limit=1000${cursor && `&cursor=${cursor}`}`,
      );
      for (const { id, fields } of page.records) rows.set(id, { id, ...fields });
      cursor = page.nextCursor;
    }
    return rows;
  }

  /** Stages what no other round and nobody else stages. */
  async stage(round: number, ids: string[]): Promise<void> {
    const name = `${this.table} ${round}`;
    const updated = ids.slice(0, UPDATES);
    const deleted = ids.slice(UPDATES, UPDATES + DELETES);
    await this.ask(`${this.path}/tables/${this.table}/records/bulk`, {
      ops: [
        ...Array.from({ length: CREATES }, (_, n) => ({
          op: 'create',
          fields: { title: `${name} new ${n}`, price: n },
        })),
        ...updated.map((id) => ({ op: 'update', id, fields: { title: `${name} of ${id}` } })),
        ...deleted.map((id) => ({ op: 'delete', id })),
      ],
    });
  }

  /** Publishes; what nobody knows the outcome of is looked up at the remote, as a person would. */
  async publish(calls: RemoteCall[]): Promise<Publication> {
    const { id } = await this.ask<{ id: string }>(`${this.path}/publish`, {});
    const path = `${this.path}/publications/${id}`;
    for (;;) {
      const publication = await this.ended<Publication>(path);
      const open = publication.changes.filter(({ outcome }) => outcome === 'unknown');
      for (const { changeId, fields } of open) {
        const title = fields['title']?.mine;
        const made = calls.find(({ body, status }) => status === 201 && body?.['title'] === title);
        await this.ask(`${path}/resolve`, {
          changeId,
          ...(made ? { outcome: 'done', id: made.answerId } : { outcome: 'retry' }),
        });
      }
      const after = await this.ask<Publication>(path);
      if (after.state === 'completed') return after;
      await this.ask(`${path}/resume`, {});
    }
  }

  async downloaded(): Promise<void> {
    const { state } = await this.ended(this.path);
    expect(state).toBe('completed');
  }

  async download(): Promise<void> {
    await this.ask(`${this.path}/download`, {});
    await this.downloaded();
  }
}

describe('snapshots on two API and two worker processes', () => {
  let bench: Bench;
  let remote: TableRemote;
  let settings: Record<string, string>;
  const workers: ServiceProcess[] = [];

  beforeAll(async () => {
    bench = await Bench.open();
    remote = await TableRemote.open();
    settings = {
      DATABASE_URL: await createDatabase(),
      ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
      EGRESS_ALLOW: '127.0.0.1',
      JOB_LEASE_SECONDS: '2',
    };
  });
  afterAll(async () => {
    await bench.end();
    await remote.close();
  });

  it(
    `loses, doubles and invents nothing while workers are killed ${KILLS} times`,
    async () => {
      remote.treat = ({ method }) => ({ wait: sleep(method === 'GET' ? 5 : 20) });
      const tables = ['north', 'south'];
      for (const table of tables) {
        remote.fill(
          table,
          Array.from({ length: ROWS }, (_, n) => ({
            id: `${table}-${n}`,
            title: `${n}`,
            price: n,
          })),
        );
      }
      const start = (ROLE: string) => bench.start({ ...settings, ROLE }).ready();
      const [north, south, ...both] = await Promise.all(
        ['api', 'api', 'worker', 'worker'].map(start),
      );
      const apis = [north, south] as ServiceProcess[];
      workers.push(...both);
      const people: Person[] = [];
      for (const table of tables) {
        const { stdout } = await bench.command('token', ['--user', table], settings);
        const token = /^Token +(\S+)/m.exec(stdout)?.[1] ?? '';
        people.push(await Person.begin(apis, token, remote.url, table));
      }

      let kills = 0;
      const working = { still: true };
      const killing = (async () => {
        for (; working.still && kills < KILLS; kills += 1) {
          await sleep(200 + Math.random() * 1_500);
          const [victim] = workers.splice(Math.floor(Math.random() * workers.length), 1);
          await victim?.stop('SIGKILL');
          workers.push(await start('worker'));
        }
      })();

      let rounds = 0;
      const staged = new Map<string, Change[]>();
      await Promise.all(people.map((person) => person.downloaded()));
      while (kills < KILLS || rounds === 0) {
        rounds += 1;
        await Promise.all(
          people.map(async (person) => {
            const before = await person.copy();
            expect(before).toEqual(remote.tables.get(person.table));
            await person.stage(rounds, [...before.keys()].slice(0, UPDATES + DELETES));
            const { changes } = await person.publish(remote.calls);
            staged.set(person.table, [...(staged.get(person.table) ?? []), ...changes]);
            await person.download();
            expect(await person.copy()).toEqual(remote.tables.get(person.table));
          }),
        );
      }
      working.still = false;
      await killing;

      expect(kills).toBe(KILLS);
      for (const person of people) {
        const changes = staged.get(person.table) ?? [];
        expect(changes).toHaveLength(rounds * (CREATES + UPDATES + DELETES));
        expect(changes.filter(({ outcome }) => outcome !== 'done')).toEqual([]);
        expect(changes.filter(({ sentAt }) => sentAt === null)).toEqual([]);
        // Every remote call that was carried out is one of the journal's, and the other way round.
        const calls = remote.calls.filter(({ table }) => table === person.table).map(signOfCall);
        expect(calls.toSorted()).toEqual(changes.map(signOfChange).toSorted());
        expect(remote.tables.get(person.table)?.size).toBe(ROWS + rounds * (CREATES - DELETES));
      }
      const left = await withClient(settings['DATABASE_URL'] ?? '', (client) =>
        client.query('select * from jobs'),
      );
      expect(left.rows).toEqual([]);
    },
    2 * PATIENCE_MS,
  );
});

function signOfCall({ method, id, body, status }: RemoteCall): string {
  const what = method === 'POST' ? body?.['title'] : id;
  return `${method} ${String(what)} ${status}`;
}

function signOfChange({ op, id, fields }: Change): string {
  if (op === 'create') return `POST ${String(fields['title']?.mine)} 201`;
  return `${op === 'update' ? 'PATCH' : 'DELETE'} ${id} 200`;
}
