import { setTimeout as sleep } from 'node:timers/promises';
import {
  isInstalled,
  type RealServer,
  startPrometheus,
  startRabbit,
  startRegistry,
} from './support/real-servers.js';
import { startTestService, type Api, type TestService } from './support/service.js';

// Servers that nobody here wrote. They come from Debian (`apt install prometheus rabbitmq-server
// docker-registry`); where one is not installed, its tests are skipped.

interface Read {
  records: { id: string; fields: Record<string, unknown> }[];
  summary: { complete: boolean; pages: number; warnings: { code: string; pointer?: string }[] };
}

interface Setting {
  service: TestService;
  server: RealServer;
  user: Api;
}

function against(startServer: () => Promise<RealServer>): Setting {
  const setting = {} as Setting;
  beforeAll(async () => {
    setting.server = await startServer();
    setting.service = await startTestService({ EGRESS_ALLOW: setting.server.host });
    setting.user = await setting.service.newUser();
  }, 120_000);
  afterAll(async () => {
    await setting.service.stop();
    await setting.server.stop();
  }, 60_000);
  return setting;
}

async function define({ user, server }: Setting, definition: object): Promise<string> {
  const allowedHosts = [`http://${server.host}`];
  const made = await user.post('/custom-connectors', { name: 'x', allowedHosts, ...definition });
  expect([made.status, made.body]).toEqual([201, expect.anything()]);
  return `/custom-connectors/${(made.body as { id: string }).id}`;
}

async function read({ user }: Setting, path: string, table = 't'): Promise<Read> {
  const { status, body } = await user.get(`${path}/tables/${table}/records?limit=10000`);
  expect([status, body]).toEqual([200, expect.anything()]);
  return body as Read;
}

(isInstalled('prometheus') ? describe : describe.skip)('Prometheus', () => {
  const setting = against(startPrometheus);

  it('gives its metrics, keyed by their names', async () => {
    const { server } = setting;
    const mapping = {
      ...{ recordArrayPath: 'data', idPath: '@key' },
      fields: [
        { path: '[0].type', type: 'text', name: 'Type' },
        { path: '[0].help', type: 'text', name: 'Help' },
      ],
    };
    const pollRecords = `async function pollRecords() {
      return (await fetch('${server.url}/api/v1/metadata')).json();
    }`;
    interface Metadata {
      data: Record<string, [{ type: string; help: string }]>;
    }
    const metadata = async () =>
      (await (await fetch(`${server.url}/api/v1/metadata`)).json()) as Metadata;
    // It has watched itself for a while when no more metrics come.
    let all = await metadata();
    for (let before = -1; before !== Object.keys(all.data).length || before === 0;) {
      before = Object.keys(all.data).length;
      await sleep(2_500);
      all = await metadata();
    }
    const { records, summary } = await read(
      setting,
      await define(setting, { pollRecords, mapping }),
    );
    expect(summary).toMatchObject({ complete: true, warnings: [] });
    expect(records.length).toBeGreaterThan(100);
    expect(Object.fromEntries(records.map(({ id, fields }) => [id, fields]))).toEqual(
      Object.fromEntries(
        Object.entries(all.data).map(([id, [{ type, help }]]) => [id, { Type: type, Help: help }]),
      ),
    );
  });

  it('gives series, whose id is made of labels and whose values are texts', async () => {
    const { server } = setting;
    const mapping = {
      ...{ recordArrayPath: 'data.result', idPath: ['metric.job', 'metric.instance'] },
      fields: [
        { path: 'value[0]', type: 'timestamp', name: 'At' },
        { path: 'value[1]', type: 'numeric', name: 'Up' },
      ],
    };
    const pollRecords = `async function pollRecords() {
      for (;;) {
        const answer = await (await fetch('${server.url}/api/v1/query?query=up')).json();
        if (answer.data.result.length) return answer;
        await sleep(200);
      }
    }`;
    const { records, summary } = await read(
      setting,
      await define(setting, { pollRecords, mapping }),
    );
    expect(summary).toMatchObject({ complete: true, warnings: [] });
    const At = expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) as string;
    expect(records).toEqual([
      { id: `self:127.0.0.1%3A${server.host.split(':')[1]}`, fields: { At, Up: 1 } },
    ]);
  });

  it('says in its answers what is wrong, which is told', async () => {
    const { server, user } = setting;
    const pollRecords = `async function pollRecords() {
      const response = await fetch('${server.url}/api/v1/query?query=' + encodeURIComponent('up{'));
      if (!response.ok) throw new HttpError(response.status, response.url, await response.text());
      return response.json();
    }`;
    const path = await define(setting, { pollRecords });
    const { status, body } = await user.get(`${path}/tables/t/records`);
    expect([status, body]).toMatchObject([
      502,
      { code: 'connector.run_failed', remoteStatus: 400, line: 3 },
    ]);
  });
});

