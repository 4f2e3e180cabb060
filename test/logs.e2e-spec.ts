import { randomBytes } from 'node:crypto';
import { generateKeyPairSync } from 'node:crypto';
import { SignJWT } from 'jose';
import { Bench } from './support/process.js';
import { Remote } from './support/remote.js';
import { startTestService, type Api, type TestService } from './support/service.js';
import { downloaded } from './support/snapshots.js';

type Line = Record<string, unknown>;

const API_KEY = 'sk_live/vErY+SeCrEt=0123456789';
const AGENT_KEY = 'agent/key+0123456789=0123456789-0123456789';
const AI_KEY = 'ai/key+0123456789=abcdef';
const PASSWORD = 'pass/word+0123456789=';
const ENCRYPTION_KEY = randomBytes(32).toString('base64');

/** How a secret looks in the encodings that could carry it. */
function formsOf(secret: string): string[] {
  const bytes = Buffer.from(secret);
  return [
    ...[secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)],
    ...(['base64', 'base64url'] as const).map((encoding) =>
      bytes.toString(encoding).replace(/=+$/, '').slice(0, -1),
    ),
    bytes.toString('hex'),
  ];
}

describe('the log', () => {
  let service: TestService;
  let remote: Remote;
  let user: Api & { userId: string; token: string };
  let jwt: string;

  beforeAll(async () => {
    const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
    jwt = await new SignJWT({})
      .setProtectedHeader({ alg: 'ES256' })
      .setIssuer('https://id.example.com')
      .setAudience('service')
      .setSubject('someone')
      .setExpirationTime('1h')
      .sign(privateKey);
    // A remote that says back whatever it is sent, in its errors too.
    remote = await Remote.start((request, response) => {
      const said = JSON.stringify({
        error: `no: ${JSON.stringify(request.headers)} ${request.url}`,
      });
      response.writeHead(request.url === '/fine' ? 200 : 401, {
        'Content-Type': 'application/json',
      });
      response.end(request.url === '/fine' ? '[{"id":"1"}]' : said);
    });
    service = await startTestService({
      ...{
        EGRESS_ALLOW: remote.host,
        AGENT_SHARED_KEY: AGENT_KEY,
        ENCRYPTION_KEYS: ENCRYPTION_KEY,
      },
      ...{ JWT_ISSUER: 'https://id.example.com', JWT_AUDIENCE: 'service' },
      JWT_PUBLIC_KEY: publicKey.export({ type: 'spki', format: 'pem' }).toString(),
      ...{ AI_PROVIDER: 'openai-compatible', AI_MODEL: 'm', AI_API_KEY: AI_KEY },
      ...{ AI_BASE_URL: `${remote.url}/v1`, LOG_LEVEL: 'trace' },
    });
    user = await service.newUser();
  });
  afterAll(async () => {
    await service.stop();
    await remote.stop();
  });

  const lines = () => service.log.map((line) => JSON.parse(line) as Line);
  /** The lines of one request: what it was answered with names it. */
  const linesOf = (requestId: unknown) => lines().filter((line) => line['requestId'] === requestId);

  it('has one line for a request: who, what, on which connector, by which run, how it ended', async () => {
    const made = await user.post('/custom-connectors', {
      name: 'c',
      listTables: 'function listTables() { return [{ id: ["t"], displayName: "T" }]; }',
      getRecord: 'function getRecord() { throw new Error("broken"); }',
    });
    const { id } = made.body as { id: string };
    const tables = await user.get(`/custom-connectors/${id}/tables?nothing`);
    const listed = linesOf(tables.headers['x-request-id']);
    const end = listed.filter((line) => 'res' in line);
    expect(end).toHaveLength(1);
    expect(end[0]).toMatchObject({
      ...{ level: 30, userId: user.userId, connectorId: id, res: { statusCode: tables.status } },
      req: { method: 'GET', path: `/custom-connectors/${id}/tables` },
      durationMs: expect.any(Number) as number,
    });
    // The run's own line says for which request it was.
    const run = await user.get(`/custom-connectors/${id}/tables`);
    const [ran, ended, ...more] = linesOf(run.headers['x-request-id']);
    expect(more).toEqual([]);
    expect(ran).toMatchObject({ context: 'Run', function: 'listTables', userId: user.userId });
    expect(ended).toMatchObject({ runId: ran?.['runId'], connectorId: id });

    const failed = await user.get(`/custom-connectors/${id}/tables/t/records/1`);
    expect(linesOf(failed.headers['x-request-id']).at(-1)).toMatchObject({
      ...{ level: 50, code: 'connector.run_failed', res: { statusCode: 502 } },
      runId: (failed.body as Line)['runId'],
    });
    const unknown = await service.anonymous.get('/users/me');
    const line = linesOf(unknown.headers['x-request-id']).at(-1);
    expect(line).toMatchObject({ level: 30, code: 'auth.unauthenticated' });
    expect(line).not.toHaveProperty('userId');
    // No member is named twice, which some readers of JSON refuse.
    for (const text of service.log) {
      const names = [...text.matchAll(/"(requestId|userId|connectorId|runId|code)":/g)].map(
        ([, name]) => name,
      );
      expect(names.length - new Set(names).size).toBeLessThanOrEqual(
        text.includes('"err"') ? 9 : 0,
      );
    }
  });

  it('has lines for a job: what it was on, for whom, its runs, and how it ended', async () => {
    const { body } = await user.post('/custom-connectors', {
      ...{ name: 'c', tables: ['t'] },
      pollRecords: 'function pollRecords() { return [{ id: "1", fields: {} }]; }',
    });
    const { id } = body as { id: string };
    const made = await user.post('/snapshots', { connectorId: id });
    const { id: subjectId } = made.body as { id: string };
    await downloaded(user, subjectId);
    const own = lines().filter((line) => line['subjectId'] === subjectId);
    expect(own.at(0)).toMatchObject({ userId: user.userId, jobId: expect.any(String) as string });
    expect(own.find((line) => line['function'] === 'pollRecords')).toMatchObject({
      ...{ connectorId: id, outcome: 'ok', runId: expect.any(String) as string },
    });
  });

  it('shows no secret, whichever way it came', async () => {
    const { token } = (await user.post('/api-tokens', {})).body as { token: string };
    const secrets = [API_KEY, AGENT_KEY, AI_KEY, token, user.token, jwt, ENCRYPTION_KEY];
    // In each of the three forms of Authorization, right and wrong.
    for (const authorization of [
      ...[`API-Token ${token}`, `API-Token ${token}x`, `Bearer ${jwt}`, `Bearer ${jwt}x`, jwt],
      ...[`Agent-Token ${AGENT_KEY}:${user.userId}`, `Agent-Token ${AGENT_KEY}:nobody`],
    ]) {
      await service.as(authorization).get('/users/me');
    }
    // In paths and queries.
    for (const secret of secrets) {
      for (const form of [encodeURIComponent(secret), ...formsOf(secret).slice(3)]) {
        await fetch(`${service.url}/users/me?key=${form}`);
        if (secret !== API_KEY) await fetch(`${service.url}/nothing/${secret}/x`);
      }
    }
    // In bodies, good and bad.
    const connector = {
      ...{ name: 'c', apiKey: API_KEY, allowedHosts: [remote.host], tables: ['t'] },
      listTables: `async function listTables(key) {
        console.log(key);
        const answer = await fetch('${remote.url}/a', { headers: { 'X-Key': key } });
        throw new Error(key + await answer.text());
      }`,
      pollRecords: `async function* pollRecords(key) {
        yield* paginate('${remote.url}/b?key=' + encodeURIComponent(key), {
          strategy: 'link-header', headers: { Authorization: 'Basic ' + btoa('x:' + key) },
        });
      }`,
    };
    const { body } = await user.post('/custom-connectors', connector);
    const path = `/custom-connectors/${(body as { id: string }).id}`;
    await user.put(path, { apiKey: API_KEY, name: 7, [API_KEY]: 1 });
    await fetch(`${service.url}/custom-connectors`, {
      method: 'POST',
      headers: { Authorization: `API-Token ${token}`, 'Content-Type': 'application/json' },
      body: `{"apiKey":"${API_KEY}",,}`,
    });
    // In what the remote and the code say.
    expect((await user.get(`${path}/tables`)).status).toBe(502);
    expect((await user.get(`${path}/tables/t/records`)).status).toBe(502);
    await user.post(`${path}/test`);
    const snapshot = await user.post('/snapshots', {
      connectorId: (body as { id: string }).id,
      tables: ['t'],
    });
    await downloaded(user, (snapshot.body as { id: string }).id);
    await user.post('/rest/custom-connector-builder/execute-list-tables', {
      ...{ functionString: connector.listTables, apiKey: API_KEY },
    });
    // In what the language model's server says, which has the key from the header.
    const generated = await user.post('/rest/custom-connector-builder/generate-list-tables', {
      prompt: 'x',
    });
    expect(generated.status).toBe(502);
    // In an error of this service's own.
    const logger = service.log.length;
    expect(logger).toBeGreaterThan(30);

    const log = service.log.join('');
    expect(log).toContain('"code":"builder.model_failed"');
    for (const secret of secrets) {
      for (const form of formsOf(secret))
        expect([secret, log.includes(form)]).toEqual([secret, false]);
    }
  });
});

describe('a service that cannot reach its database', () => {
  it('says so without the password', async () => {
    const bench = await Bench.open();
    try {
      const service = bench.start({
        DATABASE_URL: `postgresql://me:${encodeURIComponent(PASSWORD)}@127.0.0.1:9/x`,
        ENCRYPTION_KEYS: ENCRYPTION_KEY,
        DATABASE_WAIT_SECONDS: '0',
      });
      expect((await service.ended).code).toBe(1);
      const said = service.stdout + service.stderr;
      expect(said).not.toBe('');
      for (const form of [...formsOf(PASSWORD), ...formsOf(ENCRYPTION_KEY)]) {
        expect(said).not.toContain(form);
      }
    } finally {
      await bench.end();
    }
  });
});
