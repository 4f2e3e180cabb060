import { caseOf } from './support/openapi/cases.js';
import type { Row } from './support/openapi/collection.js';
import type { DocumentApi } from './support/openapi/document-api.js';
import { startCase } from './support/openapi/import-case.js';
import { until } from './support/process-tree.js';
import { startTestService, type Api, type TestService } from './support/service.js';
import { downloaded } from './support/snapshots.js';

interface PlanItem {
  op: string;
  id: string;
  outcome: string;
  fields: Record<string, { base: unknown; mine: unknown; theirs: unknown }>;
}

interface Publication {
  state: string;
  changes: PlanItem[];
}

const BUILDER = '/rest/custom-connector-builder';

describe('the way from an OpenAPI document to a published edit', () => {
  const { key } = caseOf('library.yaml');
  let api: DocumentApi;
  let service: TestService;
  let user: Api;
  let stranger: Api;
  let connector: string;
  let snapshot: string;
  let publication: string;

  beforeAll(async () => {
    api = await startCase(caseOf('library.yaml'));
    service = await startTestService({ EGRESS_ALLOW: api.remote.host });
    user = await service.newUser();
    stranger = await service.newUser();
  }, 60_000);
  afterAll(async () => {
    await service.stop();
    await api.stop();
  });

  const books = () => api.rows('/books');
  const bookOf = (isbn: unknown) => books().find((row) => row['isbn'] === isbn);
  const outcomes = (changes: PlanItem[]) => changes.map(({ op, id, outcome }) => [op, id, outcome]);

  it('imports the document, and creates and tries the connector', async () => {
    const imported = await user.post(`${BUILDER}/import-openapi`, { url: api.documentUrl });
    expect([imported.status, imported.body]).toMatchObject([200, { skipped: [] }]);
    const { connector: body } = imported.body as { connector: Row };
    expect(body).toMatchObject({ name: 'Town Library' });
    const made = await user.post('/custom-connectors', { ...body, apiKey: key });
    expect([made.status, made.body]).toEqual([201, expect.anything()]);
    connector = `/custom-connectors/${(made.body as { id: string }).id}`;
    expect((await user.post(`${connector}/test`)).body).toEqual({ health: 'ok' });
  });

  it('shows its tables, their columns and their records', async () => {
    const { tables } = (await user.get(`${connector}/tables`)).body as { tables: { id: Row }[] };
    expect(tables.map(({ id }) => id['wsId'])).toEqual(['books', 'authors']);
    const spec = (await user.get(`${connector}/tables/books/spec`)).body as { columns: Row[] };
    expect(spec.columns.map(({ name, pgType }) => [name, pgType])).toContainEqual([
      'title',
      'text',
    ]);
    const page = await user.get(`${connector}/tables/books/records?limit=5`);
    const { records } = page.body as { records: { id: string }[] };
    expect(records.map(({ id }) => id)).toEqual(
      books()
        .slice(0, 5)
        .map(({ isbn }) => isbn),
    );
  });

  it('copies the tables whole', async () => {
    const id = connector.split('/').at(-1);
    const made = await user.post('/snapshots', { connectorId: id });
    expect(made.status).toBe(202);
    const {
      id: snapshotId,
      state,
      tables,
    } = await downloaded(...[user, (made.body as { id: string }).id]);
    snapshot = `/snapshots/${snapshotId}`;
    expect([state, tables.map(({ tableId, records }) => [tableId, records])]).toEqual([
      'completed',
      [
        ['books', books().length],
        ['authors', api.rows('/authors').length],
      ],
    ]);
  });

  it('keeps edits to itself, and plans what they come to', async () => {
    const before = structuredClone(books());
    const [one, two, three] = before.map(({ isbn }) => isbn as string);
    const staged = await user.post(`${snapshot}/tables/books/records/bulk`, {
      ops: [
        { op: 'update', id: one, fields: { title: 'Edited', available: false } },
        { op: 'update', id: two, fields: { title: 'Edited as well' } },
        { op: 'delete', id: three },
        { op: 'create', fields: { isbn: '979/1 ö', title: 'Written here', pages: 3 } },
      ],
    });
    expect(staged.status).toBe(200);
    expect(books()).toEqual(before);
    // Meanwhile somebody else has changed one of them.
    Object.assign(bookOf(two) ?? {}, { title: 'Changed by the library' });
    const { plan } = (await user.post(`${snapshot}/publish`, { dryRun: true })).body as {
      plan: PlanItem[];
    };
    const made = plan.find(({ op }) => op === 'create')?.id;
    expect(outcomes(plan).sort()).toEqual(
      [
        ['update', one, 'apply'],
        ['update', two, 'conflict'],
        ['delete', three, 'apply'],
        ['create', made, 'apply'],
      ].sort(),
    );
    expect(plan.find(({ id }) => id === two)?.fields['title']).toEqual({
      ...{ base: 'Book 1', mine: 'Edited as well', theirs: 'Changed by the library' },
    });
    expect(bookOf(one)).toEqual(before[0]);
  });

  it('publishes them, and the remote has them', async () => {
    const before = structuredClone(books());
    const begun = await user.post(`${snapshot}/publish`, { onConflict: 'skip' });
    expect(begun.status).toBe(202);
    publication = `${snapshot}/publications/${(begun.body as { id: string }).id}`;
    let found: Publication | undefined;
    await until(async () => {
      found = (await user.get(publication)).body as Publication;
      return !['pending', 'active'].includes(found.state);
    }, 20_000);
    expect(found?.state).toBe('completed');
    expect(found?.changes.map(({ op, outcome }) => [op, outcome]).sort()).toEqual([
      ['create', 'done'],
      ['delete', 'done'],
      ['update', 'conflict'],
      ['update', 'done'],
    ]);
    const [one, two, _three, ...others] = before;
    expect(books()).toEqual([
      { ...one, title: 'Edited', available: false },
      ...[two, ...others],
      { isbn: '979/1 ö', title: 'Written here', pages: 3 },
    ]);
    expect(api.violations).toEqual([]);
  });

  it('is nobody else’s business', async () => {
    const answers = [
      await stranger.get(connector),
      await stranger.post(`${connector}/test`),
      await stranger.get(`${connector}/tables`),
      await stranger.get(`${connector}/tables/books/records`),
      await stranger.get(snapshot),
      await stranger.get(publication),
      await stranger.post(`${snapshot}/publish`, { dryRun: true }),
    ];
    expect(answers.map(({ status }) => status)).toEqual(answers.map(() => 404));
    for (const { text } of answers) expect(text).not.toMatch(/library|Book/i);
    for (const list of ['/custom-connectors', '/snapshots']) {
      expect((await stranger.get(list)).body).toEqual([]);
    }
    const open = await service.anonymous.post(`${BUILDER}/import-openapi`, { document: api.text });
    expect(open.status).toBe(401);
    // The key is in nothing that was written down.
    expect(service.log.join('\n')).not.toContain(key);
  });
});
