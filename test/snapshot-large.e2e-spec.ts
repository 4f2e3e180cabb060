import { setTimeout as sleep } from 'node:timers/promises';
import type { Prisma } from '../src/db/generated/client.js';
import { pageSql, planningOf } from '../src/snapshot/records/record-page.js';
import { withClient } from './support/database.js';
import { startTestService, type Api, type TestService } from './support/service.js';
import { tableConnector, TableRemote, type Row } from './support/table-remote.js';

/** The snapshot's size; more shows more, and takes longer. */
const ROWS = Number(process.env['ROWS'] ?? 20_000);
const PAGE = ROWS / 100;
const PATIENCE_MS = 120_000;

interface CopiedRecord {
  id: string;
  fields: Row;
  edits: Row;
  state: string;
  conflicts?: string[];
}
interface Snapshot {
  id: string;
  state: string;
  tables: { tableId: string; state: string; records: number }[];
}

interface PlanNode {
  'Actual Rows': number;
  Plans?: PlanNode[];
}

/** How many records the database took in hand at most, in one place, to answer. */
function mostRows(node: PlanNode): number {
  return Math.max(node['Actual Rows'], ...(node.Plans ?? []).map(mostRows));
}

describe(`a snapshot of ${ROWS} records`, () => {
  let remote: TableRemote;
  let service: TestService;
  let user: Api & { token: string };
  let snapshot: Snapshot;

  beforeAll(async () => {
    remote = await TableRemote.open();
    service = await startTestService({ EGRESS_ALLOW: '127.0.0.1' });
    user = await service.newUser();
    await withClient(service.databaseUrl, (client) =>
      client.query('alter table snapshot_records set (autovacuum_enabled = false)'),
    );
  });
  afterAll(async () => {
    await service.stop();
    await remote.close();
  });

  async function settled(): Promise<Snapshot> {
    for (const end = Date.now() + PATIENCE_MS; Date.now() < end;) {
      await sleep(100);
      const { body } = await user.get(`/snapshots/${snapshot.id}`);
      if (!['pending', 'active'].includes((body as Snapshot).state)) return body as Snapshot;
    }
    throw new Error('The download did not end.');
  }

  async function downloaded(): Promise<Snapshot> {
    expect((await user.post(`/snapshots/${snapshot.id}/download`)).status).toBe(202);
    return settled();
  }

  /** All records of the copy by their ids, as an export gives them. */
  async function copy(): Promise<Map<string, CopiedRecord>> {
    const path = `/snapshots/${snapshot.id}/tables/items/export?format=ndjson`;
    const response = await fetch(service.url + path, {
      headers: { Authorization: `API-Token ${user.token}` },
    });
    const lines = (await response.text()).trimEnd().split('\n');
    const records = lines.map((line) => JSON.parse(line) as CopiedRecord);
    return new Map(records.map((record) => [record.id, record]));
  }

  /** What the connector's mapping makes of the remote's rows. */
  function source(): Map<string, Row> {
    const rows = remote.tables.get('items') ?? new Map<string, Row>();
    return new Map([...rows].map(([id, { id: _id, ...fields }]) => [id, fields]));
  }

  function fieldsOf(records: Map<string, CopiedRecord>): Map<string, Row> {
    return new Map([...records].map(([id, { fields }]) => [id, fields]));
  }

  it('equals its source, record for record', async () => {
    const rows = Array.from({ length: ROWS }, (_, n) => ({
      id: `item-${n}`,
      title: `Item ${n}, «${n % 7}»`,
      price: (n * 7_919) % 10_000,
      extra: { tags: [`t${n % 5}`], n },
    }));
    remote.fill('items', rows);
    const connector = await user.post(
      '/custom-connectors',
      tableConnector(remote.url, ['items'], PAGE),
    );
    const { id: connectorId } = connector.body as { id: string };
    snapshot = (await user.post('/snapshots', { connectorId })).body as Snapshot;
    expect(await settled()).toMatchObject({
      state: 'completed',
      tables: [{ state: 'completed', records: ROWS }],
    });
    const records = await copy();
    expect(records.size).toBe(ROWS);
    expect(fieldsOf(records)).toEqual(source());
    expect(new Set([...records.values()].map(({ state }) => state))).toEqual(new Set(['clean']));
  }, 180_000);

  it('gives some of its records without going through all, though the planner knows nothing of it', async () => {
    const plans = await withClient(service.databaseUrl, async (client) => {
      // As in a table of a million records, where even few of those are worth a sort.
      await client.query(
        `update pg_class set reltuples = 1000000, relpages = pg_relation_size(oid) / 8192
         where oid = 'snapshot_records'::regclass`,
      );
      const { rows } = await client.query<{ userId: string; tableId: string; generation: string }>(
        `select user_id as "userId", table_id as "tableId", generation::text as generation
         from snapshot_tables where snapshot_id = $1`,
        [snapshot.id],
      );
      const [table] = rows;
      if (!table) throw new Error('The snapshot has no table.');
      const source = { ...table, snapshotId: snapshot.id, generation: BigInt(table.generation) };
      const list = { state: null, conditions: [], sort: null };
      const found: number[] = [];
      for (const after of [null, { id: 'item-5' }]) {
        const ask = ({ text, values }: Prisma.Sql, before = '') =>
          client.query<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>(before + text, [...values]);
        await client.query('begin');
        await ask(planningOf(list));
        const page = pageSql(source, list, { after, limit: 10 });
        const explained = await ask(page, 'explain (analyze, format json) ');
        await client.query('rollback');
        const plan = explained.rows[0]?.['QUERY PLAN'][0].Plan;
        if (plan) found.push(mostRows(plan));
      }
      return found;
    });
    expect(plans).toEqual([11, 11]);
  });

  it('takes over 1,000 changes, 500 new and 500 removed records, and keeps 100 edits', async () => {
    // Edited here: 0 to 89 alone, 90 to 99 at the remote as well; there changed: 90 to 1,089.
    const ops = Array.from({ length: 100 }, (_, n) => ({
      ...{ op: 'update', id: `item-${n}`, fields: { title: `Mine ${n}` } },
    }));
    const path = `/snapshots/${snapshot.id}/tables/items/records`;
    expect((await user.post(`${path}/bulk`, { ops })).status).toBe(200);
    const items = remote.table('items');
    for (let n = 90; n < 1_090; n += 1) {
      const row = items.get(`item-${n}`);
      if (row) row['title'] = `Theirs ${n}`;
    }
    for (let n = 2_000; n < 2_500; n += 1) items.delete(`item-${n}`);
    for (let n = 0; n < 500; n += 1) {
      items.set(`new-${n}`, { id: `new-${n}`, title: `New ${n}`, price: n, extra: null });
    }

    expect(await downloaded()).toMatchObject({
      state: 'completed',
      tables: [{ state: 'completed', records: ROWS }],
    });
    const records = await copy();
    const expected = source();
    expect(fieldsOf(records)).toEqual(expected);
    const edited = [...records.values()].filter(({ state }) => state === 'updated');
    expect(new Map(edited.map(({ id, edits }) => [id, edits]))).toEqual(
      new Map(ops.map(({ id, fields }) => [id, fields])),
    );
    const collided = edited.filter(({ conflicts }) => conflicts?.includes('title'));
    expect(collided.map(({ id }) => id).sort()).toEqual(
      Array.from({ length: 10 }, (_, n) => `item-${90 + n}`),
    );
    for (const { id, fields, edits } of collided) {
      const n = id.replace('item-', '');
      expect([fields['title'], edits['title']]).toEqual([`Theirs ${n}`, `Mine ${n}`]);
    }
    const gone = await user.get(`${path}?state=gone&limit=1000&count=true`);
    const { records: missing, count } = gone.body as { records: CopiedRecord[]; count: number };
    expect(count).toBe(500);
    expect(new Set(missing.map(({ id }) => id))).toEqual(
      new Set(Array.from({ length: 500 }, (_, n) => `item-${2_000 + n}`)),
    );
  }, 180_000);

  it('stays as it is where the source breaks off at page 57', async () => {
    const before = await copy();
    remote.treat = ({ method, id }, page) =>
      method === 'GET' && id === null && page >= 57 ? { status: 400 } : undefined;
    const items = remote.table('items');
    for (const row of items.values()) row['price'] = -1;
    expect(await downloaded()).toMatchObject({
      state: 'incomplete',
      tables: [{ state: 'incomplete', records: ROWS }],
    });
    expect(await copy()).toEqual(before);
    const gone = await user.get(
      `/snapshots/${snapshot.id}/tables/items/records?state=gone&limit=1&count=true`,
    );
    expect((gone.body as { count: number }).count).toBe(500);
  }, 180_000);
});
