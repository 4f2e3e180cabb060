import { withClient } from './support/database.js';
import { startTestService, type Api, type TestService } from './support/service.js';
import { downloadAgain, takeSnapshot } from './support/snapshots.js';
import { tableConnector, TableRemote, type Row } from './support/table-remote.js';

interface Result {
  id: string;
  changeId?: string;
  state: string;
}
interface Change {
  changeId: string;
  tableId: string;
  id: string;
  op: string;
  outcome: string;
  fields: Record<string, { base?: unknown; mine?: unknown; theirs?: unknown }>;
  error?: object;
}
interface EditRow {
  op: string;
  fields: Row;
  base: Row;
  revision: number;
  change_id: string;
  error: unknown;
}

const CHANGE_ID = expect.stringMatching(/^chg_\w{10}$/) as string;

describe('edits of a snapshot', () => {
  let remote: TableRemote;
  let service: TestService;
  let user: Api;
  let snapshot: string;

  beforeAll(async () => {
    remote = await TableRemote.open();
    service = await startTestService({ EGRESS_ALLOW: '127.0.0.1' });
    user = await service.newUser();
  });
  afterAll(async () => {
    await service.stop();
    await remote.close();
  });
  beforeEach(async () => {
    remote.fill('items', [
      { id: 'a', title: 'Lamp', price: 1, extra: { size: [1, 2] } },
      { id: 'b', title: 'Chair', price: '9007199254740993' },
      { id: 'c', title: 'Table', price: 3, extra: null },
    ]);
    remote.fill('other', [{ id: 'a', title: 'Other' }]);
    snapshot = await takeSnapshot(user, tableConnector(remote.url, ['items', 'other']));
  });

  const bulk = (ops: unknown, table = 'items') =>
    user.post(`/snapshots/${snapshot}/tables/${table}/records/bulk`, { ops });

  async function stage(ops: object[], table?: string): Promise<Result[]> {
    const { status, body } = await bulk(ops, table);
    expect([status, body]).toMatchObject([200, {}]);
    return (body as { results: Result[] }).results;
  }

  async function faults(ops: unknown): Promise<[string, string][]> {
    const { status, body } = await bulk(ops);
    expect(status).toBe(400);
    const { errors } = body as { errors: { pointer: string; detail: string }[] };
    return errors.map(({ pointer, detail }) => [pointer, detail]);
  }

  async function edit(recordId: string): Promise<EditRow | undefined> {
    return withClient(service.databaseUrl, async (client) => {
      const { rows } = await client.query<EditRow>(
        'select * from snapshot_edits where snapshot_id = $1 and record_id = $2',
        [snapshot, recordId],
      );
      return rows[0];
    });
  }

  async function changes(): Promise<Change[]> {
    const { body } = await user.get(`/snapshots/${snapshot}/changes`);
    return (body as { changes: Change[] }).changes;
  }

  async function states(): Promise<string[]> {
    const { body } = await user.get(`/snapshots/${snapshot}/tables/items/records`);
    const { records } = body as { records: Result[] };
    return records.map(({ id, state }) => `${id.slice(0, 3)} ${state}`);
  }

  it('are staged without a word to the remote', async () => {
    const results = await stage([
      { op: 'create', fields: { title: 'New', price: '12.50' } },
      { op: 'update', id: 'a', fields: { price: 2 } },
      { op: 'delete', id: 'b' },
    ]);
    expect(results).toEqual([
      {
        id: expect.stringMatching(/^new_\w{10}$/) as string,
        changeId: CHANGE_ID,
        state: 'created',
      },
      { id: 'a', changeId: CHANGE_ID, state: 'updated' },
      { id: 'b', changeId: CHANGE_ID, state: 'deleted' },
    ]);
    expect(await states()).toEqual(['a updated', 'b deleted', 'c clean', 'new created']);
    expect(await edit('a')).toMatchObject({
      fields: { price: 2 },
      base: { price: 1 },
      revision: 1,
    });
    expect((await edit('b'))?.base).toMatchObject({ title: 'Chair', price: '9007199254740993' });
    expect((await edit(results[0]?.id ?? ''))?.fields).toEqual({ title: 'New', price: 12.5 });
    expect(remote.calls).toEqual([]);
  });

  it('take the newest copied value as the base of each field when it is staged', async () => {
    const [first] = await stage([{ op: 'update', id: 'a', fields: { title: 'Mine', price: 5 } }]);
    Object.assign(remote.table('items').get('a') ?? {}, { title: 'Theirs', price: 6 });
    await downloadAgain(user, snapshot);
    expect(await changes()).toMatchObject([
      {
        outcome: 'conflict',
        fields: {
          title: { base: 'Lamp', mine: 'Mine', theirs: 'Theirs' },
          price: { base: 1, mine: 5, theirs: 6 },
        },
      },
    ]);
    const [second] = await stage([{ op: 'update', id: 'a', fields: { title: 'Mine again' } }]);
    expect(second?.changeId).toBe(first?.changeId);
    expect(await edit('a')).toMatchObject({
      fields: { title: 'Mine again', price: 5 },
      base: { title: 'Theirs', price: 1 },
      revision: 2,
    });
  });

  it('go where the staged value is the copied one', async () => {
    await stage([
      { op: 'update', id: 'a', fields: { title: 'x', price: 5, extra: null } },
      { op: 'update', id: 'b', fields: { price: 4, extra: null } },
    ]);
    // Null for what is absent is no change.
    expect((await edit('b'))?.fields).toEqual({ price: 4 });
    await stage([{ op: 'update', id: 'a', fields: { price: '1.0', extra: { size: [1, 2] } } }]);
    expect(await edit('a')).toMatchObject({ fields: { title: 'x' }, base: { title: 'Lamp' } });
    expect(
      await stage([
        { op: 'update', id: 'a', fields: { title: 'Lamp' } },
        { op: 'update', id: 'b', fields: { price: '9007199254740993' } },
        { op: 'update', id: 'c', fields: {} },
      ]),
    ).toEqual([
      { id: 'a', state: 'clean' },
      { id: 'b', state: 'clean' },
      { id: 'c', state: 'clean' },
    ]);
    expect(await changes()).toEqual([]);
  });

  it('tell numbers apart that a double would not', async () => {
    await stage([{ op: 'update', id: 'b', fields: { price: '9007199254740992' } }]);
    const { text } = await user.get(`/snapshots/${snapshot}/changes`);
    expect(text).toContain('{"base":"9007199254740993","mine":"9007199254740992","theirs"');
    await withClient(service.databaseUrl, (client) =>
      client.query(
        `update snapshot_records set fields = jsonb_build_object('extra', 0.12345678901234567890)
          where id = 'c' and generation in
            (select generation from snapshot_tables where snapshot_id = $1)`,
        [snapshot],
      ),
    );
    await stage([{ op: 'update', id: 'c', fields: { extra: 0.12345678901234568 } }]);
    const after = await user.get(`/snapshots/${snapshot}/changes`);
    expect(after.text).toContain('"base":0.12345678901234567890,"mine":0.12345678901234568');
  });

  it('come back from a staged delete with the bases of now', async () => {
    await stage([{ op: 'update', id: 'a', fields: { title: 'Mine', price: 5 } }]);
    await stage([{ op: 'delete', id: 'a' }]);
    expect(await edit('a')).toMatchObject({
      ...{ op: 'delete', fields: { title: 'Mine', price: 5 } },
      base: { title: 'Lamp', price: 1, extra: { size: [1, 2] } },
    });
    Object.assign(remote.table('items').get('a') ?? {}, { title: 'Theirs', price: 5 });
    await downloadAgain(user, snapshot);
    expect(await changes()).toMatchObject([
      {
        ...{ op: 'delete', outcome: 'conflict' },
        fields: { title: { base: 'Lamp', theirs: 'Theirs' }, price: { base: 1, theirs: 5 } },
      },
    ]);
    expect(await stage([{ op: 'undelete', id: 'a' }])).toMatchObject([{ state: 'updated' }]);
    expect(await edit('a')).toMatchObject({
      ...{ op: 'update', fields: { title: 'Mine' }, base: { title: 'Theirs' } },
    });
    const results = await stage([
      { op: 'delete', id: 'c' },
      { op: 'undelete', id: 'c' },
    ]);
    expect(results.map(({ state }) => state)).toEqual(['deleted', 'clean']);
  });

  it('merge into a record that is to be created, and go with it', async () => {
    const [made] = await stage([{ op: 'create', fields: { title: 'New', price: 1 } }]);
    const id = made?.id ?? '';
    const results = await stage([
      { op: 'update', id, fields: { price: 2, extra: [1] } },
      { op: 'update', id, fields: { extra: null } },
    ]);
    expect(results).toEqual([
      { id, changeId: made?.changeId, state: 'created' },
      { id, changeId: made?.changeId, state: 'created' },
    ]);
    expect((await edit(id))?.fields).toEqual({ title: 'New', price: 2, extra: null });
    expect(await changes()).toMatchObject([
      { outcome: 'apply', op: 'create', fields: { title: { mine: 'New' }, price: { mine: 2 } } },
    ]);
    expect(await stage([{ op: 'delete', id }])).toEqual([{ id, state: 'removed' }]);
    // Once more is no fault.
    expect(await stage([{ op: 'discard', id }])).toEqual([{ id, state: 'removed' }]);
    expect(await states()).toEqual(['a clean', 'b clean', 'c clean']);
  });

  it('are discarded one by one, or all of a table', async () => {
    await stage([{ op: 'update', id: 'a', fields: { title: 'x' } }], 'other');
    await stage([
      { op: 'create', fields: {} },
      { op: 'update', id: 'a', fields: { title: 'x' } },
      { op: 'delete', id: 'b' },
    ]);
    expect(
      await stage([
        { op: 'discard', id: 'b' },
        { op: 'discard', id: 'c' },
      ]),
    ).toEqual([
      { id: 'b', state: 'clean' },
      { id: 'c', state: 'clean' },
    ]);
    expect(await states()).toEqual(['a updated', 'b clean', 'c clean', 'new created']);
    const results = await stage([
      { op: 'update', id: 'c', fields: { title: 'before' } },
      { op: 'discard' },
      { op: 'update', id: 'a', fields: { price: 8 } },
    ]);
    expect(results[1]).toEqual({ state: 'clean' });
    expect((await changes()).map(({ tableId, id }) => [tableId, id])).toEqual([
      ['items', 'a'],
      ['other', 'a'],
    ]);
    expect((await edit('a'))?.fields).toBeDefined();
    expect(await states()).toEqual(['a updated', 'b clean', 'c clean']);
  });

  it('of a record that is gone can only be discarded', async () => {
    await stage([
      { op: 'update', id: 'a', fields: { price: 7 } },
      { op: 'delete', id: 'b' },
    ]);
    remote.fill('items', [{ id: 'c', title: 'Table', price: 3, extra: null }]);
    await downloadAgain(user, snapshot);
    expect((await changes()).map(({ id, outcome }) => [id, outcome])).toEqual([
      ['a', 'gone'],
      ['b', 'same'],
    ]);
    const gone = 'is gone at the remote; it can only be discarded';
    expect(
      await faults([
        { op: 'update', id: 'a', fields: { price: 8 } },
        { op: 'delete', id: 'a' },
        { op: 'update', id: 'c', fields: { price: 8 } },
      ]),
    ).toEqual([
      ['/ops/0/id', gone],
      ['/ops/1/id', gone],
    ]);
    expect(await stage([{ op: 'discard', id: 'a' }])).toEqual([{ id: 'a', state: 'gone' }]);
    expect(await states()).toEqual(['b gone', 'c clean']);
  });

  it('are all refused where one is at fault, and every fault is named', async () => {
    const found = await faults([
      { op: 'update', id: 'a', fields: { price: 'a lot', nobody: 1, title: { a: 1 } } },
      { op: 'update', id: 'zzz', fields: { price: 1 } },
      { op: 'undelete', id: 'a' },
      { op: 'delete', id: 'b' },
      { op: 'update', id: 'b', fields: { price: 1 } },
      { op: 'create', fields: { 'a/b~': 1 } },
      { op: 'discard', id: 'zzz' },
      { op: 'delete', id: 'new_0000000000' },
      { op: 'update', id: 'c', fields: { price: 1 } },
    ]);
    expect(found).toEqual([
      ['/ops/0/fields/price', expect.stringContaining('expected a number')],
      ['/ops/0/fields/nobody', 'is no field of this table'],
      ['/ops/0/fields/title', expect.stringContaining('expected a text')],
      ['/ops/1/id', 'is no record of this table'],
      ['/ops/2/id', 'is not staged for deletion'],
      ['/ops/4/id', 'is staged for deletion; undelete it first'],
      ['/ops/5/fields/a~1b~0', 'is no field of this table'],
      ['/ops/6/id', 'is no record of this table'],
      ['/ops/7/id', 'is no record of this table'],
    ]);
    expect(await changes()).toEqual([]);
  });

  it('have to be ops', async () => {
    const found = await faults([
      { op: 'create', id: 'a' },
      { op: 'update', fields: [] },
      { op: 'delete', id: '', fields: {} },
      { op: 'upsert' },
      { op: 'discard', more: 1 },
      null,
    ]);
    expect(found.map(([pointer]) => pointer)).toEqual([
      ...['/ops/0/id', '/ops/0/fields', '/ops/1/id', '/ops/1/fields', '/ops/2/id', '/ops/2/fields'],
      ...['/ops/3/op', '/ops/4/more', '/ops/5'],
    ]);
    for (const ops of [[], {}, undefined, Array(1_001).fill({ op: 'discard' })]) {
      expect((await bulk(ops)).status).toBe(400);
    }
  });

  it('take a thousand at once, and no more than 10,000 in a snapshot', async () => {
    const ops = Array.from({ length: 1_000 }, (_, n) => ({ op: 'create', fields: { price: n } }));
    expect(await stage(ops)).toHaveLength(1_000);
    await withClient(service.databaseUrl, (client) =>
      client.query(
        `insert into snapshot_edits
          (user_id, snapshot_id, table_id, record_id, change_id, op, fields, base)
        select user_id, snapshot_id, 'other', 'new_' || n, 'chg_' || n, 'create', '{}', '{}'
        from snapshot_tables, generate_series(1, 8999) n
        where snapshot_id = $1 and table_id = 'other'`,
        [snapshot],
      ),
    );
    await stage([{ op: 'update', id: 'a', fields: { price: 77 } }]);
    const { status, body } = await bulk([
      { op: 'update', id: 'a', fields: { price: 78 } },
      { op: 'delete', id: 'b' },
    ]);
    expect([status, body]).toMatchObject([422, { code: 'snapshot.too_many_changes' }]);
    expect((await edit('a'))?.fields).toEqual({ price: 77 });
    await stage([{ op: 'update', id: 'a', fields: { price: 78 } }]);
    expect(await changes()).toHaveLength(10_000);
  });

  it('lose the problem of the last publication when they change', async () => {
    await stage([{ op: 'update', id: 'a', fields: { price: 2 } }]);
    const problem = { code: 'connector.run_failed', title: 'x' };
    await withClient(service.databaseUrl, (client) =>
      client.query('update snapshot_edits set error = $1 where snapshot_id = $2', [
        ...[JSON.stringify(problem), snapshot],
      ]),
    );
    expect((await changes())[0]?.error).toEqual(problem);
    await stage([{ op: 'update', id: 'a', fields: { price: 3 } }]);
    expect((await changes())[0]).not.toHaveProperty('error');
    expect(await edit('a')).toMatchObject({ revision: 2, error: null });
  });

  it('know the columns of the mapping before those of the schema', async () => {
    const connector = {
      ...tableConnector(remote.url, ['items']),
      schema: [
        { id: 'price', displayName: 'Price', type: 'text' },
        { id: 'colour', displayName: 'Colour', type: 'text' },
      ],
    };
    snapshot = await takeSnapshot(user, connector);
    await stage([{ op: 'update', id: 'a', fields: { price: '2', colour: 'red' } }]);
    expect((await edit('a'))?.fields).toEqual({ price: 2, colour: 'red' });
  });
});