(isInstalled('docker-registry') ? describe : describe.skip)('the Docker registry', () => {
  const setting = against(startRegistry);
  const names = Array.from({ length: 7 }, (_, at) => `image-${at}`);

  beforeAll(async () => {
    const { url } = setting.server;
    for (const name of names) {
      const begun = await fetch(`${url}/v2/${name}/blobs/uploads/`, { method: 'POST' });
      const digest = 'sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a';
      const upload = new URL(begun.headers.get('location') ?? '', url);
      upload.searchParams.set('digest', digest);
      await fetch(upload, { method: 'PUT', body: '{}' });
      const type = 'application/vnd.docker.distribution.manifest.v2+json';
      const config = {
        mediaType: 'application/vnd.docker.container.image.v1+json',
        size: 2,
        digest,
      };
      const put = await fetch(`${url}/v2/${name}/manifests/latest`, {
        method: 'PUT',
        headers: { 'Content-Type': type },
        body: JSON.stringify({ schemaVersion: 2, mediaType: type, config, layers: [] }),
      });
      expect(put.status).toBe(201);
    }
  });

  const mapping = {
    ...{ recordArrayPath: 'repositories', idPath: '$' },
    fields: [{ path: '$', type: 'text', name: 'Name' }],
  };

  it('gives its repositories, page by page through Link headers', async () => {
    const pollRecords = `async function* pollRecords() {
      yield* paginate('${setting.server.url}/v2/_catalog?n=3', { strategy: 'link-header' });
    }`;
    const { records, summary } = await read(
      setting,
      await define(setting, { pollRecords, mapping }),
    );
    expect(summary).toMatchObject({ complete: true, pages: 3, warnings: [] });
    expect(records).toEqual(names.map((id) => ({ id, fields: { Name: id } })));
  });

  it('says that there is more where its first page alone is read', async () => {
    const pollRecords = `async function pollRecords() {
      return (await fetch('${setting.server.url}/v2/_catalog?n=3')).json();
    }`;
    const { records, summary } = await read(
      setting,
      await define(setting, { pollRecords, mapping }),
    );
    expect(records).toHaveLength(3);
    expect(summary).toMatchObject({
      complete: false,
      warnings: [{ code: 'read.has_more', header: 'link' }],
    });
  });

  it('gives the tags of each, a look-up for each record', async () => {
    const pollRecords = `async function* pollRecords() {
      for await (const { repositories } of paginate('${setting.server.url}/v2/_catalog?n=2', { strategy: 'link-header' })) {
        yield await Promise.all(repositories.map(async (name) => {
          const { tags } = await (await fetch('${setting.server.url}/v2/' + name + '/tags/list')).json();
          return { id: name, fields: { Tags: tags } };
        }));
      }
    }`;
    const { records, summary } = await read(setting, await define(setting, { pollRecords }));
    expect(summary).toMatchObject({ complete: true, warnings: [] });
    expect(records).toEqual(names.map((id) => ({ id, fields: { Tags: ['latest'] } })));
  });
});

