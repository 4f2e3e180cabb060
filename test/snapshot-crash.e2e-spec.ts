import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase, withClient } from './support/database.js';
import { CREATES, DELETES, Person, UPDATES, type Change } from './support/person.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { TableRemote, type RemoteCall } from './support/table-remote.js';

/** How often a worker is killed; more show more, and take longer. */
const KILLS = Number(process.env['KILLS'] ?? 2);
const PATIENCE_MS = 120_000 + KILLS * 10_000;
const ROWS = 1_500;

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
        const work = { url: remote.url, table, patienceMs: PATIENCE_MS };
        people.push(await Person.begin(apis, token, work));
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
