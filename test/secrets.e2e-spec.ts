import { withClient } from './support/database.js';
import { Remote } from './support/remote.js';
import { startTestService, type Answer, type TestService } from './support/service.js';

const KEY = 'sk_live_vErY-SeCrEt/0123456789+abc"\\é';
const AGENT_KEY = 'agent-key-0123456789-0123456789-0123456789';

/** How a secret looks in the encodings that could carry it. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    bytes.toString('base64').replace(/=+$/, '').slice(0, -1),
    bytes.toString('hex'),
  ];
}

describe('secrets', () => {
  let remote: Remote;
  let service: TestService;

  beforeAll(async () => {
    remote = await Remote.start((request, response) => {
      response.setHeader('Content-Type', 'application/json');
      response.end(JSON.stringify([{ id: 1, seen: request.headers['x-key'] !== undefined }]));
    });
    service = await startTestService({ EGRESS_ALLOW: remote.host, AGENT_SHARED_KEY: AGENT_KEY });
  });

  afterAll(async () => {
    await service.stop();
    await remote.stop();
  });

  it('are in clear in no row, no log line and no answer', async () => {
    const user = await service.newUser();
    const answers: Answer[] = [];
    const made = await user.post('/api-tokens', { name: 'second' });
    const { token } = made.body as { token: string };
    const second = service.as(`API-Token ${token}`);
    const agent = service.as(`Agent-Token ${AGENT_KEY}:${user.userId}`);

    // Through every route that has to do with the key, with good input and with bad.
    const body = {
      name: 'x',
      apiKey: KEY,
      listTables: `async function listTables(key) {
        console.log(key);
        await fetch('${remote.url}/a', { headers: { 'X-Key': encodeURIComponent(key) } });
        return [{ id: ['t'], displayName: 'T' }];
      }`,
      pollRecords: `async function pollRecords(key) {
        return (await fetch('${remote.url}/b', { headers: { 'X-Key': encodeURIComponent(key) } })).json();
      }`,
      getRecord: 'function getRecord() {}',
      fetchSchema: 'function fetchSchema(key) { throw new Error(`broken with ${key}`); }',
      mapping: { recordArrayPath: '', fields: [{ path: 'seen', type: 'boolean', name: 'Seen' }] },
    };
    const created = await second.post('/custom-connectors', body);
    const path = `/custom-connectors/${(created.body as { id: string }).id}`;
    answers.push(created);
    answers.push(await second.get('/custom-connectors'), await agent.get(path));
    answers.push(await second.put(path, { apiKey: KEY, prompt: 'p' }));
    answers.push(await second.put(path, { apiKey: KEY, name: 7 }));
    answers.push(await second.post('/custom-connectors', { ...body, getRecord: '(' }));
    answers.push(await second.get(`${path}/versions`), await second.get(`${path}/versions/1`));
    answers.push(await second.post(`${path}/versions/1/restore`));
    answers.push(await second.post(`${path}/test`), await second.get(`${path}/tables`));
    answers.push(await second.get(`${path}/tables/t/spec`));
    const records = await second.get(`${path}/tables/t/records`);
    const runs = await second.get(`${path}/runs`);
    answers.push(runs);
    for (const { id } of runs.body as { id: string }[]) {
      answers.push(await second.get(`${path}/runs/${id}`));
    }
    expect(runs.body).toHaveLength(4);
    answers.push(records, await second.get('/api-tokens'), await second.get('/users/me'));
    answers.push(await service.as(`API-Token ${token}x`).get('/users/me'));
    answers.push(await service.as(`Agent-Token ${AGENT_KEY}:nobody`).get('/users/me'));
    const broken = await fetch(`${service.url}/custom-connectors?key=${token}`, {
      method: 'POST',
      headers: { Authorization: `API-Token ${token}`, 'Content-Type': 'application/json' },
      body: `{"apiKey":${JSON.stringify(KEY)},,}`,
    });

    // The key did reach the remote, and only there.
    expect(records.body).toMatchObject({ records: [{ fields: { Seen: true } }] });
    expect(
      remote.requests.map(({ headers }) => decodeURIComponent(String(headers['x-key']))),
    ).toContain(KEY);

    const places = {
      database: await dump(service.databaseUrl),
      log: service.log.join('\n'),
      answers: [
        ...answers.map(({ text, headers }) => text + JSON.stringify(headers)),
        await broken.text(),
      ].join('\n'),
    };
    expect(places.database).toContain(user.userId);
    expect(places.log).toContain('/custom-connectors');
    for (const secret of [KEY, token, user.token, AGENT_KEY]) {
      for (const form of formsOf(secret)) {
        for (const [place, text] of Object.entries(places)) {
          expect([place, text.includes(form)]).toEqual([place, false]);
        }
      }
    }
  });
});

/** Every row of every table of a database, as text. */
async function dump(url: string): Promise<string> {
  return withClient(url, async (client) => {
    const { rows } = await client.query<{ name: string }>(
      `select format('%I.%I', schemaname, tablename) as name from pg_tables
       where schemaname not in ('pg_catalog', 'information_schema')`,
    );
    const tables = await Promise.all(
      rows.map(async ({ name }) => {
        const { rows: all } = await client.query<{ row: string }>(
          `select t::text || ' ' || to_jsonb(t)::text as row from ${name} t`,
        );
        return [name, ...all.map(({ row }) => row)].join('\n');
      }),
    );
    return tables.join('\n');
  });
}