(isInstalled('rabbitmq-server') ? describe : describe.skip)('RabbitMQ', () => {
  const setting = against(startRabbit);

  const queues = (url: string) => {
    const head = `const headers = { Authorization: 'Basic ' + btoa(apiKey), 'Content-Type': 'application/json' };
      const call = async (method, path, body) => {
        const response = await fetch('${url}/api' + path, { method, headers, body });
        if (!response.ok) throw new HttpError(response.status, response.url, await response.text());
        return response;
      };`;
    return {
      apiKey: 'guest:guest',
      pollRecords: `async function* pollRecords(apiKey) {
        ${head}
        yield* paginate('${url}/api/queues?disable_stats=true', {
          headers, strategy: 'page', pageSizeParam: 'page_size', pageSize: 10, totalPagesPath: 'page_count',
        });
      }`,
      getRecord: `async function getRecord(recordId, apiKey) {
        ${head}
        try {
          return await (await call('GET', '/queues/%2F/' + encodeURIComponent(recordId))).json();
        } catch (error) {
          if (error.status === 404) return null;
          throw error;
        }
      }`,
      createRecord: `async function createRecord(record, apiKey) {
        ${head}
        await call('PUT', '/queues/%2F/' + encodeURIComponent(record.Name), JSON.stringify({ durable: record.Durable }));
        return record.Name;
      }`,
      updateRecord: `async function updateRecord(recordId, record, apiKey) {
        ${head}
        await call('PUT', '/queues/%2F/' + encodeURIComponent(recordId), JSON.stringify({ durable: record.Durable }));
      }`,
      deleteRecord: `async function deleteRecord(recordId, apiKey) {
        ${head}
        await call('DELETE', '/queues/%2F/' + encodeURIComponent(recordId));
      }`,
      mapping: {
        ...{ recordArrayPath: 'items', idPath: 'name' },
        fields: [
          { path: 'name', type: 'text', name: 'Name' },
          { path: 'durable', type: 'boolean', name: 'Durable' },
        ],
      },
    };
  };
  const theirs = async (): Promise<string[]> => {
    const headers = { Authorization: `Basic ${btoa('guest:guest')}` };
    const response = await fetch(`${setting.server.url}/api/queues`, { headers });
    return ((await response.json()) as { name: string }[]).map(({ name }) => name);
  };

  it('takes queues, gives them back page by page, refuses a change, and lets them go', async () => {
    const { user, server } = setting;
    const path = await define(setting, queues(server.url));
    const names = Array.from({ length: 25 }, (_, at) => `queue ${String(at).padStart(2, '0')} / ü`);
    const records = names.map((Name) => ({ fields: { Name, Durable: true } }));
    const made = await user.post(`${path}/tables/queues/records`, { records });
    expect([made.status, made.body]).toEqual([
      200,
      { results: names.map((id) => ({ status: 'ok', id })) },
    ]);
    expect((await theirs()).toSorted()).toEqual(names);

    const found = await read(setting, path, 'queues');
    expect(found.summary).toMatchObject({ complete: true, pages: 3, warnings: [] });
    expect(found.records).toEqual(names.map((id) => ({ id, fields: { Name: id, Durable: true } })));
    const [first = ''] = names;
    const one = await user.get(`${path}/tables/queues/records/${encodeURIComponent(first)}`);
    expect([one.status, one.body]).toEqual([
      200,
      { id: first, fields: { Name: first, Durable: true } },
    ]);
    expect((await user.get(`${path}/tables/queues/records/none`)).status).toBe(404);

    // A queue cannot change what it is: RabbitMQ says so with 400.
    const changed = await user.send('PATCH', `${path}/tables/queues/records`, {
      body: {
        records: [
          { id: first, fields: { Durable: false } },
          { id: names[1], fields: { Durable: true } },
        ],
      },
    });
    expect(changed.body).toMatchObject({
      results: [
        { status: 'error', error: { code: 'connector.run_failed', remoteStatus: 400 } },
        { status: 'ok', id: names[1] },
      ],
    });

    const gone = await user.send('DELETE', `${path}/tables/queues/records`, {
      body: { ids: [...names.slice(0, 20), 'none'] },
    });
    const { results } = gone.body as { results: { status: string }[] };
    expect(results.slice(0, 20).every(({ status }) => status === 'ok')).toBe(true);
    expect(results[20]).toMatchObject({ status: 'error', error: { remoteStatus: 404 } });
    expect((await theirs()).toSorted()).toEqual(names.slice(20));
  });

  it('says that there is more where its first page alone is read', async () => {
    const { server } = setting;
    const { apiKey, mapping } = queues(server.url);
    const pollRecords = `async function pollRecords(apiKey) {
      const headers = { Authorization: 'Basic ' + btoa(apiKey) };
      return (await fetch('${server.url}/api/queues?page=1&page_size=2', { headers })).json();
    }`;
    const path = await define(setting, { apiKey, mapping, pollRecords });
    const { records, summary } = await read(setting, path, 'queues');
    expect(records).toHaveLength(2);
    expect(summary.complete).toBe(false);
    expect(summary.warnings.map(({ code }) => code)).toEqual(['read.has_more', 'read.total']);
  });
});
