import { parse } from 'yaml';
import { splitId } from '../src/common/entity-id.js';
import type { Row } from './support/openapi/collection.js';
import { caseOf, CASES } from './support/openapi/cases.js';
import { DocumentApi, PLACEHOLDER } from './support/openapi/document-api.js';
import {
  changed,
  expectedRecord,
  fieldsOf,
  notTakenOnce,
  type Mapping,
} from './support/openapi/expected-records.js';
import {
  documentText,
  startCase,
  type ImportCase,
  type TableCase,
} from './support/openapi/import-case.js';
import { PAGING_CASES, pagingDocument } from './support/openapi/paging-cases.js';
import { until } from './support/process-tree.js';
import { Remote } from './support/remote.js';
import { startTestService, type Answer, type Api, type TestService } from './support/service.js';

interface Imported {
  connector: Row & {
    mapping?: Mapping;
    tableMappings?: Record<string, Mapping>;
    tables?: string[];
  };
  skipped: { operation: string; reason: string }[];
}

interface Read {
  records: { id: string; fields: Row }[];
  summary: { complete: boolean; warnings: object[] };
}

const ROUTE = '/rest/custom-connector-builder/import-openapi';

describe('the import of OpenAPI documents', () => {
  let service: TestService;
  let user: Api;

  beforeAll(async () => {
    service = await startTestService({ EGRESS_ALLOW: '127.0.0.1' });
    user = await service.newUser();
  }, 60_000);
  afterAll(async () => {
    await service.stop();
  });

  describe.each(CASES)('$name', (subject) => {
    let api: DocumentApi;
    let imported: Imported;
    let path: string;

    beforeAll(async () => {
      api = await startCase(subject);
      const answer = await user.post(ROUTE, bodyOf(subject, api));
      expect([answer.status, answer.body]).toEqual([200, expect.anything()]);
      imported = answer.body as Imported;
      const made = await user.post('/custom-connectors', {
        ...imported.connector,
        apiKey: subject.key,
      });
      expect([made.status, made.body]).toEqual([201, expect.anything()]);
      path = `/custom-connectors/${(made.body as { id: string }).id}`;
    });
    afterEach(() => {
      expect(api.violations.splice(0)).toEqual([]);
    });
    afterAll(async () => {
      await api.stop();
    });

    const recordsOf = ({ wsId }: TableCase) => `${path}/tables/${encodeURIComponent(wsId)}/records`;
    const rowsOf = ({ collection, parents }: TableCase) => api.rows(collection.path, parents);
    // Without a mapping the functions give the records as the columns say.
    const mappingOf = async ({ wsId }: TableCase): Promise<Mapping> => {
      const { tableMappings = {}, mapping } = imported.connector;
      const own = tableMappings[wsId] ?? mapping;
      if (own) return own;
      const spec = await user.get(`${path}/tables/${encodeURIComponent(wsId)}/spec`);
      const { columns } = spec.body as { columns: { name: string; pgType: string }[] };
      const fields = columns.map(({ name, pgType }) => ({
        ...{ path: JSON.stringify([name]), type: pgType, name },
      }));
      return { recordArrayPath: '', fields };
    };

    it('lists its tables, once it answers', async () => {
      expect((await user.post(`${path}/test`)).body).toEqual({ health: 'ok' });
      const { tables } = (await user.get(`${path}/tables`)).body as { tables: { id: Row }[] };
      expect(tables.map(({ id }) => id)).toEqual(
        subject.tables.map(({ wsId }) => ({ wsId, remoteId: splitId(wsId) })),
      );
    });

    it('tells of every operation that no table takes, and why', () => {
      const operations = imported.skipped.map(({ operation }) => operation.replace(/ \(.*\)$/, ''));
      expect(operations.sort()).toEqual([...subject.skipped].sort());
      for (const { reason } of imported.skipped) expect(reason).toMatch(/\w+ \w+/);
    });

    for (const table of subject.tables)
      it(`reads ${table.wsId} whole, record for record`, async () => {
        const mapping = await mappingOf(table);
        const types = Object.fromEntries(
          mapping.fields.map(({ path: at, type }) => [at.replace(/^\["(\w+)"\]$/, '$1'), type]),
        );
        expect(types).toEqual(table.columns);
        const { records, summary } = await readAll(recordsOf(table));
        expect(summary).toMatchObject({ complete: true, warnings: [] });
        const rows = rowsOf(table);
        expect(records).toEqual(
          rows.map((row) => expectedRecord(row, table.collection.id, mapping)),
        );
        expect(rows.flatMap((row) => notTakenOnce(row, mapping))).toEqual([]);
      });

    for (const table of subject.tables.filter(({ collection }) => collection.item))
      it(`gets single records of ${table.wsId}, and none where there is none`, async () => {
        const mapping = await mappingOf(table);
        const { id } = table.collection;
        for (const row of rowsOf(table).slice(0, 4)) {
          const one = await user.get(`${recordsOf(table)}/${encodeURIComponent(String(row[id]))}`);
          expect([one.status, one.body]).toEqual([200, expectedRecord(row, id, mapping)]);
        }
        const none = await user.get(`${recordsOf(table)}/${encodeURIComponent(unknownId(table))}`);
        expect(none.status).toBe(404);
      });

    for (const table of subject.tables.filter(({ create }) => create))
      it(`makes records of ${table.wsId}`, async () => {
        const { create = {}, collection } = table;
        const before = structuredClone(rowsOf(table));
        const fields = fieldsOf(create, await mappingOf(table));
        const answer = await user.post(recordsOf(table), { records: [{ fields }] });
        const rows = rowsOf(table);
        const row = rows.at(-1) ?? {};
        expect([answer.status, answer.body]).toEqual([
          ...[200, { results: [{ status: 'ok', id: String(row[collection.id]) }] }],
        ]);
        expect(rows.slice(0, -1)).toEqual(before);
        expect(row).toEqual({ ...create, ...collection.make?.(create, 1) });
      });

    for (const table of subject.tables.filter(({ update }) => update))
      it(`changes records of ${table.wsId}, and of them only what is to be changed`, async () => {
        const { update = {}, collection } = table;
        const before = structuredClone(rowsOf(table));
        const fields = fieldsOf(update, await mappingOf(table));
        const ids = [before[1], before[6]].map((row) => String(row?.[collection.id]));
        const records = ids.map((id) => ({ id, fields }));
        const answer = await user.send('PATCH', recordsOf(table), { body: { records } });
        expect([answer.status, answer.body]).toEqual([
          ...[200, { results: ids.map((id) => ({ status: 'ok', id })) }],
        ]);
        expect(rowsOf(table)).toEqual(
          before.map((row, at) => (at === 1 || at === 6 ? changed(row, update) : row)),
        );
      });

    for (const table of subject.tables.filter(({ removes }) => removes))
      it(`removes records of ${table.wsId}`, async () => {
        const before = structuredClone(rowsOf(table));
        const ids = [before[0], before[3]].map((row) => String(row?.[table.collection.id]));
        const answer = await user.send('DELETE', recordsOf(table), { body: { ids } });
        expect([answer.status, answer.body]).toEqual([
          ...[200, { results: ids.map((id) => ({ status: 'ok', id })) }],
        ]);
        expect(rowsOf(table)).toEqual(before.filter((_row, at) => at !== 0 && at !== 3));
      });

    it('has no answer that is not as it expects', async () => {
      const { body } = await user.get(`${path}/runs?limit=100`);
      const runs = body as { id: string; responses?: { checked: number; faults: object[] } }[];
      const checked = await Promise.all(
        runs.map(async ({ id }) => (await user.get(`${path}/runs/${id}`)).body as (typeof runs)[0]),
      );
      expect(checked.flatMap(({ responses }) => responses?.faults ?? [])).toEqual([]);
      const isExpecting = 'pollRecordsResponse' in imported.connector;
      expect(checked.some(({ responses }) => (responses?.checked ?? 0) > 0)).toBe(isExpecting);
    });
  });

  describe('as it is asked for', () => {
    let api: DocumentApi;
    beforeAll(async () => {
      api = await startCase(caseOf('kennel.json'));
    });
    afterAll(async () => {
      await api.stop();
    });
    const ask = async (body: object) => user.post(ROUTE, { document: api.text, ...body });
    const faultsOf = ({ status, body }: Answer) => {
      expect(status).toBe(400);
      return (body as { errors: { pointer: string; detail: string }[] }).errors;
    };

    it('takes the operations that are named, and no others', async () => {
      const operations = ['listDogs', 'GET /dogs/{dogId}', 'addDog'];
      const { status, body } = await ask({ operations });
      const { connector, skipped } = body as Imported;
      expect([status, connector.tables, skipped]).toEqual([200, ['dogs'], []]);
      const names = ['getRecord', 'createRecord', 'updateRecord', 'deleteRecord'];
      expect(names.map((name) => name in connector)).toEqual([true, true, false, false]);
    });

    it('names every operation that there is not', async () => {
      const operations = ['listDogs', 'listCats', 'PATCH /dogs/{dogId}'];
      const faults = faultsOf(await ask({ operations }));
      expect(faults.map(({ pointer }) => pointer)).toEqual(['/operations/1', '/operations/2']);
    });

    it('calls the server that is named', async () => {
      const { body } = await ask({ server: 'https://kennel.example.org/api' });
      const { connector } = body as Imported;
      expect(connector['allowedHosts']).toEqual(['kennel.example.org']);
      expect(connector['pollRecords']).toContain('https://kennel.example.org/api');
      expect(JSON.stringify(connector)).not.toContain(api.remote.host);
    });

    it.each(['shapes.yaml', 'warehouse.json'])(
      'asks for a server where %s has none',
      async (file) => {
        const [fault] = faultsOf(await ask({ document: documentText(file) }));
        expect(fault?.pointer).toBe('/server');
      },
    );

    it.each([
      ['nothing', ''],
      ['a text', 'hello'],
      ['a list', '- 1\n- 2'],
      ['JSON that breaks off', '{"openapi":"3.0.0",'],
      ['no version', '{"paths":{}}'],
      ['OpenAPI 4', '{"openapi":"4.0.0","paths":{}}'],
      ['Swagger 1.2', '{"swaggerVersion":"1.2","apis":[]}'],
      ['AsyncAPI', 'asyncapi: 3.0.0'],
    ])('refuses %s as a document', async (_name, document) => {
      const [fault] = faultsOf(await ask({ document }));
      expect(fault).toMatchObject({
        pointer: '/document',
        detail: expect.stringMatching(/\w \w/) as string,
      });
    });

    it('makes a connector that tells of a key that is wrong, and reads nothing with it', async () => {
      const { body } = await ask({});
      const { connector } = body as Imported;
      const made = await user.post('/custom-connectors', { ...connector, apiKey: 'another-key' });
      const path = `/custom-connectors/${(made.body as { id: string }).id}`;
      const read = await user.get(`${path}/tables/dogs/records`);
      expect([read.status, read.body]).toMatchObject([
        ...[502, { code: 'connector.run_failed', function: 'pollRecords', remoteStatus: 401 }],
      ]);
      const fields = { name: 'x', breed: 'y' };
      const write = await user.post(`${path}/tables/dogs/records`, { records: [{ fields }] });
      expect(write.body).toMatchObject({ results: [{ error: { remoteStatus: 401 } }] });
      const refused = api.violations.splice(0);
      expect(refused.length).toBeGreaterThan(1);
      expect(refused.every((fault) => fault.endsWith('the key is not where it has to be'))).toBe(
        true,
      );
    });
  });

  it('is refused to a user who has five under way, and to no other', async () => {
    let answer: () => void = () => undefined;
    const held = new Promise<void>((resolve) => (answer = resolve));
    let asked = 0;
    const remote = await Remote.start((_request, response) => {
      asked += 1;
      void held.then(() => response.end('{"openapi":"3.1.0","info":{"title":"x"},"paths":{}}'));
    });
    const body = { url: `${remote.url}/openapi.json` };
    const imports = Array.from({ length: 5 }, () => user.post(ROUTE, body));
    // All have their place before the next one comes.
    await until(() => asked === 5, 20_000);
    const refused = await user.post(ROUTE, body);
    expect(refused).toMatchObject({ status: 429, body: { code: 'import.busy' } });
    expect(Number(refused.headers['retry-after'])).toBeGreaterThan(0);
    const document = { openapi: '3.1.0', info: { title: 'x' }, paths: {} };
    const other = await service.newUser();
    expect(await other.post(ROUTE, { document })).toMatchObject({ status: 200 });
    answer();
    for (const { status } of await Promise.all(imports)) expect(status).toBe(200);
    expect(await user.post(ROUTE, { document })).toMatchObject({ status: 200 });
    await remote.stop();
  });

  describe('of lists that are paged', () => {
    it.each(PAGING_CASES)('by $name reads every page, and no more', async (subject) => {
      const { document, collection } = pagingDocument(subject);
      const served = { document, collections: [collection], key: 'nobody-asks', base: '' };
      const api = await DocumentApi.start(served);
      try {
        const answer = await user.post(ROUTE, { document: api.text });
        expect([answer.status, answer.body]).toMatchObject([200, { skipped: [] }]);
        const { connector } = answer.body as Imported;
        const made = await user.post('/custom-connectors', connector);
        const { id } = made.body as { id: string };
        const path = `/custom-connectors/${id}/tables/things/records`;
        const { records, summary } = await readAll(path);
        const rows = api.rows('/things');
        expect(records.map((record) => record.id)).toEqual(rows.map((row) => row['id']));
        expect(summary).toMatchObject({ complete: true, warnings: [], duplicates: 0 });
        expect(api.violations).toEqual([]);
        expect(api.calls.length).toBeGreaterThan(1);
        expect(new Set(api.calls).size).toBe(api.calls.length);
      } finally {
        await api.stop();
      }
    });
  });

  async function readAll(path: string): Promise<Read> {
    const { status, text } = await user.get(path, { Accept: 'application/x-ndjson' });
    expect([status, text.includes('{"summary"')]).toEqual([200, true]);
    const lines = text.trim().split('\n');
    const { summary } = JSON.parse(lines.pop() ?? '') as Read;
    return { summary, records: lines.map((line) => JSON.parse(line) as Read['records'][number]) };
  }
});

function bodyOf({ as, server }: ImportCase, api: DocumentApi): object {
  return {
    ...(as === 'url' ? { url: api.documentUrl } : {}),
    ...(as === 'text' ? { document: api.text } : {}),
    ...(as === 'object' ? { document: parse(api.text) as unknown } : {}),
    ...(server ? { server: server.replaceAll(PLACEHOLDER, api.remote.host) } : {}),
  };
}

/** An id of the form of the others that no record has. */
function unknownId({ collection, columns }: TableCase): string {
  if (columns[collection.id] === 'numeric') return '987654';
  const [id = ''] = Object.values(collection.rows)
    .flat()
    .map((row) => String(row[collection.id]));
  return /^[\da-f-]{36}$/.test(id) ? id.replace(/^0/, 'f') : id.replace(/^(..).*/, '$1ffff99');
}
