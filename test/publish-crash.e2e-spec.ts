import { randomBytes } from 'node:crypto';
import { createDatabase } from './support/database.js';
import { until } from './support/process-tree.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { stageEdits, type StagedEdit } from './support/staged.js';
import { tableConnector, TableRemote } from './support/table-remote.js';

interface Publication {
  state: string;
  changes: { id: string; op: string; outcome: string; createdId?: string }[];
}

/** Changes of each kind. */
const COUNT = 30;

describe('a publication whose service was killed', () => {
  let bench: Bench;
  let remote: TableRemote;
  let service: ServiceProcess;
  let token: string;
  let settings: Record<string, string> & { DATABASE_URL: string };

  beforeAll(async () => {
    bench = await Bench.open();
    remote = await TableRemote.open();
    settings = {
      DATABASE_URL: await createDatabase(),
      ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
      ...{ EGRESS_ALLOW: '127.0.0.1', JOB_LEASE_SECONDS: '4' },
    };
    const made = await bench.command('token', ['--user', 'me'], settings);
    token = /ccs_[0-9A-Za-z]+/.exec(made.stdout)?.[0] ?? '';
    service = await bench.start(settings).ready();
  }, 120_000);
  afterAll(async () => {
    await bench.end();
    await remote.close();
  });

  const send = async (method: string, path: string, body?: object): Promise<unknown> => {
    const init = body === undefined ? { method } : { method, body: JSON.stringify(body) };
    const answer = await service.request(path, { ...init, token });
    return answer.status === 202 && path.endsWith('resume') ? null : answer.json();
  };

  /** A snapshot of a table of the remote, with as many updates, deletions and creations staged. */
  async function staged(name: string, creations: number): Promise<string> {
    remote.fill(
      name,
      Array.from({ length: 2 * COUNT }, (_, n) => ({
        id: String(n),
        title: `Item ${n}`,
        price: 1,
      })),
    );
    const connector = tableConnector(remote.url, [name]);
    const { id: connectorId } = (await send('POST', '/custom-connectors', connector)) as {
      id: string;
    };
    const { id } = (await send('POST', '/snapshots', { connectorId })) as { id: string };
    await until(async () => {
      const { state } = (await send('GET', `/snapshots/${id}`)) as { state: string };
      return state === 'completed';
    }, 30_000);
    await stageEdits(settings.DATABASE_URL, id, [
      ...Array.from({ length: creations }, (_, n): StagedEdit => ({
        ...{ tableId: name, op: 'create', fields: { title: `New ${n}` } },
      })),
      ...Array.from({ length: COUNT }, (_, n): StagedEdit => ({
        ...{ tableId: name, op: 'update', id: String(n), fields: { price: 2 }, base: { price: 1 } },
      })),
      ...Array.from({ length: COUNT }, (_, n): StagedEdit => ({
        ...{ tableId: name, op: 'delete', id: String(COUNT + n) },
        base: { title: `Item ${COUNT + n}`, price: 1 },
      })),
    ]);
    return `/snapshots/${id}`;
  }

  /** Publishes; kills the service once calls of a kind are held, half of them carried out; starts another. */
  async function killed(path: string, method: string, after: number): Promise<Publication> {
    let release: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => (release = resolve));
    let came = 0;
    let held = 0;
    remote.treat = (call) => {
      if (call.method !== method || ++came <= after) return undefined;
      held += 1;
      // Some are carried out and not answered, others not carried out before the end.
      return held % 2 === 0 ? { lingers: wait } : { wait, unlessGone: true };
    };
    const { id } = (await send('POST', `${path}/publish`, {})) as { id: string };
    await until(() => held >= 2, 60_000);
    bench.below(service);
    await service.stop('SIGKILL');
    release();
    remote.treat = () => undefined;
    service = await bench.start(settings).ready();
    const read = async () => (await send('GET', `${path}/publications/${id}`)) as Publication;
    await until(async () => !['pending', 'active'].includes((await read()).state), 60_000);
    return read();
  }

  it('goes on with updates and deletions elsewhere, each done once as far as anybody sees', async () => {
    const path = await staged('first', 0);
    const publication = await killed(path, 'PATCH', 7);
    expect(publication.state).toBe('completed');
    expect(new Set(publication.changes.map(({ outcome }) => outcome))).toEqual(new Set(['done']));
    const rows = remote.table('first');
    expect([...rows.values()].map(({ price }) => price)).toEqual(Array(COUNT).fill(2));
    const done = remote.calls.filter(({ status }) => status === 200).map(({ id }) => id);
    expect(done).toHaveLength(2 * COUNT);
    expect(new Set(done).size).toBe(2 * COUNT);
  }, 120_000);

  it('repeats no creation: what was under way waits for the person', async () => {
    const path = await staged('second', COUNT);
    const publication = await killed(path, 'POST', 9);
    expect(publication.state).toBe('stopped');
    const of = (outcome: string) =>
      publication.changes.filter((change) => change.outcome === outcome);
    const unknown = of('unknown');
    expect(unknown.map(({ op }) => op)).toEqual(unknown.map(() => 'create'));
    expect([unknown.length >= 1, unknown.length <= 4]).toEqual([true, true]);
    expect(of('done')).toHaveLength(3 * COUNT - unknown.length);
    const titles = [...remote.table('second').values()].map(({ title }) => String(title));
    const made = titles.filter((title) => title.startsWith('New'));
    expect(new Set(made).size).toBe(made.length);
    const known = of('done').flatMap(({ createdId }) => createdId ?? []);
    for (const id of known) expect(remote.table('second').has(id)).toBe(true);
    expect(made.length).toBeGreaterThan(known.length);
  }, 120_000);
});
