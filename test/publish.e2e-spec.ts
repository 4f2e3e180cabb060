import { withClient } from './support/database.js';
import { until } from './support/process-tree.js';
import { startTestService, type Api, type TestService } from './support/service.js';
import { stageEdits, type StagedEdit } from './support/staged.js';
import { tableConnector, TableRemote, type Row } from './support/table-remote.js';

/** Of the largest publication; more show more, and take longer. */
const CHANGES = Number(process.env['CHANGES'] ?? 200);

type Own = Api & { userId: string };
type Change = Record<string, unknown> & { changeId: string; id: string; outcome: string };

interface Publication {
  id: string;
  state: string;
  counts: Record<string, number>;
  error: { code: string } | null;
  changes: Change[];
}

interface Subject {
  connectorId: string;
  path: string;
  stage: (...edits: StagedEdit[]) => Promise<string[]>;
  plan: () => Promise<Change[]>;
  /** Publishes and waits for the end. */
  publish: (body?: object) => Promise<Publication>;
  begin: (body?: object) => Promise<string>;
  ended: (id: string) => Promise<Publication>;
  read: (id: string) => Promise<Publication>;
  edits: () => Promise<Row[]>;
  copy: (table?: string) => Promise<Record<string, Row>>;
}

describe('publishing', () => {
  let remote: TableRemote;
  let service: TestService;
  let user: Own;
  let tables = 0;

  beforeAll(async () => {
    remote = await TableRemote.open();
    service = await startTestService({ EGRESS_ALLOW: '127.0.0.1', RUN_CALL_SECONDS: '2' });
    user = await service.newUser();
  }, 60_000);
  afterEach(() => {
    remote.treat = () => undefined;
    remote.calls.length = 0;
  });
  afterAll(async () => {
    await service.stop();
    await remote.close();
  });

  const query = async (sql: string, ...values: unknown[]): Promise<Row[]> =>
    withClient(service.databaseUrl, async (client) => {
      return (await client.query(sql, values)).rows as Row[];
    });
  const item = (id: string | number, title = `Item ${id}`, price: unknown = 1, extra = null) => ({
    ...{ id: String(id), title, price, extra },
  });
  const table = (rows: Row[]): string => {
    const name = `table${++tables}`;
    remote.fill(name, rows);
    return name;
  };
  const code = ({ error }: Record<string, unknown>) =>
    (error as { code: string } | undefined)?.code;

  /** A snapshot of tables of the remote, downloaded. */
  async function copied(names: string[], definition: object = {}): Promise<Subject> {
    const made = await user.post('/custom-connectors', {
      ...{ ...tableConnector(remote.url, names), ...definition },
    });
    const { id: connectorId } = made.body as { id: string };
    const { body } = await user.post('/snapshots', { connectorId });
    const { id } = body as { id: string };
    const path = `/snapshots/${id}`;
    await until(async () => {
      const { state } = (await user.get(path)).body as { state: string };
      return state === 'completed';
    }, 20_000);
    const read = async (pub: string) =>
      (await user.get(`${path}/publications/${pub}`)).body as Publication;
    const begin = async (options: object = {}) => {
      const answer = await user.post(`${path}/publish`, options);
      expect([answer.status, answer.body]).toEqual([202, { id: expect.any(String) as string }]);
      const { id: pub } = answer.body as { id: string };
      expect(answer.headers['location']).toBe(`${path}/publications/${pub}`);
      return pub;
    };
    const ended = async (pub: string) => {
      await until(async () => {
        const { body: list } = await user.get(`${path}/publications?limit=1`);
        return !['pending', 'active'].includes((list as Publication[])[0]?.state ?? '');
      }, 60_000);
      return read(pub);
    };
    return {
      ...{ connectorId, path, read, begin, ended },
      stage: (...edits) => stageEdits(service.databaseUrl, id, edits),
      plan: async () => {
        const answer = await user.post(`${path}/publish`, { dryRun: true });
        expect(answer.status).toBe(200);
        return (answer.body as { plan: Change[] }).plan;
      },
      publish: async (options) => ended(await begin(options)),
      edits: () =>
        query('select * from snapshot_edits where snapshot_id = $1 order by record_id', id),
      copy: async (name = names[0] ?? '') => {
        const rows = await query(
          `select r.id, r.fields, t.records from snapshot_tables t
           join snapshot_records r on r.generation = t.generation
           where t.snapshot_id = $1 and t.table_id = $2`,
          ...[id, name],
        );
        for (const { records } of rows) expect(records).toBe(rows.length);
        return Object.fromEntries(rows.map(({ id: of, fields }) => [String(of), fields as Row]));
      },
    };
  }

  const outcomes = (changes: Change[]) => changes.map(({ id, outcome }) => [id, outcome]);

  it('plans what is staged, value by value, in the order in which it would be done', async () => {
    const name = table(['1', '2', '3', '4', '5', '6', '7'].map((id) => item(id)));
    const subject = await copied([name]);
    const rows = remote.table(name);
    const base = { title: 'Item 1', price: 1, extra: null };
    await subject.stage(
      { tableId: name, op: 'delete', id: '7', base: { ...base, title: 'Item 7' } },
      { tableId: name, op: 'delete', id: '6', base: { ...base, title: 'Item 6' } },
      { tableId: name, op: 'delete', id: '5', base: { ...base, title: 'Item 5' } },
      { tableId: name, op: 'update', id: '4', fields: { title: 'x' }, base: { title: 'Item 4' } },
      { tableId: name, op: 'update', id: '3', fields: { title: 'x' }, base: { title: 'Item 3' } },
      {
        ...{ tableId: name, op: 'update', id: '2' },
        ...{ fields: { title: 'x', price: 2 }, base: { title: 'Item 2', price: 1 } },
      },
      { tableId: name, op: 'update', id: '1', fields: { price: 2 }, base: { price: 1 } },
      { tableId: name, op: 'create', id: 'new_0123456789', fields: { title: 'new' } },
    );
    Object.assign(rows.get('2') ?? {}, { title: 'theirs' });
    Object.assign(rows.get('3') ?? {}, { title: 'x' });
    rows.delete('4');
    Object.assign(rows.get('6') ?? {}, { price: 9 });
    rows.delete('7');
    const before = await subject.edits();
    const plan = await subject.plan();
    expect(plan.map(({ op, id, outcome }) => [op, id, outcome])).toEqual([
      ['create', 'new_0123456789', 'apply'],
      ['update', '1', 'apply'],
      ['update', '2', 'conflict'],
      ['update', '3', 'same'],
      ['update', '4', 'gone'],
      ['delete', '5', 'apply'],
      ['delete', '6', 'conflict'],
      ['delete', '7', 'same'],
    ]);
    expect(plan.map(({ fields }) => fields)).toEqual([
      { title: { mine: 'new' } },
      { price: { base: 1, mine: 2, theirs: 1 } },
      {
        title: { base: 'Item 2', mine: 'x', theirs: 'theirs' },
        price: { base: 1, mine: 2, theirs: 1 },
      },
      { title: { base: 'Item 3', mine: 'x', theirs: 'x' } },
      { title: { base: 'Item 4', mine: 'x' } },
      {},
      { price: { base: 1, theirs: 9 } },
      {},
    ]);
    expect(remote.calls).toEqual([]);
    expect(await subject.edits()).toEqual(before);
    expect((await user.get(`${subject.path}/publications`)).body).toEqual([]);
  });

  it('plans by the copy where the connector can’t ask for a record', async () => {
    const name = table([item(1), item(2)]);
    const subject = await copied([name], { getRecord: null });
    remote.table(name).clear();
    await subject.stage(
      { tableId: name, op: 'update', id: '1', fields: { title: 'x' }, base: { title: 'Item 1' } },
      { tableId: name, op: 'update', id: '2', fields: { title: 'x' }, base: { title: 'older' } },
      { tableId: name, op: 'update', id: '9', fields: { title: 'x' } },
    );
    expect(outcomes(await subject.plan())).toEqual([
      ['1', 'apply'],
      ['2', 'conflict'],
      ['9', 'gone'],
    ]);
  });

  it('loses no digit, in the plan, at the remote, or in the journal', async () => {
    const name = table([item(1)]);
    const subject = await copied([name]);
    const [changeId = ''] = await subject.stage({ tableId: name, op: 'update', id: '1' });
    const digits = '{"extra": 12345678901234567890.123}';
    await query(
      'update snapshot_edits set fields = $1, base = $2 where change_id = $3',
      ...[digits, '{"extra": 2.50}', changeId],
    );
    const plan = await user.post(`${subject.path}/publish`, { dryRun: true });
    expect(plan.text).toContain('"mine":12345678901234567890.123');
    const publication = await subject.publish({ onConflict: 'overwrite' });
    expect(publication.state).toBe('completed');
    // Functions get plain JSON, which has no such number.
    expect(remote.calls[0]?.body).toEqual({ extra: '12345678901234567890.123' });
    const { text } = await user.get(`${subject.path}/publications/${publication.id}`);
    expect(text).toContain('"mine":12345678901234567890.123');
    const [row] = await query(
      `select fields->>'extra' as extra from snapshot_records where user_id = $1 and id = '1'
       order by generation desc limit 1`,
      user.userId,
    );
    expect(row).toEqual({ extra: '12345678901234567890.123' });
  });

  it('carries out creations, then updates, then deletions, and copies what it did', async () => {
    const one = table([item(1), item(2), item(3)]);
    const two = table([item(1), item(2)]);
    const subject = await copied([one, two]);
    const keys = await subject.stage(
      { tableId: two, op: 'delete', id: '2', base: { title: 'Item 2', price: 1 } },
      { tableId: one, op: 'delete', id: '3', base: { title: 'Item 3', price: 1 } },
      { tableId: two, op: 'update', id: '1', fields: { price: 7 }, base: { price: 1 } },
      { tableId: one, op: 'update', id: '2', fields: { price: 6 }, base: { price: 1 } },
      { tableId: one, op: 'update', id: '1', fields: { price: 5 }, base: { price: 1 } },
      { tableId: two, op: 'create', fields: { title: 'B' } },
      { tableId: one, op: 'create', fields: { title: 'A' } },
    );
    const publication = await subject.publish();
    expect(publication).toMatchObject({ state: 'completed', error: null, counts: { done: 7 } });
    const order = remote.calls.map(({ method, table: of }) => `${method} ${of}`);
    expect(order).toEqual([
      ...[`POST ${one}`, `POST ${two}`, `PATCH ${one}`, `PATCH ${one}`, `PATCH ${two}`],
      ...[`DELETE ${one}`, `DELETE ${two}`],
    ]);
    const used = new Set(remote.calls.map(({ idempotencyKey }) => idempotencyKey));
    expect(used.size).toBe(7);
    for (const key of used) expect(key).toMatch(/^[0-9a-f]{64}$/);
    expect(publication.changes.map(({ changeId }) => changeId).sort()).toEqual([...keys].sort());
    for (const change of publication.changes) {
      expect(change).toMatchObject({
        sentAt: expect.any(String) as string,
        answeredAt: expect.any(String) as string,
      });
    }
    expect(await subject.edits()).toEqual([]);
    const made = String(publication.changes[0]?.['createdId']);
    expect(remote.table(one).get(made)).toMatchObject({ title: 'A' });
    expect(await subject.copy(one)).toEqual({
      1: { title: 'Item 1', price: 5, extra: null },
      2: { title: 'Item 2', price: 6, extra: null },
      [made]: { title: 'A' },
    });
    expect(Object.keys(await subject.copy(two))).toHaveLength(2);
    expect(await subject.plan()).toEqual([]);
    // Nothing is staged any more: it completes at once.
    expect(await subject.publish()).toMatchObject({ state: 'completed', changes: [] });
    const list = await user.get(`${subject.path}/publications?limit=1`);
    expect(list.body).toMatchObject([{ state: 'completed', counts: { done: 0 } }]);
    expect(list.headers['link']).toContain('rel="next"');
  });

  describe('with a conflict', () => {
    async function conflicting(): Promise<Subject> {
      const name = table([item(1), item(2), item(3), item(4)]);
      const subject = await copied([name]);
      await subject.stage(
        {
          tableId: name,
          op: 'update',
          id: '1',
          fields: { title: 'mine' },
          base: { title: 'Item 1' },
        },
        {
          tableId: name,
          op: 'update',
          id: '2',
          fields: { title: 'mine' },
          base: { title: 'Item 2' },
        },
        {
          tableId: name,
          op: 'update',
          id: '3',
          fields: { title: 'mine' },
          base: { title: 'Item 3' },
        },
        {
          tableId: name,
          op: 'update',
          id: '4',
          fields: { title: 'mine' },
          base: { title: 'Item 4' },
        },
      );
      Object.assign(remote.table(name).get('2') ?? {}, { title: 'theirs' });
      Object.assign(remote.table(name).get('3') ?? {}, { title: 'mine' });
      remote.table(name).delete('4');
      return subject;
    }

    it('writes nothing at all, unless told otherwise; and goes on where it was settled', async () => {
      const subject = await conflicting();
      const stopped = await subject.publish();
      expect(stopped).toMatchObject({ state: 'stopped', error: { code: 'snapshot.conflicts' } });
      expect(outcomes(stopped.changes)).toEqual([
        ['1', 'waiting'],
        ['2', 'conflict'],
        ['3', 'waiting'],
        ['4', 'waiting'],
      ]);
      expect(stopped.changes[1]?.['fields']).toEqual({
        title: { base: 'Item 2', mine: 'mine', theirs: 'theirs' },
      });
      expect(remote.calls).toEqual([]);
      expect(await subject.edits()).toHaveLength(4);
      // Staged again, on what the remote has now.
      await query(
        `update snapshot_edits set base = '{"title":"theirs"}', fields = '{"title":"newest"}',
         revision = revision + 1 where snapshot_id = $1 and record_id = '2'`,
        subject.path.split('/')[2],
      );
      const resume = await user.post(`${subject.path}/publications/${stopped.id}/resume`);
      expect(resume.status).toBe(202);
      const resumed = await subject.ended(stopped.id);
      expect(resumed).toMatchObject({ state: 'completed', error: null });
      expect(outcomes(resumed.changes)).toEqual([
        ['1', 'done'],
        ['2', 'done'],
        ['3', 'done'],
        ['4', 'failed'],
      ]);
      expect(remote.calls.map(({ id, body }) => [id, body])).toEqual(
        expect.arrayContaining([
          ['1', { title: 'mine' }],
          ['2', { title: 'newest' }],
        ]),
      );
      expect(remote.calls).toHaveLength(2);
    });

    it('leaves it staged where it is to be skipped', async () => {
      const subject = await conflicting();
      const publication = await subject.publish({ onConflict: 'skip' });
      expect(publication).toMatchObject({ state: 'completed' });
      expect(outcomes(publication.changes)).toEqual([
        ['1', 'done'],
        ['2', 'conflict'],
        ['3', 'done'],
        ['4', 'failed'],
      ]);
      expect(code(publication.changes[3] ?? {})).toBe('snapshot.record_gone');
      expect(remote.calls.map(({ id }) => id)).toEqual(['1']);
      const left = await subject.edits();
      expect(left.map(({ record_id, error }) => [record_id, code({ error })])).toEqual([
        ['2', undefined],
        ['4', 'snapshot.record_gone'],
      ]);
      expect(outcomes(await subject.plan())).toEqual([
        ['2', 'conflict'],
        ['4', 'gone'],
      ]);
    });

    it('carries it out where it is to be overwritten', async () => {
      const subject = await conflicting();
      const publication = await subject.publish({ onConflict: 'overwrite' });
      expect(publication.changes.map(({ outcome }) => outcome)).toEqual([
        ...['done', 'done', 'done', 'failed'],
      ]);
      expect(remote.calls.map(({ id }) => id).sort()).toEqual(['1', '2']);
    });
  });

  it('tells failures from what nobody can know', async () => {
    const ids = ['400', '404', '500', 'before', 'after', 'slow', 'done'];
    const name = table(ids.map((id) => item(id)));
    const subject = await copied([name]);
    const title = (id: string) => ({ fields: { title: 'x' }, base: { title: `Item ${id}` } });
    await subject.stage(
      ...ids.map((id): StagedEdit => ({ tableId: name, op: 'update', id, ...title(id) })),
      { tableId: name, op: 'create', id: 'new_0000000001', fields: { title: 'refused' } },
      { tableId: name, op: 'create', id: 'new_0000000002', fields: { title: 'lost' } },
      { tableId: name, op: 'create', id: 'new_0000000003', fields: { title: 'slow' } },
    );
    let answer: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => (answer = resolve));
    remote.treat = ({ method, id, body }) => {
      if (method === 'GET') return undefined;
      if (body?.['title'] === 'refused') return { status: 422 };
      if (body?.['title'] === 'lost') return { breaks: 'after' };
      if (id === 'slow' || body?.['title'] === 'slow') return { wait };
      if (id === 'before' || id === 'after') return { breaks: id };
      return /^\d+$/.test(id ?? '') ? { status: Number(id) } : undefined;
    };
    const publication = await subject.publish();
    answer();
    expect(publication.state).toBe('stopped');
    const by = new Map(publication.changes.map((change) => [change.id, change]));
    expect(Object.fromEntries(outcomes(publication.changes))).toEqual({
      ...{ new_0000000001: 'failed', new_0000000002: 'unknown', new_0000000003: 'unknown' },
      ...{ 400: 'failed', 404: 'failed', 500: 'failed', before: 'failed', after: 'done' },
      ...{ slow: 'failed', done: 'done' },
    });
    expect(by.get('400')).toMatchObject({
      error: { code: 'connector.run_failed', remoteStatus: 400 },
    });
    expect(code(by.get('slow') ?? {})).toBe('run.time');
    expect(code(by.get('new_0000000003') ?? {})).toBe('run.time');
    expect((await subject.edits()).map(({ record_id }) => record_id)).toEqual([
      ...['400', '404', '500', 'before'],
      ...['new_0000000001', 'new_0000000002', 'new_0000000003', 'slow'],
    ]);
    for (const { error } of await subject.edits()) expect(code({ error })).toBeDefined();
    // Nothing more is published until somebody has looked.
    const again = await user.post(`${subject.path}/publish`, {});
    expect([again.status, again.body]).toMatchObject([409, { code: 'snapshot.unresolved' }]);
    const plan = await subject.plan();
    expect(plan.some(({ id }) => id === 'done')).toBe(false);

    const resolve = (changeId: string | undefined, outcome: string, id?: string) =>
      user.post(`${subject.path}/publications/${publication.id}/resolve`, {
        ...{ changeId, outcome, ...(id ? { id } : {}) },
      });
    const lost = by.get('new_0000000002')?.changeId;
    const slow = by.get('new_0000000003')?.changeId;
    expect((await resolve(by.get('400')?.changeId, 'done')).status).toBe(409);
    expect((await resolve(lost, 'retry', '1')).status).toBe(400);
    const [made = ''] = [...remote.table(name).values()]
      .filter((row) => row['title'] === 'lost')
      .map((row) => String(row['id']));
    const done = await resolve(lost, 'done', made);
    expect([done.status, done.body]).toMatchObject([200, { outcome: 'done', createdId: made }]);
    expect((await subject.copy())[made]).toEqual({ title: 'lost' });
    expect((await subject.read(publication.id)).state).toBe('stopped');

    remote.treat = () => undefined;
    const retry = await resolve(slow, 'retry');
    expect([retry.status, retry.body]).toMatchObject([200, { outcome: 'waiting', sentAt: null }]);
    remote.calls.length = 0;
    expect((await user.post(`${subject.path}/publications/${publication.id}/resume`)).status).toBe(
      202,
    );
    const resumed = await subject.ended(publication.id);
    expect(resumed).toMatchObject({ state: 'completed', counts: { failed: 6, unknown: 0 } });
    expect(remote.calls.map(({ method, body }) => [method, body])).toEqual([
      ['POST', { title: 'slow' }],
    ]);
  });

  it('leaves a record that was made to the next download where its id is not told', async () => {
    const name = table([item(1)]);
    const subject = await copied([name]);
    await subject.stage({ tableId: name, op: 'create', fields: { title: 'lost' } });
    remote.treat = ({ method }) => (method === 'POST' ? { breaks: 'after' } : undefined);
    const { id, changes } = await subject.publish();
    const changeId = changes[0]?.changeId;
    const done = await user.post(`${subject.path}/publications/${id}/resolve`, {
      ...{ changeId, outcome: 'done' },
    });
    expect(done.body).toMatchObject({ outcome: 'done' });
    expect(await subject.edits()).toEqual([]);
    expect(Object.keys(await subject.copy())).toEqual(['1']);
    expect((await subject.read(id)).state).toBe('completed');
  });

  it('fails what the remote can’t be asked about, or has no function for', async () => {
    const name = table([item(1), item(2)]);
    const subject = await copied([name], { deleteRecord: null });
    await subject.stage(
      { tableId: name, op: 'update', id: '1', fields: { title: 'x' }, base: { title: 'Item 1' } },
      { tableId: name, op: 'delete', id: '2', base: { title: 'Item 2', price: 1 } },
    );
    remote.treat = ({ method, id }) =>
      method === 'GET' && id === '1' ? { status: 403 } : undefined;
    const plan = await subject.plan();
    expect(plan).toMatchObject([
      { outcome: 'apply', error: { code: 'connector.run_failed', function: 'getRecord' } },
      { outcome: 'apply', error: { code: 'connector.function_missing' } },
    ]);
    const { state, changes } = await subject.publish();
    expect(state).toBe('completed');
    expect(changes).toMatchObject([
      { outcome: 'failed', error: { function: 'getRecord' }, sentAt: null },
      { outcome: 'failed', error: { code: 'connector.function_missing' }, sentAt: null },
    ]);
    expect(await subject.edits()).toHaveLength(2);
    expect(remote.calls).toEqual([]);
  });

  /** Many updates, and a remote that holds its answers from the third call on. */
  async function held(count: number) {
    const name = table(Array.from({ length: count }, (_, n) => item(n)));
    const subject = await copied([name]);
    await subject.stage(
      ...Array.from({ length: count }, (_, n): StagedEdit => ({
        ...{ tableId: name, op: 'update', id: String(n) },
        ...{ fields: { price: n + 2 }, base: { price: 1 } },
      })),
    );
    let go: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => (go = resolve));
    let waiting = 0;
    remote.treat = ({ method }) => {
      if (method === 'GET' || remote.calls.length < 2) return undefined;
      waiting += 1;
      return { wait };
    };
    const id = await subject.begin();
    await until(() => waiting >= 2, 10_000);
    return { name, subject, id, go };
  }

  it('stops before the next change, and goes on later', async () => {
    const { subject, id, go } = await held(60);
    const busy = [
      await user.post(`${subject.path}/publish`, {}),
      await user.post(`${subject.path}/publications/${id}/resume`),
      await user.post(`${subject.path}/publications/${id}/resolve`, {
        ...{ changeId: 'chg_0000000000', outcome: 'done' },
      }),
    ];
    for (const { status, body } of busy) {
      expect([status, body]).toMatchObject([409, { code: 'snapshot.busy' }]);
    }
    expect((await user.post(`${subject.path}/publications/${id}/stop`)).status).toBe(202);
    go();
    const stopped = await subject.ended(id);
    expect(stopped).toMatchObject({ state: 'stopped', error: null, counts: { failed: 0 } });
    const { done = 0, waiting = 0 } = stopped.counts;
    expect([done + waiting, done <= 10]).toEqual([60, true]);
    expect(remote.calls).toHaveLength(done);
    const again = await user.post(`${subject.path}/publications/${id}/stop`);
    expect([again.status, again.body]).toMatchObject([
      ...[409, { code: 'snapshot.publication_ended' }],
    ]);
    expect((await user.post(`${subject.path}/publications/${id}/resume`)).status).toBe(202);
    expect(await subject.ended(id)).toMatchObject({ state: 'completed', counts: { done: 60 } });
    expect(new Set(remote.calls.map(({ id: of }) => of)).size).toBe(60);
    expect(remote.calls).toHaveLength(60);
    const over = await user.post(`${subject.path}/publications/${id}/resume`);
    expect([over.status, over.body]).toMatchObject([
      ...[409, { code: 'snapshot.publication_ended' }],
    ]);
  });

  it('is stopped also while it waits for its turn, and then has written nothing', async () => {
    const name = table([item('a')]);
    const subject = await copied([name]);
    await subject.stage({
      tableId: name,
      op: 'update',
      id: 'a',
      fields: { price: 2 },
      base: { price: 1 },
    });
    // As many as one user may have at work.
    const busy = [await held(6), await held(6)];
    const id = await subject.begin();
    expect(await subject.read(id)).toMatchObject({ state: 'pending' });
    expect((await user.post(`${subject.path}/publications/${id}/stop`)).status).toBe(202);
    for (const { go } of busy) go();
    expect(await subject.ended(id)).toMatchObject({ state: 'stopped', counts: { done: 0 } });
    expect(remote.calls.filter(({ table: of }) => of === name)).toEqual([]);
    expect((await user.post(`${subject.path}/publications/${id}/resume`)).status).toBe(202);
    expect(await subject.ended(id)).toMatchObject({ state: 'completed', counts: { done: 1 } });
    for (const { subject: other, id: pub } of busy) await other.ended(pub);
  });

  it('is settled by whoever takes it up where a process was taken for dead in the middle of a call', async () => {
    const { name, subject, id, go } = await held(8);
    // As if its lease had run out and another process had come.
    const taken = query(
      "update jobs set lease_id = 'another', lease_until = now() + interval '1 second' where subject_id = $1 returning id",
      subject.path.split('/')[2],
    );
    expect(await taken).toHaveLength(1);
    go();
    expect(await subject.ended(id)).toMatchObject({
      state: 'completed',
      counts: { done: 8, unknown: 0, failed: 0 },
    });
    // What was called by the one that was taken for dead has been settled by asking, and not done twice.
    const called = remote.calls.filter(({ table: of }) => of === name).map(({ id: of }) => of);
    expect([called.length, new Set(called).size]).toEqual([8, 8]);
  });

  it('keeps what is staged anew meanwhile, made on what was published', async () => {
    const name = table([item('a'), item('b'), item('c')]);
    const subject = await copied([name]);
    const snapshotId = subject.path.split('/')[2];
    await subject.stage(
      { tableId: name, op: 'create', id: 'new_0000000001', fields: { title: 'new', price: 1 } },
      { tableId: name, op: 'create', id: 'new_0000000002', fields: { title: 'dropped' } },
      {
        ...{ tableId: name, op: 'update', id: 'a' },
        ...{ fields: { title: 'x', price: 2 }, base: { title: 'Item a', price: 1 } },
      },
      { tableId: name, op: 'update', id: 'b', fields: { title: 'x' }, base: { title: 'Item b' } },
      { tableId: name, op: 'delete', id: 'c', base: { title: 'Item c', price: 1 } },
    );
    let go: () => void = () => undefined;
    const wait = new Promise<void>((resolve) => (go = resolve));
    let waiting = 0;
    remote.treat = ({ method }) => {
      if (method !== 'POST') return undefined;
      waiting += 1;
      return { wait };
    };
    const id = await subject.begin();
    await until(() => waiting === 2, 10_000);
    expect(outcomes(await subject.plan())).toHaveLength(5);
    await query(
      `update snapshot_edits set revision = revision + 1, fields = fields || '{"title":"newer"}'
       where snapshot_id = $1 and record_id in ('new_0000000001', 'a')`,
      snapshotId,
    );
    await query(
      "delete from snapshot_edits where snapshot_id = $1 and record_id in ('new_0000000002', 'b')",
      snapshotId,
    );
    go();
    const publication = await subject.ended(id);
    expect(outcomes(publication.changes)).toEqual([
      ['new_0000000001', 'done'],
      ['new_0000000002', 'done'],
      ['a', 'done'],
      ['b', 'skipped'],
      ['c', 'done'],
    ]);
    const [created, dropped] = publication.changes.map(({ createdId }) => String(createdId));
    const edits = await subject.edits();
    expect(edits.map(({ record_id, op, fields, base }) => [record_id, op, fields, base])).toEqual([
      ['a', 'update', { title: 'newer', price: 2 }, { title: 'x', price: 2 }],
      [created, 'update', { title: 'newer' }, { title: 'new' }],
    ]);
    expect(Object.keys(await subject.copy()).sort()).toEqual(
      ['a', 'b', created, dropped].sort() as string[],
    );
    expect(outcomes(await subject.plan())).toEqual([
      ['a', 'apply'],
      [created, 'apply'],
    ]);
  });

  it('asks for a new download where the mapping has changed since', async () => {
    const name = table([item(1)]);
    const subject = await copied([name]);
    await subject.stage({ tableId: name, op: 'update', id: '1', fields: { title: 'x' } });
    const { mapping } = tableConnector(remote.url, [name]);
    const fields = mapping.fields.slice(0, 2);
    await user.put(`/custom-connectors/${subject.connectorId}`, {
      mapping: { ...mapping, fields },
    });
    for (const body of [{}, { dryRun: true }]) {
      const refused = await user.post(`${subject.path}/publish`, body);
      expect([refused.status, refused.body]).toMatchObject([
        ...[409, { code: 'snapshot.mapping_changed', tables: [name] }],
      ]);
    }
    await user.post(`${subject.path}/download`);
    await until(async () => {
      const { state } = (await user.get(subject.path)).body as { state: string };
      return state === 'completed';
    }, 20_000);
    expect(outcomes(await subject.plan())).toEqual([['1', 'conflict']]);
  });

  it('fails as a whole where the connector can’t be run any more', async () => {
    const name = table([item(1)]);
    const subject = await copied([name]);
    await subject.stage({ tableId: name, op: 'update', id: '1', fields: { title: 'x' } });
    const stopped = await subject.publish();
    expect(stopped.state).toBe('stopped');
    await query(
      "update snapshot_publications set version = 99, state = 'pending' where id = $1",
      stopped.id,
    );
    await query(
      `insert into jobs (id, user_id, kind, subject_id, data) select 'job_' || id, user_id,
       'snapshot.publish', snapshot_id, json_build_object('publicationId', id)
       from snapshot_publications where id = $1`,
      stopped.id,
    );
    expect(await subject.ended(stopped.id)).toMatchObject({
      ...{ state: 'failed', error: { code: expect.any(String) as string } },
    });
  });

  it(`publishes ${CHANGES} changes as the plan said, with conflicts, failures and a stop in the middle`, async () => {
    const [creates, updates] = [CHANGES * 0.3, CHANGES * 0.4];
    const existing = CHANGES - creates;
    const name = table(Array.from({ length: existing }, (_, n) => item(n)));
    const subject = await copied([name]);
    await subject.stage(
      ...Array.from({ length: creates }, (_, n): StagedEdit => ({
        ...{ tableId: name, op: 'create', fields: { title: `new ${n}` } },
      })),
      ...Array.from({ length: existing }, (_, n): StagedEdit =>
        n < updates
          ? {
              ...{ tableId: name, op: 'update', id: String(n) },
              ...{ fields: { price: 2 }, base: { price: 1 } },
            }
          : {
              ...{ tableId: name, op: 'delete', id: String(n) },
              base: { title: `Item ${n}`, price: 1 },
            },
      ),
    );
    // Of the updates every tenth conflicts; of all kinds some are refused.
    const rows = remote.table(name);
    for (let n = 0; n < updates; n += 10) Object.assign(rows.get(String(n)) ?? {}, { price: 3 });
    const isRefused = (id: string | null, title: unknown) =>
      /[37]5$/.test(String(id ?? title)) ? { status: 422 } : undefined;
    remote.treat = ({ method, id, body }) =>
      method === 'GET' ? undefined : isRefused(id, body?.['title']);

    const plan = await subject.plan();
    expect(plan).toHaveLength(CHANGES);
    const planned = new Map(plan.map(({ changeId, outcome }) => [changeId, outcome]));
    expect(plan.filter(({ outcome }) => outcome === 'conflict')).toHaveLength(updates / 10);

    const id = await subject.begin({ onConflict: 'skip' });
    await until(() => remote.calls.length >= CHANGES / 2, 120_000);
    expect((await user.post(`${subject.path}/publications/${id}/stop`)).status).toBe(202);
    const stopped = await subject.ended(id);
    expect(stopped.state).toBe('stopped');
    const asked = remote.calls.length;
    expect(asked).toBeLessThan(CHANGES - updates / 10);
    expect(stopped.counts['waiting']).toBeGreaterThan(0);
    expect((await user.post(`${subject.path}/publications/${id}/resume`)).status).toBe(202);
    const { state, changes } = await subject.ended(id);
    expect(state).toBe('completed');

    const left = changes.filter(({ outcome }) => outcome !== 'done');
    for (const { changeId, id: record, outcome, fields } of changes) {
      const { title } = fields as { title?: { mine?: unknown } };
      const refused = isRefused(record.startsWith('new_') ? null : record, title?.mine);
      expect([record, planned.get(changeId), outcome]).toEqual([
        record,
        ...(outcome === 'conflict'
          ? ['conflict', 'conflict']
          : ['apply', refused ? 'failed' : 'done']),
      ]);
    }
    // Nothing twice, and nothing that is not in the journal.
    expect(remote.calls).toHaveLength(CHANGES - updates / 10);
    const again = await subject.plan();
    expect(again.map(({ changeId }) => changeId).sort()).toEqual(
      left.map(({ changeId }) => changeId).sort(),
    );
    const copy = await subject.copy();
    expect(Object.keys(copy).sort()).toEqual([...remote.table(name).keys()].sort());
  }, 300_000);

  it('is another user’s business in nothing', async () => {
    const name = table([item(1)]);
    const subject = await copied([name]);
    const { id } = await subject.publish();
    const other = await service.newUser();
    const answers = [
      await other.post(`${subject.path}/publish`, {}),
      await other.post(`${subject.path}/publish`, { dryRun: true }),
      await other.get(`${subject.path}/publications`),
      await other.get(`${subject.path}/publications/${id}`),
      await other.post(`${subject.path}/publications/${id}/stop`),
      await other.post(`${subject.path}/publications/${id}/resume`),
      await other.post(`${subject.path}/publications/${id}/resolve`, {
        ...{ changeId: 'chg_0000000000', outcome: 'done' },
      }),
    ];
    for (const { status, body } of answers) {
      expect([status, body]).toMatchObject([404, { code: 'snapshot.not_found' }]);
    }
    const unknown = await user.get(`${subject.path}/publications/pub_0000000000`);
    expect([unknown.status, unknown.body]).toMatchObject([
      ...[404, { code: 'snapshot.publication_not_found' }],
    ]);
  });

  it('names every fault of what it is sent', async () => {
    const path = '/snapshots/sna_0000000000';
    const publish = await user.post(`${path}/publish`, { dryRun: 1, onConflict: 'no', more: 1 });
    const resolve = await user.post(`${path}/publications/x/resolve`, { outcome: 'x', id: '' });
    const pointers = [publish, resolve].map(({ status, body }) => [
      status,
      (body as { errors: { pointer: string }[] }).errors.map(({ pointer }) => pointer).sort(),
    ]);
    expect(pointers).toEqual([
      [400, ['/dryRun', '/more', '/onConflict']],
      [400, ['/changeId', '/id', '/outcome']],
    ]);
  });
});
