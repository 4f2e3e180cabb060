import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { withClient } from './support/database.js';
import { until } from './support/process-tree.js';
import { startTestService, type Api, type TestService } from './support/service.js';
import { downloadAgain, takeSnapshot } from './support/snapshots.js';
import { tableConnector, TableRemote, type Row } from './support/table-remote.js';

interface Shown {
  id: string;
  fields: Row;
  edits: Row;
  state: string;
  conflicts?: string[];
}
interface Page {
  records: Shown[];
  nextCursor?: string;
  count?: number;
}

const FIELDS = [
  { path: 'title', type: 'text', name: 'title' },
  { path: 'price', type: 'numeric', name: 'price' },
  { path: 'on', type: 'boolean', name: 'on' },
  { path: 'at', type: 'timestamp', name: 'at' },
  { path: 'tags', type: 'text[]', name: 'tags' },
  { path: 'extra', type: 'jsonb', name: 'extra' },
  { path: 'odd', type: 'text', name: `o'd"d; drop table users; -- $1 ?` },
];
const ODD = `o'd"d; drop table users; -- $1 ?`;

describe('records of a snapshot', () => {
  let remote: TableRemote;
  let service: TestService;
  let user: Api;

  beforeAll(async () => {
    remote = await TableRemote.open();
    service = await startTestService({ EGRESS_ALLOW: '127.0.0.1' });
    user = await service.newUser();
  });
  afterAll(async () => {
    await service.stop();
    await remote.close();
  });

  function connector(...tables: string[]) {
    const mapping = { recordArrayPath: 'items', idPath: 'id', fields: FIELDS };
    return { ...tableConnector(remote.url, tables), mapping };
  }

  async function page(path: string, query: Record<string, string | number> = {}): Promise<Page> {
    const parameters = new URLSearchParams(
      Object.entries(query).map(([name, value]) => [name, String(value)]),
    );
    const answer = await user.get(`${path}?${parameters.toString()}`);
    expect([answer.status, answer.text.slice(0, 500)]).toEqual([200, expect.anything()]);
    return answer.body as Page;
  }

  /** All pages of a list, with something done between each two. */
  async function walk(
    path: string,
    query: Record<string, string | number>,
    between: (page: number) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<Shown[]> {
    const all: Shown[] = [];
    let cursor: string | undefined;
    for (let number = 1; ; number += 1) {
      const found = await page(path, { ...query, ...(cursor === undefined ? {} : { cursor }) });
      all.push(...found.records);
      cursor = found.nextCursor;
      if (cursor === undefined) return all;
      await between(number);
    }
  }

  async function ids(path: string, query: Record<string, string | number>): Promise<string[]> {
    return (await walk(path, query)).map(({ id }) => id);
  }

  function stage(path: string, ops: object[]) {
    return user.post(`${path}/bulk`, { ops });
  }

  function numbered(from: number, to: number): Row[] {
    return Array.from({ length: to - from }, (_, n) => ({
      id: `r${String(from + n).padStart(4, '0')}`,
      title: `Item ${from + n}`,
      price: from + n,
    }));
  }

  describe('from page to page', () => {
    it('come in the order of their ids, each with what is staged', async () => {
      remote.fill('plain', numbered(0, 5));
      const id = await takeSnapshot(user, connector('plain'));
      const path = `/snapshots/${id}/tables/plain/records`;
      const staged = await stage(path, [
        { op: 'update', id: 'r0001', fields: { price: 99 } },
        { op: 'delete', id: 'r0002' },
        { op: 'create', fields: { title: 'New' } },
      ]);
      const created = (staged.body as { results: { id: string }[] }).results[2]?.id ?? '';
      const { records, ...rest } = await page(path);
      expect(rest).toEqual({});
      expect(records.map((record) => [record.id, record.state])).toEqual([
        [created, 'created'],
        ['r0000', 'clean'],
        ['r0001', 'updated'],
        ['r0002', 'deleted'],
        ['r0003', 'clean'],
        ['r0004', 'clean'],
      ]);
      expect(records[0]).toEqual({
        ...{ id: created, fields: {}, edits: { title: 'New' }, state: 'created' },
      });
      expect(records[2]?.edits).toEqual({ price: 99 });
      expect(records[2]?.fields).toMatchObject({ price: 1, title: 'Item 1' });
      expect(records[3]).toMatchObject({ fields: { price: 2 }, edits: {} });
      for (const [state, expected] of Object.entries({
        clean: ['r0000', 'r0003', 'r0004'],
        created: [created],
        updated: ['r0001'],
        deleted: ['r0002'],
        gone: [],
      })) {
        expect(await ids(path, { state, limit: 1 })).toEqual(expected);
        expect((await page(path, { state, count: 'true' })).count).toBe(expected.length);
      }
      expect((await page(path, { count: 'true', limit: 1 })).count).toBe(6);
    });

    it('come once each, whatever is staged or downloaded meanwhile', async () => {
      remote.fill('moving', numbered(0, 60));
      const id = await takeSnapshot(user, connector('moving'));
      const path = `/snapshots/${id}/tables/moving/records`;
      for (const query of [{}, { sort: 'price' }, { sort: '-title' }]) {
        const seen = await walk(path, { limit: 7, ...query }, async (number) => {
          await stage(path, [
            { op: 'create', fields: { title: 'Between', price: number } },
            { op: 'update', id: 'r0030', fields: { [ODD]: `x${number}` } },
          ]);
          if (number !== 3) return;
          remote.fill('moving', [...numbered(0, 60), ...numbered(200, 205)]);
          await downloadAgain(user, id);
        });
        const old = seen.map((record) => record.id).filter((name) => name < 'r0100' && name > 'r');
        expect([...old].sort()).toEqual(numbered(0, 60).map((row) => row['id']));
      }
    });

    it('lists what is gone only when asked for, or where it carries an edit', async () => {
      remote.fill('leaving', numbered(0, 4));
      const id = await takeSnapshot(user, connector('leaving'));
      const path = `/snapshots/${id}/tables/leaving/records`;
      await stage(path, [
        { op: 'update', id: 'r0001', fields: { price: 5 } },
        { op: 'update', id: 'r0003', fields: { price: 6, title: 'Mine' } },
      ]);
      remote.fill('leaving', [...numbered(0, 1), { id: 'r0003', title: 'Theirs', price: 6 }]);
      await downloadAgain(user, id);
      const { records } = await page(path);
      expect(records.map((record) => [record.id, record.state])).toEqual([
        ['r0000', 'clean'],
        ['r0001', 'gone'],
        ['r0003', 'updated'],
      ]);
      expect(records[1]).toMatchObject({ fields: { price: 1 }, edits: { price: 5 } });
      expect(records[1]).not.toHaveProperty('conflicts');
      // The price is what was staged; of the title base, copy and edit differ.
      expect(records[2]?.conflicts).toEqual(['title']);
      expect(await ids(path, { state: 'gone' })).toEqual(['r0001', 'r0002']);
    });

    it('ends a page early where records are large', async () => {
      const large = (id: string) => ({ id, title: id.repeat(3_500_000), price: 1 });
      remote.fill('large', [large('a'), large('b'), large('c'), large('d'), large('e')]);
      const id = await takeSnapshot(user, connector('large'));
      const path = `/snapshots/${id}/tables/large/records`;
      const first = await page(path, { limit: 1000 });
      expect(first.records.map((record) => record.id)).toEqual(['a', 'b', 'c', 'd']);
      const second = await page(path, { limit: 1000, cursor: first.nextCursor ?? '' });
      expect(second.records.map((record) => record.id)).toEqual(['e']);
      expect(second.nextCursor).toBeUndefined();
    });

    it('knows nothing of a table without a copy but what is to be created', async () => {
      remote.treat = ({ table }) => (table === 'broken' ? { status: 500 } : undefined);
      const id = await takeSnapshot(user, connector('broken'));
      remote.treat = () => undefined;
      const path = `/snapshots/${id}/tables/broken/records`;
      expect(await page(path, { count: 'true' })).toEqual({ records: [], count: 0 });
      await stage(path, [{ op: 'create', fields: { anything: [1] } }]);
      expect((await page(path, { sort: 'anything' })).records).toMatchObject([
        { state: 'created', edits: { anything: [1] } },
      ]);
    });
  });

  describe('with values of all kinds', () => {
    let path: string;
    const rows: Row[] = [
      {
        id: 'a',
        title: '50% off_\\',
        price: '9007199254740993',
        on: true,
        at: '2026-01-01',
        tags: ['x', 'y'],
        extra: { k: [1, { z: null }] },
      },
      {
        id: 'b',
        title: "Ünïcode O'Neill",
        price: '9007199254740992',
        on: false,
        at: '2026-01-01T00:00:00.0005Z',
        tags: [],
        extra: 'text',
      },
      { id: 'c', title: null, price: null, on: null, at: null, tags: null, extra: null },
      {
        id: 'd',
        title: 'item',
        price: -1.5,
        on: true,
        at: 0,
        tags: ["'; --"],
        extra: 12,
        odd: "a'b",
      },
      { id: 'e', title: 'Item', price: '1e3', on: false, at: 1e12, tags: ['X'], extra: [1, 2] },
      { id: 'f' },
    ];

    beforeAll(async () => {
      remote.fill('kinds', rows);
      const id = await takeSnapshot(user, connector('kinds'));
      path = `/snapshots/${id}/tables/kinds/records`;
      // A copy may hold what its columns do not promise.
      await withClient(service.databaseUrl, (client) =>
        client.query(
          `update snapshot_records set fields = fields || $1::jsonb where id = 'f' and generation =
            (select generation from snapshot_tables where snapshot_id = $2)`,
          ['{"price": "1e999999", "on": "true", "at": [1], "tags": "x", "title": {"a": 1}}', id],
        ),
      );
    });

    it.each([
      ['title', 'eq', 'item', 'd'],
      ['title', 'ne', 'item', 'abcef'],
      ['title', 'contains', 'ITEM', 'de'],
      ['title', 'contains', 'ÜNÏ', 'b'],
      ['title', 'contains', '%', 'a'],
      ['title', 'contains', '_', 'a'],
      ['title', 'contains', '\\', 'a'],
      ['title', 'contains', "'", 'b'],
      ['title', 'gt', 'Item', 'bdf'],
      ['title', 'lt', 'Item', 'a'],
      ['price', 'eq', '9007199254740993', 'a'],
      ['price', 'gt', '9007199254740992', 'a'],
      ['price', 'ne', '9007199254740993', 'bcdef'],
      ['price', 'eq', 1000, 'e'],
      ['price', 'lt', 0, 'd'],
      ['on', 'eq', true, 'ad'],
      ['on', 'ne', true, 'bcef'],
      ['at', 'eq', '2026-01-01T01:00:00+01:00', 'a'],
      ['at', 'gt', '2026-01-01', 'b'],
      ['at', 'lt', 1, 'd'],
      ['tags', 'contains', 'x', 'a'],
      ['tags', 'contains', "'; --", 'd'],
      ['tags', 'eq', ['x', 'y'], 'a'],
      ['extra', 'contains', { k: [1] }, 'a'],
      ['extra', 'contains', [2], 'e'],
      ['extra', 'eq', 'text', 'b'],
      ['extra', 'gt', 11, 'd'],
      ['extra', 'lt', 'u', 'b'],
      ['extra', 'is_null', true, 'cf'],
      ['extra', 'is_null', false, 'abde'],
      ['price', 'is_null', undefined, 'c'],
      [ODD, 'eq', "a'b", 'd'],
      ['nobody\'s \\ " $1', 'eq', 'x', ''],
      ['nobody\'s \\ " $1', 'is_null', true, 'abcdef'],
    ])('filters %s %s %j', async (field, op, value, expected) => {
      const filter = JSON.stringify({ field, op, value });
      const found = await page(path, { filter, count: 'true' });
      expect(found.records.map(({ id }) => id).join('')).toBe(expected);
      expect(found.count).toBe(expected.length);
      expect((await ids(path, { filter, limit: 1 })).join('')).toBe(expected);
    });

    it('keeps the digits of numbers in a filter', async () => {
      const filter = '{"field": "price", "op": "eq", "value": 9007199254740993}';
      expect(await ids(path, { filter })).toEqual(['a']);
    });

    it('holds all conditions of a list', async () => {
      const filter = JSON.stringify([
        { field: 'on', op: 'eq', value: false },
        { field: 'tags', op: 'contains', value: 'X' },
      ]);
      expect(await ids(path, { filter })).toEqual(['e']);
      expect(await ids(path, { filter: '[]' })).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    });

    it.each([
      ['price', 'debacf'],
      ['-price', 'abedcf'],
      ['title', 'aedfbc'],
      ['on', 'beadcf'],
      ['-on', 'adbecf'],
      ['at', 'deabcf'],
      ['nobody', 'abcdef'],
      ['-nobody', 'abcdef'],
    ])('sorts by %s, nulls last', async (sort, expected) => {
      expect((await ids(path, { sort, limit: 2 })).join('')).toBe(expected);
    });

    it.each(['extra', '-extra', 'tags', '-tags'])(
      'pages through what is sorted by %s',
      async (sort) => {
        const whole = (await page(path, { sort })).records.map(({ id }) => id);
        expect([...whole].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
        expect(whole.slice(sort.endsWith('extra') ? -2 : -1)).toEqual(
          sort.endsWith('extra') ? ['c', 'f'] : ['c'],
        );
        expect(await ids(path, { sort, limit: 1 })).toEqual(whole);
      },
    );

    it('names every fault of a query', async () => {
      const filter = JSON.stringify([
        { field: 'price', op: 'like', value: 1 },
        { field: 'price', op: 'eq', value: 'a lot' },
        { op: 'eq', value: null, more: 1 },
        { field: 'on', op: 'gt', value: true },
        { field: 'title', op: 'eq' },
        { field: 'title', op: 'is_null', value: 'yes' },
        5,
      ]);
      const query = new URLSearchParams({ filter, cursor: 'abc' });
      const { status, body } = await user.get(`${path}?${query.toString()}`);
      expect(status).toBe(400);
      const { errors } = body as { errors: { parameter: string; detail: string }[] };
      expect(errors.map(({ detail }) => /^condition (\d)/.exec(detail)?.[1])).toEqual([
        ...['1', '2', '3', '3', '4', '5', '6', '7'],
        undefined,
      ]);
      expect(errors.at(-1)).toMatchObject({ parameter: 'cursor' });
      const more = await user.get(`${path}?limit=0&state=new&count=1&sort=&other=1`);
      const named = (more.body as { errors: { parameter: string }[] }).errors;
      expect(named.map(({ parameter }) => parameter).sort()).toEqual([
        ...['count', 'limit', 'other', 'sort', 'state'],
      ]);
    });

    it.each([
      '{',
      '"a"',
      '[1',
      `[${'{},'.repeat(21)}{}]`,
      '{"field": "a\\u0000", "op": "is_null"}',
    ])('refuses the filter %s', async (filter) => {
      const query = new URLSearchParams({ filter });
      const { status, body } = await user.get(`${path}?${query.toString()}`);
      expect([status, body]).toMatchObject([400, { errors: [{ parameter: 'filter' }] }]);
    });

    it('takes no cursor of another list, and none that was made up', async () => {
      const { nextCursor = '' } = await page(path, { limit: 1, sort: 'price' });
      const parts = JSON.parse(Buffer.from(nextCursor, 'base64url').toString()) as Row;
      const forged = [{ ...parts, key: 'x' }, { ...parts, id: 5 }, { ...parts, key: '1\0' }, 7];
      for (const query of [
        { cursor: nextCursor },
        { cursor: nextCursor, sort: '-price' },
        { cursor: nextCursor, sort: 'price', state: 'clean' },
        { cursor: nextCursor, sort: 'price', filter: '[]' },
        ...forged.map((made) => ({
          cursor: Buffer.from(JSON.stringify(made)).toString('base64url'),
          sort: 'price',
        })),
      ]) {
        const parameters = new URLSearchParams(Object.entries(query));
        const { status, body } = await user.get(`${path}?${parameters.toString()}`);
        expect([status, body]).toMatchObject([400, { errors: [{ parameter: 'cursor' }] }]);
      }
    });

    it('refuses what the database makes nothing of', async () => {
      for (const query of [
        { filter: '{"field": "extra", "op": "eq", "value": 1e999999}' },
        { sort: 'a\0' },
      ]) {
        const parameters = new URLSearchParams(Object.entries(query));
        const { status } = await user.get(`${path}?${parameters.toString()}`);
        expect(status).toBe(400);
      }
      expect((await user.get(path.replace('kinds', 'a%00'))).status).toBe(404);
    });
  });

  it('keep every digit of their numbers', async () => {
    remote.fill('digits', [{ id: '1', title: 'a' }]);
    const id = await takeSnapshot(user, connector('digits'));
    const path = `/snapshots/${id}/tables/digits/records`;
    const exact = '12345678901234567890.12345678901234567890';
    await withClient(service.databaseUrl, (client) =>
      client.query(
        `update snapshot_records set fields = jsonb_build_object('extra', $1::numeric)
          where generation = (select generation from snapshot_tables where snapshot_id = $2)`,
        [exact, id],
      ),
    );
    await stage(path, [{ op: 'update', id: '1', fields: { price: `${exact}5` } }]);
    for (const query of ['', '?sort=extra', '?filter={"field":"extra","op":"gt","value":5}']) {
      const { text } = await user.get(`${path}${query}`);
      expect(text).toContain(`"extra": ${exact}`);
      expect(text).toContain(`"price": "${exact}5"`);
    }
    const exported = await user.get(`${path.replace('records', 'export')}?format=csv`);
    expect(exported.text).toContain(exact);
  });

  it('are nobody else’s', async () => {
    remote.fill('mine', numbered(0, 3));
    const id = await takeSnapshot(user, connector('mine'));
    const stranger = await service.newUser();
    const unknown = 'sna_0000000000';
    for (const part of ['tables/mine/records', 'tables/mine/export?format=csv', 'changes']) {
      const [foreign, none] = [
        await stranger.get(`/snapshots/${id}/${part}`),
        await stranger.get(`/snapshots/${unknown}/${part}`),
      ];
      expect(foreign.status).toBe(404);
      expect({ ...(foreign.body as object), instance: '', requestId: '' }).toEqual({
        ...{ ...(none.body as object), instance: '', requestId: '' },
      });
    }
    const ops = [{ op: 'discard' }];
    const staged = await stranger.post(`/snapshots/${id}/tables/mine/records/bulk`, { ops });
    expect(staged.status).toBe(404);
    expect((await user.get(`/snapshots/${id}/tables/other/records`)).status).toBe(404);
  });

  describe('in an export', () => {
    const texts = ['plain', 'a "quoted", one', 'two\nlines', 'car\rriage', '', ' ; ', '=1+1'];
    let id: string;
    let path: string;

    beforeAll(async () => {
      remote.fill('a/b "ü"', [
        ...texts.map((title, n) => ({
          ...{ id: String(n), title, price: n, on: n % 2 === 0 },
          ...{ tags: [title, 'x'], extra: { title } },
        })),
        ...numbered(0, 2_500),
      ]);
      id = await takeSnapshot(user, connector('a/b "ü"'));
      path = `/snapshots/${id}/tables/${encodeURIComponent('a/b "ü"')}`;
      await stage(`${path}/records`, [
        { op: 'update', id: '0', fields: { price: 7.5, title: null } },
        { op: 'delete', id: '1' },
        { op: 'create', fields: { title: 'New' } },
      ]);
    });

    it('are lines as in the list', async () => {
      const answer = await user.get(`${path}/export?format=ndjson`);
      expect(answer.headers['content-type']).toMatch(/^application\/x-ndjson/);
      expect(answer.headers['content-disposition']).toMatch(
        /^attachment; filename="(?:[^"\\/]|\\")*\.ndjson"; filename\*=UTF-8''[\w%.!'()*-]+$/,
      );
      const lines = answer.text.trimEnd().split('\n');
      expect(lines.map((line) => JSON.parse(line) as Shown)).toEqual(
        await walk(`${path}/records`, { limit: 1000 }),
      );
      expect(lines).toHaveLength(texts.length + 2_501);
    });

    it('are a table with the staged values as CSV', async () => {
      const answer = await user.get(`${path}/export?format=csv`);
      expect(answer.headers['content-type']).toMatch(/^text\/csv/);
      const [header, ...lines] = parseCsv(answer.text);
      expect(header).toEqual(['id', 'state', ...FIELDS.map(({ name }) => name)]);
      const found = await walk(`${path}/records`, { limit: 1000 });
      const cells = found.map(({ id: record, state, fields, edits }) => {
        const values = { ...fields, ...edits };
        return [record, state, ...FIELDS.map(({ name }) => values[name] ?? '')];
      });
      const lists = FIELDS.map(({ type }) => type === 'text[]' || type === 'jsonb');
      const read = lines.map((line) =>
        line.map((cell, at) =>
          cell !== '' && lists[at - 2] ? (JSON.parse(cell) as unknown) : cell,
        ),
      );
      const told = cells.map((line) =>
        line.map((cell) =>
          typeof cell === 'boolean' || typeof cell === 'number' ? String(cell) : cell,
        ),
      );
      expect(read).toEqual(told);
      // A text that is empty is told from a null.
      expect(answer.text).toContain('\r\n4,clean,"",4,true,,');
    });

    it('say what they are without being sent', async () => {
      const answer = await user.send('HEAD', `${path}/export?format=csv`, {});
      expect([answer.status, answer.text || '']).toEqual([200, '']);
      expect(answer.headers['content-type']).toMatch(/^text\/csv/);
    });

    it.each(['', '?format=xlsx', '?format='])('come in no other format: %s', async (query) => {
      const { status, body } = await user.get(`${path}/export${query}`);
      expect([status, body]).toMatchObject([400, { errors: [{ parameter: 'format' }] }]);
    });

    it('have the names that occur as columns where none are known', async () => {
      await withClient(service.databaseUrl, (client) =>
        client.query('update snapshot_tables set columns = null where snapshot_id = $1', [id]),
      );
      const answer = await user.get(`${path}/export?format=csv`);
      const [header] = parseCsv(answer.text);
      expect(header).toEqual(['id', 'state', 'extra', 'on', 'price', 'tags', 'title']);
    });

    it('are pinned, as slow as their clients, and few at once', async () => {
      remote.fill('wide', numbered(0, 60));
      const wide = await takeSnapshot(user, connector('wide'));
      await enlarge(wide, 1_000_000);
      const url = `${service.url}/snapshots/${wide}/tables/wide/export?format=ndjson`;
      const headers = { Authorization: user.authorization ?? '' };
      const leaving = new AbortController();
      const open = await Promise.all(
        Array.from({ length: 4 }, () => fetch(url, { headers, signal: leaving.signal })),
      );
      const busy = await user.get(`/snapshots/${wide}/tables/wide/export?format=csv`);
      expect([busy.status, busy.headers['retry-after']]).toEqual([429, '10']);
      expect(await pins(wide)).toBe(4);
      leaving.abort();
      for (const answer of open) await answer.body?.cancel().catch(() => undefined);
      await until(async () => (await pins(wide)) === 0, 10_000);

      const again = await fetch(url, { headers });
      const lines = createInterface({ input: Readable.fromWeb(again.body as never) });
      let count = 0;
      for await (const line of lines) {
        expect((JSON.parse(line) as Shown).fields).toHaveProperty('title');
        count += 1;
      }
      expect(count).toBe(60);
    });

    it('break where they fail on the way', async () => {
      remote.fill('failing', numbered(0, 3_000));
      const failing = await takeSnapshot(user, connector('failing'));
      await enlarge(failing, 20_000);
      const answer = await fetch(
        `${service.url}/snapshots/${failing}/tables/failing/export?format=ndjson`,
        { headers: { Authorization: user.authorization ?? '' } },
      );
      expect(answer.status).toBe(200);
      // Its connection is taken away while the client has not read on.
      await withClient(service.databaseUrl, async (client) => {
        await client.query(
          `select pg_terminate_backend(pid) from pg_locks
            where locktype = 'advisory' and mode = 'ShareLock' and pid <> pg_backend_pid()
              and database = (select oid from pg_database where datname = current_database())`,
        );
      });
      await expect(answer.text()).rejects.toThrow();
    });

    /** Gives each record a title of so many characters; the remote would be long about it. */
    async function enlarge(snapshot: string, length: number): Promise<void> {
      await withClient(service.databaseUrl, (client) =>
        client.query(
          `update snapshot_records set fields = jsonb_build_object('title', repeat('x', $1::int))
            where generation = (select generation from snapshot_tables where snapshot_id = $2)`,
          [length, snapshot],
        ),
      );
    }

    function pins(snapshot: string): Promise<number> {
      return withClient(service.databaseUrl, async (client) => {
        const { rows } = await client.query<{ count: number }>(
          `select count(*)::int as count from pg_locks where locktype = 'advisory'
            and mode = 'ShareLock' and objid::bigint =
              (select generation from snapshot_tables where snapshot_id = $1)
            and database = (select oid from pg_database where datname = current_database())`,
          [snapshot],
        );
        return rows[0]?.count ?? -1;
      });
    }
  });
});

/** RFC 4180, for the test alone: the fields of each line. */
function parseCsv(text: string): string[][] {
  const lines: string[][] = [];
  let line: string[] = [];
  const field = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r\n)/gy;
  for (let match = field.exec(text); match; match = field.exec(text)) {
    line.push(match[1]?.replaceAll('""', '"') ?? match[2] ?? '');
    if (match[3] === ',') continue;
    lines.push(line);
    line = [];
  }
  return lines;
}
