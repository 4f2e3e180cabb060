import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { joinId } from '../src/common/entity-id.js';
import { Remote } from './support/remote.js';
import { startTestService, type Api, type TestService } from './support/service.js';
import { tableConnector, TableRemote, type Row } from './support/table-remote.js';

interface Table {
  tableId: string;
  name: string;
  state: string;
  records: number;
  whole: boolean;
  summary: { complete: boolean; warnings: { code: string; detail: string }[] } | null;
  progress: Record<string, number | string | undefined> | null;
  error: { code: string } | null;
}

interface Snapshot {
  id: string;
  state: string;
  error: { code: string } | null;
  tables: Table[];
}

const ENCRYPTION_KEYS = randomBytes(32).toString('base64');
const TABLES = [
  ...['jobs', 'snapshots', 'snapshot_tables', 'snapshot_generations', 'snapshot_records'],
  ...[
    'snapshot_edits',
    'snapshot_publications',
    'snapshot_publication_changes',
    'snapshot_remains',
  ],
];

describe('snapshots', () => {
  let remote: TableRemote;
  let service: TestService;
  let db: pg.Client;
  let user: Api & { userId: string };

  beforeAll(async () => {
    remote = await TableRemote.open();
    service = await startTestService({ EGRESS_ALLOW: '127.0.0.1', ENCRYPTION_KEYS });
    db = new pg.Client({ connectionString: service.databaseUrl });
    await db.connect();
    user = await service.newUser();
  });
  afterEach(() => {
    remote.treat = () => undefined;
  });
  afterAll(async () => {
    await db.end();
    await service.stop();
    await remote.close();
  });

  function items(count: number, title = 'Item'): Row[] {
    return Array.from({ length: count }, (_, n) => ({
      id: String(n).padStart(4, '0'),
      title: `${title} ${n}`,
      price: n / 4,
    }));
  }

  async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
    for (const end = Date.now() + 25_000; Date.now() < end;) {
      if (await holds()) return;
      await sleep(100);
    }
    throw new Error(`It never came to this: ${what}`);
  }

  async function show(id: string): Promise<Snapshot> {
    return (await user.get(`/snapshots/${id}`)).body as Snapshot;
  }

  async function settled(id: string): Promise<Snapshot> {
    let snapshot = await show(id);
    await until('the download has ended', async () => {
      snapshot = await show(id);
      return !['pending', 'active'].includes(snapshot.state);
    });
    return snapshot;
  }

  async function connect(definition: object): Promise<string> {
    const { status, body } = await user.post('/custom-connectors', definition);
    expect(status).toBe(201);
    return (body as { id: string }).id;
  }

  async function make(connectorId: string, tables?: string[]): Promise<string> {
    const made = await user.post('/snapshots', { connectorId, ...(tables ? { tables } : {}) });
    expect(made.status).toBe(202);
    return (made.body as Snapshot).id;
  }

  async function again(id: string): Promise<Snapshot> {
    const { status, body } = await user.post(`/snapshots/${id}/download`);
    expect([status, (body as Snapshot).state]).toEqual([202, 'pending']);
    return settled(id);
  }

  /** The copy of a table, in the order of its ids. */
  async function copyOf(id: string, tableId: string) {
    const { rows } = await db.query<{ id: string; fields: Row; text: string; gone: boolean }>(
      `select r.id, r.fields, r.fields::text as text, r.gone
       from snapshot_tables t join snapshot_records r using (user_id, generation)
       where t.snapshot_id = $1 and t.table_id = $2 order by r.id`,
      [id, tableId],
    );
    return rows;
  }

  async function goneOf(id: string, tableId: string): Promise<string[]> {
    return (await copyOf(id, tableId)).filter(({ gone }) => gone).map((record) => record.id);
  }

  async function countOf(table: string): Promise<number> {
    const { rows } = await db.query<{ count: number }>(
      `select count(*)::int as count from ${table}`,
    );
    return rows[0]?.count ?? -1;
  }

  /** A gate before a page of the remote: closed until it is opened. */
  function holdPage(table: string, page: number) {
    let open!: () => void;
    const wait = new Promise<void>((resolve) => {
      open = resolve;
    });
    let reached = false;
    remote.treat = (call, asked) => {
      if (call.table !== table || asked !== page) return undefined;
      reached = true;
      return { wait };
    };
    return { open, reached: () => Promise.resolve(reached) };
  }

  /** The remote refuses a page, in a way that is not tried again. */
  function breakAt(table: string, page: number): void {
    remote.treat = (call, asked) =>
      call.table === table && asked === page ? { status: 400 } : undefined;
  }

  it('copies the tables of a connector, also where one of them fails', async () => {
    remote.fill('items', items(250));
    remote.fill('none', []);
    breakAt('broken', 1);
    const id = await make(await connect(tableConnector(remote.url, ['items', 'broken', 'none'])));
    const snapshot = await settled(id);
    expect(snapshot).toMatchObject({
      state: 'incomplete',
      error: null,
      tables: [
        {
          tableId: 'items',
          name: 'ITEMS',
          state: 'completed',
          records: 250,
          whole: true,
          error: null,
        },
        {
          ...{ tableId: 'broken', state: 'failed', records: 0, whole: false, summary: null },
          error: { code: 'connector.run_failed', remoteStatus: 400 },
        },
        { tableId: 'none', state: 'completed', records: 0, whole: true },
      ],
    });
    expect(snapshot.tables[0]?.summary).toMatchObject({ complete: true, records: 250, pages: 3 });
    expect(snapshot.tables[0]?.progress).toMatchObject({ records: 250, pages: 3, percent: 100 });
    const copy = await copyOf(id, 'items');
    expect(copy).toHaveLength(250);
    expect(copy[7]).toMatchObject({ id: '0007', fields: { title: 'Item 7', price: 1.75 } });
  });

  it('marks as gone what a complete read lacks, until it comes again', async () => {
    remote.fill('items', items(120));
    const id = await make(await connect(tableConnector(remote.url, ['items'])));
    await settled(id);
    remote.fill('items', [...items(118, 'New'), { id: 'a', title: 'Added' }]);
    const second = await again(id);
    expect(second).toMatchObject({ state: 'completed', tables: [{ records: 119, whole: true }] });
    expect(await goneOf(id, 'items')).toEqual(['0118', '0119']);
    const copy = await copyOf(id, 'items');
    expect(copy.map((record) => record.fields['title'])).toEqual([
      ...items(118, 'New').map(({ title }) => title),
      ...['Item 118', 'Item 119', 'Added'],
    ]);
    remote.fill('items', items(119, 'Newer'));
    await again(id);
    expect(await goneOf(id, 'items')).toEqual(['0119', 'a']);
  });

  it('keeps a whole copy where a later read breaks off, and tells why', async () => {
    remote.fill('items', items(250));
    const id = await make(await connect(tableConnector(remote.url, ['items'])));
    await settled(id);
    remote.fill('items', items(220, 'New'));
    breakAt('items', 2);
    expect(await again(id)).toMatchObject({
      state: 'incomplete',
      tables: [
        {
          ...{ state: 'incomplete', records: 250, whole: true, summary: null },
          ...{ error: { code: 'connector.run_failed' }, progress: { records: 100, total: 220 } },
        },
      ],
    });
    const copy = await copyOf(id, 'items');
    expect(copy.map((record) => record.fields['title'])).toEqual(
      items(250).map((row) => row['title']),
    );
    breakAt('items', 1);
    expect((await again(id)).tables[0]).toMatchObject({
      state: 'failed',
      records: 250,
      whole: true,
    });
    expect((await show(id)).state).toBe('failed');
    expect(await goneOf(id, 'items')).toEqual([]);
  });

  it('refreshes a copy that is not whole by a read that is not complete, and loses nothing', async () => {
    remote.fill('items', items(250));
    breakAt('items', 3);
    const id = await make(await connect(tableConnector(remote.url, ['items'])));
    expect((await settled(id)).tables[0]).toMatchObject({
      ...{ state: 'incomplete', records: 200, whole: false },
    });
    remote.fill('items', items(250, 'New'));
    breakAt('items', 2);
    expect((await again(id)).tables[0]).toMatchObject({
      ...{ state: 'incomplete', records: 200, whole: false },
    });
    const titles = (await copyOf(id, 'items')).map((record) => record.fields['title']);
    expect(titles[99]).toBe('New 99');
    expect(titles[100]).toBe('Item 100');
    remote.treat = () => undefined;
    remote.fill('items', items(150, 'Newer'));
    expect((await again(id)).tables[0]).toMatchObject({
      state: 'completed',
      records: 150,
      whole: true,
    });
    expect(await goneOf(id, 'items')).toHaveLength(50);
  });

  it('does not take an end for a complete read where the remote tells of more', async () => {
    remote.fill('items', items(120));
    const connectorId = await connect({
      ...tableConnector(remote.url, ['items']),
      pollRecords: `async function pollRecords() {
        return (await fetch('${remote.url}/items')).json();
      }`,
    });
    const id = await make(connectorId);
    const [table] = (await settled(id)).tables;
    expect(table).toMatchObject({ state: 'incomplete', records: 100, whole: false, error: null });
    expect(table?.summary).toMatchObject({ complete: false, warnings: [{ code: 'read.total' }] });
  });

  it('copies the tables that are named, and those that are newly listed where none are', async () => {
    remote.fill('names', [{ id: 'one' }, { id: 'two' }]);
    for (const name of ['one', 'two', 'three']) remote.fill(name, items(3));
    const connectorId = await connect({
      ...tableConnector(remote.url, ['one']),
      listTables: `async function listTables() {
        const { items } = await (await fetch('${remote.url}/names')).json();
        return items.map(({ id }) => ({ id: [id], displayName: id }));
      }`,
    });
    const missing = { code: 'connector.table_not_found' };
    const named = await settled(await make(connectorId, ['two', 'nowhere']));
    expect(named.state).toBe('incomplete');
    expect(named.tables.map(({ tableId, state }) => [tableId, state])).toEqual([
      ['two', 'completed'],
      ['nowhere', 'failed'],
    ]);
    expect(named.tables[1]?.error).toMatchObject(missing);
    const all = await make(connectorId);
    expect((await settled(all)).tables.map(({ tableId }) => tableId)).toEqual(['one', 'two']);
    remote.fill('names', [{ id: 'three' }, { id: 'two' }]);
    const second = await again(all);
    expect(second.tables.find(({ tableId }) => tableId === 'one')).toMatchObject({
      ...{ state: 'failed', records: 3, whole: true, error: missing },
    });
    expect(second.tables.find(({ tableId }) => tableId === 'three')).toMatchObject({
      ...{ state: 'completed', records: 3 },
    });
    expect(await copyOf(all, 'one')).toHaveLength(3);
  });

  it('fails as a whole where the tables can’t be listed, and goes on with names where there is no list', async () => {
    remote.fill('items', items(3));
    const { listTables: _list, tables: _tables, ...bare } = tableConnector(remote.url, ['items']);
    const connectorId = await connect(bare);
    const unlisted = await settled(await make(connectorId));
    expect(unlisted).toMatchObject({
      ...{ state: 'failed', error: { code: 'connector.function_missing' }, tables: [] },
    });
    expect(await settled(await make(connectorId, ['items']))).toMatchObject({
      ...{ state: 'completed', tables: [{ tableId: 'items', name: 'items', records: 3 }] },
    });
    const failing = await connect({
      ...bare,
      listTables: `async function listTables() { throw new Error('not today'); }`,
    });
    expect(await settled(await make(failing, ['items']))).toMatchObject({
      state: 'failed',
      error: { code: 'connector.run_failed' },
      tables: [{ state: 'failed', error: { code: 'connector.run_failed' } }],
    });
  });

  it('keeps digits, and tells of what the database can’t hold', async () => {
    const long = 'x'.repeat(2_001);
    const number = '123456789012345678901234567890.123456789012345678901234567890';
    const rows = [
      `{"id":"a","title":"nul \\u0000, lone \\ud800, pair \\ud83d\\ude00, not \\\\u0000","price":${number}}`,
      `{"id":"b\\u0000","title":"b","extra":{"n":[${number}]}}`,
      `{"id":"c","title":"c","extra":{"deep\\u0000":"\\udc00"}}`,
    ];
    const plain = await Remote.start((request, response) => {
      const more = request.url === '/long' ? [`{"id":"${long}","title":"l"}`] : [];
      response.setHeader('Content-Type', 'application/json');
      response.end(`{"items":[${[...rows, ...more].join(',')}]}`);
    });
    try {
      const connectorId = await connect({
        ...tableConnector(plain.url, ['texts', 'long']),
        pollRecords: `async function pollRecords(apiKey, [table]) {
          return (await fetch('${plain.url}/' + table)).json();
        }`,
      });
      const id = await make(connectorId);
      const [texts, ids] = (await settled(id)).tables;
      expect(texts).toMatchObject({ state: 'completed', records: 3, whole: true });
      expect(texts?.summary).toMatchObject({
        complete: true,
        warnings: [{ code: 'snapshot.text' }],
      });
      expect(texts?.summary?.warnings[0]?.detail).toMatch(/^5 characters/);
      const copy = await copyOf(id, 'texts');
      expect(copy.map((record) => record.id)).toEqual(['a', 'b\ufffd', 'c']);
      expect(copy[0]?.fields['title']).toBe('nul \ufffd, lone \ufffd, pair \u{1f600}, not \\u0000');
      expect(copy[0]?.text).toContain(number);
      expect(copy[1]?.text).toContain(number);
      expect(copy[2]?.fields['extra']).toEqual({ 'deep\ufffd': '\ufffd' });
      expect(ids).toMatchObject({ state: 'incomplete', records: 3, whole: false });
      expect(ids?.summary?.complete).toBe(false);
      expect(ids?.summary?.warnings.map(({ code }) => code)).toEqual([
        ...['snapshot.id_too_long', 'snapshot.text'],
      ]);
    } finally {
      await plain.stop();
    }
  });

  it('refuses a second download at once, and shows others nothing', async () => {
    remote.fill('items', items(150));
    const held = holdPage('items', 2);
    const id = await make(await connect(tableConnector(remote.url, ['items'])));
    expect(await user.post(`/snapshots/${id}/download`)).toMatchObject({
      ...{ status: 409, body: { code: 'snapshot.busy' } },
    });
    const other = await service.newUser();
    for (const path of ['', '/events']) {
      expect((await other.get(`/snapshots/${id}${path}`)).status).toBe(404);
    }
    expect((await other.post(`/snapshots/${id}/download`)).status).toBe(404);
    expect((await other.delete(`/snapshots/${id}`)).status).toBe(404);
    expect((await other.get('/snapshots')).body).toEqual([]);
    held.open();
    expect((await settled(id)).state).toBe('completed');
  });

  /** Reads events as they come. */
  async function watch(id: string) {
    const response = await fetch(`${service.url}/snapshots/${id}/events`, {
      headers: { Authorization: user.authorization ?? '' },
    });
    expect(response.headers.get('content-type')).toMatch(/^text\/event-stream/);
    expect(response.headers.get('cache-control')).toBe('no-store');
    const events: { event: string; data: Snapshot }[] = [];
    let rest = '';
    const ended = (async () => {
      for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
        const frames = (rest + Buffer.from(chunk).toString()).split('\n\n');
        rest = frames.pop() ?? '';
        for (const frame of frames.filter((text) => text !== ':')) {
          const [, event = '', data = ''] = /^event: (\w+)\ndata: (.*)$/.exec(frame) ?? [];
          events.push({ event, data: JSON.parse(data) as Snapshot });
        }
      }
    })();
    return { events, ended };
  }

  it('shows how far it is, by asking and by events', async () => {
    remote.fill('items', items(250));
    const held = holdPage('items', 2);
    const id = await make(await connect(tableConnector(remote.url, ['items'])));
    const { events, ended } = await watch(id);
    await until(
      'a page is copied',
      async () => (await show(id)).tables[0]?.progress?.['records'] === 100,
    );
    const active = await show(id);
    expect(active).toMatchObject({
      state: 'active',
      tables: [{ state: 'active', progress: { pages: 1, total: 250, percent: 40 } }],
    });
    expect(active.tables[0]?.progress?.['recordsPerSecond']).toBeGreaterThan(0);
    await until('an event tells of it', () =>
      Promise.resolve(events.some(({ data }) => data.tables[0]?.progress?.['records'] === 100)),
    );
    held.open();
    await ended;
    expect(events.slice(0, -1).every(({ event }) => event === 'progress')).toBe(true);
    expect(events.at(-1)).toEqual({ event: 'end', data: await show(id) });
    const late = await watch(id);
    await late.ended;
    expect(late.events.map(({ event }) => event)).toEqual(['end']);
  });

  it('removes what a later download superseded, but not what somebody reads', async () => {
    remote.fill('items', items(20));
    const id = await make(await connect(tableConnector(remote.url, ['items'])));
    await settled(id);
    const { rows } = await db.query<{ generation: string }>(
      'select generation from snapshot_tables where snapshot_id = $1',
      [id],
    );
    const first = rows[0]?.generation;
    const left = async () => {
      const sql = 'select count(*)::int as left from snapshot_records where generation = $1';
      return (await db.query<{ left: number }>(sql, [first])).rows[0]?.left;
    };
    await db.query('select pg_advisory_lock_shared($1)', [first]);
    remote.fill('items', items(10));
    await again(id);
    // Another one that is dead is removed meanwhile, so that this one was looked at.
    await again(id);
    await until('the second one is removed', async () => {
      const sql = 'select from snapshot_generations where snapshot_id = $1 and dead';
      return (await db.query(sql, [id])).rowCount === 1;
    });
    expect(await left()).toBe(20);
    await db.query('select pg_advisory_unlock_shared($1)', [first]);
    await until('the first one is removed', async () => (await left()) === 0);
    expect(await copyOf(id, 'items')).toHaveLength(20);
  });

  it.each([
    ['the snapshot', (id: string) => user.delete(`/snapshots/${id}`)],
    [
      'the connector',
      (_id: string, connector: string) => user.delete(`/custom-connectors/${connector}`),
    ],
    ['the user', () => user.delete('/users/me')],
  ])(
    'leaves nothing behind when %s is deleted in the middle of a download',
    async (_what, remove) => {
      const before = user;
      user = await service.newUser();
      remote.fill('items', items(150));
      const connectorId = await connect(tableConnector(remote.url, ['items']));
      const id = await make(connectorId);
      await settled(id);
      await db.query(
        `insert into snapshot_edits (user_id, snapshot_id, table_id, record_id, change_id, op, fields, base)
       values ($1, $2, 'items', '0001', 'chg_1', 'update', '{}', '{}')`,
        [user.userId, id],
      );
      await db.query(
        `insert into snapshot_publications (id, user_id, snapshot_id, version, on_conflict, state)
       values ($2 || '-p', $1, $2, 1, 'stop', 'completed')`,
        [user.userId, id],
      );
      await db.query(
        `insert into snapshot_publication_changes
         (user_id, publication_id, position, change_id, revision, table_id, record_id, op, fields, base, idempotency_key)
       values ($1, $2 || '-p', 0, 'chg_1', 1, 'items', '0001', 'update', '{}', '{}', 'k')`,
        [user.userId, id],
      );
      const held = holdPage('items', 2);
      await user.post(`/snapshots/${id}/download`);
      await until('the read is under way', held.reached);
      const { events, ended } = await watch(id);
      expect((await remove(id, connectorId)).status).toBeLessThan(300);
      await until('nothing is left', async () => {
        const counts = await Promise.all(
          TABLES.map(async (table) => {
            const sql = `select count(*)::int as count from ${table} where user_id = $1`;
            return (await db.query<{ count: number }>(sql, [user.userId])).rows[0]?.count;
          }),
        );
        return counts.every((count) => count === 0);
      });
      await ended;
      expect(events.at(-1)?.event).toBe('gone');
      held.open();
      user = before;
    },
  );

  it('gives a download that is under way to another process when it is stopped', async () => {
    remote.fill('items', items(150));
    remote.fill('first', items(5));
    const held = holdPage('items', 2);
    const id = await make(await connect(tableConnector(remote.url, ['first', 'items'])));
    await until('the read is under way', held.reached);
    await until(
      'the other table is copied',
      async () => (await show(id)).tables[0]?.state === 'completed',
    );
    const { ended } = await watch(id);
    await service.stop();
    await ended;
    remote.treat = () => undefined;
    const asked: string[] = [];
    remote.treat = ({ table }) => void asked.push(table);
    service = await startTestService({
      ...{ EGRESS_ALLOW: '127.0.0.1', ENCRYPTION_KEYS, DATABASE_URL: service.databaseUrl },
    });
    user = Object.assign(service.as(user.authorization ?? ''), { userId: user.userId });
    expect(await settled(id)).toMatchObject({
      ...{ state: 'completed', tables: [{ records: 5 }, { records: 150 }] },
    });
    expect(asked).toEqual(['items', 'items']);
    held.open();
    const idle = 'select 1 from snapshot_tables where staging is not null';
    expect((await db.query(idle)).rowCount).toBe(0);
    await until(
      'nothing dead is left',
      async () => (await countOf('snapshot_generations where dead')) === 0,
    );
  });

  it('copies the countries of the world as their source has them', async () => {
    const world = await Remote.countries();
    try {
      const connectorId = await connect({
        name: 'Countries',
        tables: [joinId(['countries'])],
        pollRecords: `async function* pollRecords(apiKey, [table]) {
          yield* paginate('${world.url}/' + table, {
            strategy: 'page', pageParam: '_page', pageSizeParam: '_limit', pageSize: 100,
          });
        }`,
        mapping: {
          ...{ recordArrayPath: '$', idPath: 'cca3' },
          fields: [
            { path: 'name.common', type: 'text', name: 'name' },
            { path: 'area', type: 'numeric', name: 'area' },
            { path: 'landlocked', type: 'boolean', name: 'landlocked' },
            { path: 'borders', type: 'text[]', name: 'borders' },
            { path: 'translations', type: 'jsonb', name: 'translations' },
          ],
        },
      });
      const id = await make(connectorId);
      expect(await settled(id)).toMatchObject({ state: 'completed', tables: [{ records: 250 }] });
      const source = (await (await fetch(`${world.url}/countries`)).json()) as Row[];
      const expected = source
        .map(({ cca3, name, area, landlocked, borders, translations }) => ({
          id: String(cca3),
          fields: { name: (name as Row)['common'], area, landlocked, borders, translations },
        }))
        .sort((a, b) => (a.id < b.id ? -1 : 1));
      const copy = await copyOf(id, 'countries');
      expect(copy.map(({ fields, ...record }) => ({ id: record.id, fields }))).toEqual(expected);
    } finally {
      await world.stop();
    }
  });
});
