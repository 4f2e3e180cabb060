import type { OpenAPIObject } from '@nestjs/swagger';
import { RouteTable } from '../src/common/route-table.js';
import { OPEN } from '../src/auth/open.decorator.js';
import { downloaded } from './support/snapshots.js';
import { startTestService, type Answer, type Api, type TestService } from './support/service.js';

type Method = 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

interface Operation {
  method: Method;
  template: string;
  open: boolean;
  hasBody: boolean;
}

function operationsOf(document: OpenAPIObject): Operation[] {
  return Object.entries(document.paths).flatMap(([template, item]) =>
    (['get', 'post', 'put', 'patch', 'delete'] as const).flatMap((verb) => {
      const operation = item[verb];
      if (!operation) return [];
      const method = verb.toUpperCase() as Method;
      const open = operation.security === undefined;
      return [{ method, template, open, hasBody: operation.requestBody !== undefined }];
    }),
  );
}

/** Which ids stand in a path, for one owner. */
interface Ids {
  connector: string;
  token: string;
  run: string;
  snapshot: string;
  publication: string;
}

const UNKNOWN: Ids = {
  connector: 'cuc_0000000000',
  token: 'atk_0000000000',
  run: 'run_0000000000',
  snapshot: 'sna_0000000000',
  publication: 'pub_0000000000',
};
const MALFORMED: Ids = {
  ...{ connector: 'x', token: 'x', run: 'x', snapshot: 'x', publication: 'x' },
};

/** A body that the route takes, so that whose the connector is decides. */
function bodyOf({ method, template }: Operation): object {
  if (template.startsWith('/rest/')) return {};
  if (template.endsWith('/bulk')) return { ops: [{ op: 'create', fields: {} }] };
  if (template.endsWith('/publish')) return { dryRun: true };
  if (template.endsWith('/resolve')) return { changeId: 'chg_0000000000', outcome: 'done' };
  if (!template.endsWith('/records')) return { name: 'taken' };
  if (method === 'DELETE') return { ids: ['record'] };
  return { records: [method === 'POST' ? { fields: {} } : { id: 'record', fields: {} }] };
}

/** A path with ids in it; null where the route has none. */
function fill(template: string, ids: Ids): string | null {
  if (!template.includes('{id}')) return null;
  const [, kind = ''] = template.split('/');
  const owned = { 'api-tokens': ids.token, snapshots: ids.snapshot }[kind] ?? ids.connector;
  return template
    .replace('{id}', owned)
    .replace('{pubId}', ids.publication)
    .replace(/export$/, 'export?format=csv')
    .replace('{version}', '1')
    .replace('{wsId}', 'table')
    .replace('{runId}', ids.run)
    .replace('{recordId}', 'record');
}

describe('what belongs to somebody else', () => {
  let service: TestService;
  let owner: Api;
  let stranger: Api;
  let operations: Operation[];
  let owned: Ids;

  beforeAll(async () => {
    service = await startTestService();
    owner = await service.newUser();
    stranger = await service.newUser();
    operations = operationsOf(service.contract.document);
    const connector = await owner.post('/custom-connectors', {
      name: 'Mine',
      prompt: 'All that is mine.',
      tables: ['table'],
      pollRecords: 'function pollRecords() { return []; }',
      listTables: 'function listTables() { return []; }',
      getRecord: 'function getRecord(id) { return { id, fields: {} }; }',
      createRecord: 'function createRecord() { return 1; }',
      updateRecord: 'function updateRecord() {}',
      deleteRecord: 'function deleteRecord() {}',
      schema: [],
    });
    const token = await owner.post('/api-tokens', { name: 'mine' });
    const { id } = connector.body as { id: string };
    await owner.get(`/custom-connectors/${id}/tables`);
    const runs = await owner.get(`/custom-connectors/${id}/runs`);
    const made = await owner.post('/snapshots', { connectorId: id, tables: ['table'] });
    const snapshot = (await downloaded(owner, (made.body as { id: string }).id)).id;
    const published = await owner.post(`/snapshots/${snapshot}/publish`, {});
    owned = {
      snapshot,
      publication: (published.body as { id: string }).id,
      connector: id,
      run: (runs.body as { id: string }[])[0]?.id ?? '',
      token: (token.body as { id: string }).id,
    };
  });

  afterAll(async () => {
    await service.stop();
  });

  function send(api: Api, operation: Operation, path: string): Promise<Answer> {
    const { method, hasBody } = operation;
    return api.send(method, path, hasBody ? { body: bodyOf(operation) } : {});
  }

  /** The whole answer, but for what names this one request. */
  function told({ status, headers, text, body }: Answer) {
    const { requestId } = body as { requestId: string };
    const { date: _date, 'x-request-id': id, ...rest } = headers;
    expect(id).toBe(requestId);
    return { status, headers: rest, text: text.replaceAll(requestId, '') };
  }

  it('answers on every route with an id exactly as what does not exist', async () => {
    const walked: string[] = [];
    for (const operation of operations) {
      const [foreign, unknown, malformed] = [owned, UNKNOWN, MALFORMED].map((ids) =>
        fill(operation.template, ids),
      );
      if (!foreign || !unknown || !malformed) continue;
      const answer = told(await send(stranger, operation, foreign));
      expect(answer.status).toBe(404);
      expect(told(await send(stranger, operation, unknown))).toEqual(answer);
      expect(told(await send(stranger, operation, malformed))).toEqual(answer);
      walked.push(`${operation.method} ${operation.template}`);
    }
    // All is still there for its owner, who is let in on the same paths.
    expect((await owner.get(`/custom-connectors/${owned.connector}`)).body).toMatchObject({
      name: 'Mine',
      version: 1,
    });
    expect((await owner.get('/api-tokens')).body).toContainEqual(
      expect.objectContaining({ id: owned.token }),
    );
    expect(walked.length).toBeGreaterThanOrEqual(30);
    for (const operation of operations.filter(({ method }) => method !== 'DELETE')) {
      const path = fill(operation.template, owned);
      if (!path) continue;
      const { status, body } = await send(owner, operation, path);
      // What has ended can't be stopped, and so on; but it is there.
      if (path.startsWith('/snapshots') && status === 409) continue;
      // Here is no language model; but the connector was found.
      if ((body as { code?: string } | null)?.code === 'builder.no_model') continue;
      expect([path, status < 300]).toEqual([path, true]);
    }
  });

  it('is in no list', async () => {
    expect((await stranger.get('/custom-connectors')).body).toEqual([]);
    const tokens = (await stranger.get('/api-tokens')).body as { id: string }[];
    expect(tokens.map(({ id }) => id)).not.toContain(owned.token);
    expect((await stranger.get('/snapshots')).body).toEqual([]);
  });

  it('needs a token on every route that is not open, and on no other', async () => {
    for (const operation of operations) {
      const path = fill(operation.template, owned) ?? operation.template;
      const { status } = await send(service.anonymous, operation, path);
      if (operation.open) expect(status).toBeLessThan(400);
      else expect([path, status]).toEqual([path, 401]);
    }
  });

  it('is guarded on every route by its declaration, or named as open', () => {
    const open = service.running.app
      .get(RouteTable)
      .routes()
      .filter(({ controller, handler }) =>
        [controller, handler].some((target) => Reflect.getMetadata(OPEN, target) === true),
      )
      .map(({ path }) => path);
    expect(open.sort()).toEqual([
      '/docs',
      '/docs-json',
      '/docs/assets/:name',
      '/docs/assets/start.js',
      '/docs/connector.d.ts',
      '/docs/errors',
      '/health/live',
      '/health/ready',
      '/metrics',
    ]);
  });
});
