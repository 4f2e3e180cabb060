import { withClient } from './support/database.js';
import { startTestService, type Answer, type Api, type TestService } from './support/service.js';
import { downloadAgain, downloaded, type SnapshotState } from './support/snapshots.js';
import { tableConnector, TableRemote, type Row } from './support/table-remote.js';

const rows = (count: number): Row[] =>
  Array.from({ length: count }, (_, index) => ({ id: `r${index}`, title: `Row ${index}` }));

const idOf = ({ body }: Answer) => (body as { id: string }).id;
const statuses = (answers: Answer[]) => answers.map(({ status }) => status).sort();

describe('quotas', () => {
  let service: TestService;
  let remote: TableRemote;
  beforeAll(async () => {
    remote = await TableRemote.open();
    service = await startTestService({
      EGRESS_ALLOW: remote.remote.host,
      MAX_CONNECTORS_PER_USER: '3',
      MAX_SNAPSHOTS_PER_USER: '2',
      MAX_COPIED_RECORDS_PER_USER: '1000',
      JOBS_PER_USER: '4',
    });
  });
  afterAll(async () => {
    await service.stop();
    await remote.close();
  });

  const connectorOf = async (user: Api, tables: string[]) =>
    idOf(await user.post('/custom-connectors', tableConnector(remote.url, tables)));
  const tablesOf = async (user: Api, id: string) => {
    const { body } = await user.get(`/snapshots/${id}`);
    return (
      body as { tables: { state: string; records: number; error: { code: string } | null }[] }
    ).tables;
  };
  const idsIn = async (user: Api, id: string) => {
    const { body } = await user.get(`/snapshots/${id}/tables/t/records?limit=1000`);
    return (body as { records: { id: string; state: string }[] }).records;
  };

  it('let a user have so many connectors, also of many made at once', async () => {
    const user = await service.newUser();
    const other = await service.newUser();
    const made = await Promise.all(
      Array.from({ length: 12 }, (_, index) =>
        user.post('/custom-connectors', { name: `c${index}` }),
      ),
    );
    expect(statuses(made)).toEqual([201, 201, 201, ...Array<number>(9).fill(403)]);
    const refused = made.find(({ status }) => status === 403);
    expect(refused?.body).toMatchObject({ code: 'quota.connectors', limit: 3, used: 3 });
    expect((await other.post('/custom-connectors', { name: 'mine' })).status).toBe(201);

    const one = made.find(({ status }) => status === 201) as Answer;
    const path = `/custom-connectors/${idOf(one)}`;
    expect((await user.put(path, { name: 'renamed' })).status).toBe(200);
    expect((await user.post(`${path}/versions/1/restore`)).status).toBe(200);
    await user.delete(path);
    expect((await user.post('/custom-connectors', { name: 'again' })).status).toBe(201);
  });

  it('let a user have so many snapshots, also of many made at once', async () => {
    const user = await service.newUser();
    remote.fill('t', rows(3));
    const connectors = [await connectorOf(user, ['t']), await connectorOf(user, ['t'])];
    const made = await Promise.all(
      Array.from({ length: 8 }, (_, index) =>
        user.post('/snapshots', { connectorId: connectors[index % 2] }),
      ),
    );
    expect(statuses(made)).toEqual([202, 202, ...Array<number>(6).fill(403)]);
    const refused = made.find(({ status }) => status === 403);
    expect(refused?.body).toMatchObject({ code: 'quota.snapshots', limit: 2, used: 2 });
    const ids = made.filter(({ status }) => status === 202).map(idOf);
    for (const id of ids) await downloaded(user, id);
    expect((await user.get('/users/me')).body).toMatchObject({
      id: user.userId,
      usage: { connectors: 2, snapshots: 2, copiedRecords: 6 },
      limits: { connectors: 3, snapshots: 2, copiedRecords: 1000 },
    });
    await user.delete(`/snapshots/${ids[0]}`);
    const again = await user.post('/snapshots', { connectorId: connectors[0] });
    expect(again.status).toBe(202);
  });

  it('end a download that would copy too many records, and keep the old copy whole', async () => {
    const user = await service.newUser();
    remote.fill('t', rows(600));
    const connectorId = await connectorOf(user, ['t']);
    const id = idOf(await user.post('/snapshots', { connectorId }));
    expect((await downloaded(user, id)).state).toBe('completed');

    remote.fill('t', rows(2000).slice(100));
    const after = await downloadAgain(user, id);
    expect(after).toMatchObject({ state: 'incomplete' });
    const [table] = await tablesOf(user, id);
    expect(table).toMatchObject({
      ...{ state: 'incomplete', records: 600 },
      error: { code: 'quota.copied_records', status: 403, limit: 1000, used: 600 },
    });
    const records = await idsIn(user, id);
    expect(records).toHaveLength(600);
    expect(new Set(records.map(({ state }) => state))).toEqual(new Set(['clean']));

    // As soon as there is room again, all goes on.
    remote.fill('t', rows(1000));
    expect(await downloadAgain(user, id)).toMatchObject({ state: 'completed' });
    expect(await tablesOf(user, id)).toMatchObject([{ records: 1000, error: null }]);
  });

  it('leave of a first download what there was room for', async () => {
    const user = await service.newUser();
    remote.fill('t', rows(5000));
    const connectorId = await connectorOf(user, ['t']);
    const id = idOf(await user.post('/snapshots', { connectorId }));
    expect((await downloaded(user, id)).state).toBe('incomplete');
    const [table] = await tablesOf(user, id);
    expect(table?.error).toMatchObject({ code: 'quota.copied_records', used: 0 });
    expect(table?.records).toBeGreaterThan(500);
    expect(table?.records).toBeLessThanOrEqual(1000);
    expect(await idsIn(user, id)).toHaveLength(table?.records ?? 0);
  });

  it('hold for all snapshots together, also for downloads that end at once', async () => {
    const user = await service.newUser();
    remote.fill('t', rows(700));
    const connectorId = await connectorOf(user, ['t']);
    const made = await Promise.all([1, 2].map(() => user.post('/snapshots', { connectorId })));
    const states: SnapshotState[] = [];
    for (const { body } of made) states.push(await downloaded(user, (body as SnapshotState).id));
    expect(states.map(({ state }) => state)).toContain('completed');
    const { body } = await user.get('/users/me');
    const { usage } = body as { usage: { copiedRecords: number } };
    expect(usage.copiedRecords).toBeGreaterThanOrEqual(700);
    expect(usage.copiedRecords).toBeLessThanOrEqual(1000);
    // What was refused is swept, and so counts for nothing on the disk either.
    const left = await withClient(service.databaseUrl, (client) =>
      client.query<{ staged: number }>(
        `select count(*)::int as staged from snapshot_tables where user_id = $1 and staging is not null`,
        [user.userId],
      ),
    );
    expect(left.rows).toEqual([{ staged: 0 }]);
  });

  it('don’t keep a table from becoming smaller where a user has too much already', async () => {
    const user = await service.newUser();
    remote.fill('t', rows(900));
    const connectorId = await connectorOf(user, ['t']);
    const id = idOf(await user.post('/snapshots', { connectorId }));
    await downloaded(user, id);
    await withClient(service.databaseUrl, (client) =>
      client.query('update snapshot_tables set records = 5000 where user_id = $1', [user.userId]),
    );
    remote.fill('t', rows(800));
    expect(await downloadAgain(user, id)).toMatchObject({ state: 'completed' });
  });
});

describe('without quotas', () => {
  it('a user sees what there is, and that nothing limits it', async () => {
    const service = await startTestService();
    try {
      const user = await service.newUser();
      await user.post('/custom-connectors', { name: 'one' });
      expect((await user.get('/users/me')).body).toMatchObject({
        usage: { connectors: 1, snapshots: 0, copiedRecords: 0 },
        limits: { connectors: null, snapshots: null, copiedRecords: null },
      });
    } finally {
      await service.stop();
    }
  });
});
