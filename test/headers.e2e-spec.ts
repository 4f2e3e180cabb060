import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { SECURITY_HEADERS, PAGE_POLICY } from '../src/common/security-headers.js';
import { startTestService, type Api, type TestService } from './support/service.js';
import { takeSnapshot } from './support/snapshots.js';

const ORIGIN = 'https://app.example.com';
const CONNECTOR = {
  name: 'c',
  listTables: 'function listTables() { return [{ id: ["t"], displayName: "T" }]; }',
  pollRecords: 'function pollRecords() { return [{ id: "1", fields: { a: 1 } }]; }',
};

describe('the HTTP of the service', () => {
  let service: TestService;
  let user: Api & { userId: string; token: string };
  beforeAll(async () => {
    service = await startTestService({ CORS_ORIGINS: `${ORIGIN}, http://localhost:5173` });
    user = await service.newUser();
  });
  afterAll(() => service.stop());

  function ask(path: string, init: RequestInit = {}): Promise<Response> {
    const headers = new Headers({ Authorization: user.authorization ?? '' });
    for (const [name, value] of new Headers(init.headers)) headers.set(name, value);
    return fetch(`${service.url}${path}`, { ...init, headers });
  }

  /** Speaks to the server below HTTP, and gives all that it says. */
  async function speak(text: string): Promise<string> {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.write(text);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  }

  it('has its security headers on answers of every kind', async () => {
    const snapshot = await takeSnapshot(user, CONNECTOR);
    const { body } = await user.get('/custom-connectors');
    const [{ id } = { id: '' }] = body as { id: string }[];
    const answers = await Promise.all([
      ask('/users/me'),
      ask('/users/me', { headers: { Authorization: 'API-Token none' } }),
      ask('/nothing'),
      ask('/custom-connectors/%zz'),
      ask('/custom-connectors', { method: 'PATCH' }),
      ask('/custom-connectors', { method: 'POST', body: '{' }),
      ask('/api-tokens', {
        method: 'POST',
        body: '{}',
        headers: { 'Content-Type': 'application/json' },
      }),
      ask(`/custom-connectors/${id}/tables/t/records`),
      ask(`/custom-connectors/${id}/tables/t/records`, {
        headers: { Accept: 'application/x-ndjson' },
      }),
      ask(`/snapshots/${snapshot}/events`),
      ask(`/snapshots/${snapshot}/tables/t/export?format=csv`),
      ask('/health/live'),
      ask('/metrics'),
      ask('/docs-json'),
    ]);
    expect(answers.map(({ status }) => status)).toEqual([
      ...[200, 401, 404, 400, 405, 415, 201, 200, 200, 200, 200, 200, 200, 200],
    ]);
    for (const answer of answers) {
      await answer.text();
      const got = Object.keys(SECURITY_HEADERS).map((name) => [name, answer.headers.get(name)]);
      expect([answer.url, Object.fromEntries(got)]).toEqual([answer.url, SECURITY_HEADERS]);
      expect(answer.headers.get('x-powered-by')).toBeNull();
    }
    const broken = await speak('NONSENSE\r\n\r\n');
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) {
      expect(broken).toContain(`${name}: ${value}\r\n`);
    }
  });

  it('lets browsers keep a connector and ask whether it is still the same', async () => {
    const { body } = await user.post('/custom-connectors', CONNECTOR);
    const { id } = body as { id: string };
    const answer = await ask(`/custom-connectors/${id}`);
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    const same = await ask(`/custom-connectors/${id}`, {
      headers: { 'If-None-Match': answer.headers.get('etag') ?? '' },
    });
    expect([same.status, same.headers.get('cache-control')]).toEqual([304, 'private, no-cache']);
  });

  it('lets its pages load what they consist of, and nothing else', async () => {
    for (const path of ['/docs', '/docs/errors']) {
      const { headers } = await ask(path);
      expect(headers.get('content-security-policy')).toBe(PAGE_POLICY);
    }
    // Scripts stand in files alone; the policy allows none in the page.
    const page = await (await ask('/docs')).text();
    expect(page).not.toMatch(/<script(?![^>]* src=)|\son\w+=/);
    const script = await ask('/docs/assets/swagger-ui-bundle.js');
    expect(script.headers.get('cache-control')).toBe('public, max-age=86400');
    expect(script.headers.get('content-type')).toMatch(/javascript/);
    await script.arrayBuffer();
  });

  it('answers preflights of named origins, before anybody is asked for a token', async () => {
    const preflight = await fetch(`${service.url}/custom-connectors`, {
      method: 'OPTIONS',
      headers: {
        ...{ Origin: ORIGIN, 'Access-Control-Request-Method': 'PUT' },
        'Access-Control-Request-Headers': 'authorization,content-type,if-match,idempotency-key',
      },
    });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-origin')).toBe(ORIGIN);
    expect(preflight.headers.get('access-control-allow-methods')).toContain('PATCH');
    expect(preflight.headers.get('access-control-allow-headers')).toContain('idempotency-key');
    expect(preflight.headers.get('access-control-max-age')).toBe('600');
    expect(preflight.headers.get('vary')).toContain('Origin');
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull();
  });

  it('lets pages of named origins read its headers, also of errors', async () => {
    for (const path of ['/users/me', '/nothing']) {
      const { headers } = await ask(path, { headers: { Origin: ORIGIN } });
      expect(headers.get('access-control-allow-origin')).toBe(ORIGIN);
      expect(headers.get('access-control-expose-headers')?.split(',')).toEqual(
        expect.arrayContaining([
          'ETag',
          'Link',
          'Location',
          'RateLimit',
          'Retry-After',
          'X-Request-Id',
        ]),
      );
    }
  });

  it.each([
    'https://evil.example.com',
    `${ORIGIN}.evil.example.com`,
    'http://app.example.com',
    'null',
  ])('tells pages of %s nothing', async (origin) => {
    for (const method of ['GET', 'OPTIONS']) {
      const { headers } = await ask('/users/me', {
        method,
        headers: { Origin: origin, 'Access-Control-Request-Method': 'GET' },
      });
      expect(headers.get('access-control-allow-origin')).toBeNull();
    }
  });

  it('takes a hundred headers and no body without end', () => {
    const server = service.running.app.getHttpServer();
    expect(server.headersTimeout).toBe(20_000);
    expect(server.keepAliveTimeout).toBe(65_000);
    // The largest body over a slow line.
    expect((25 * 1024 * 1024 * 8) / (server.requestTimeout / 1000)).toBeLessThan(400_000);
    expect(server.maxHeadersCount).toBe(100);
  });

  it('ends a slow upload with 408, and slow headers too', async () => {
    const server = service.running.app.getHttpServer();
    const { requestTimeout, headersTimeout } = server;
    Object.assign(server, { requestTimeout: 1500, headersTimeout: 1000 });
    try {
      const head = `POST /custom-connectors HTTP/1.1\r\nHost: x\r\nAuthorization: ${user.authorization}\r\n`;
      const body = `${head}Content-Type: application/json\r\nContent-Length: 100\r\n\r\n{"name":`;
      const [slowBody, slowHead] = await Promise.all([speak(body), speak(head)]);
      for (const answer of [slowBody, slowHead]) {
        expect(answer).toMatch(/^HTTP\/1\.1 408 /);
        expect(answer).toContain('"code":"request.timeout"');
        // One answer, and nothing behind it.
        expect(answer.match(/HTTP\/1\.1/g)).toHaveLength(1);
      }
    } finally {
      Object.assign(server, { requestTimeout, headersTimeout });
    }
    await sleep(50);
    expect((await user.get('/users/me')).status).toBe(200);
  });
});
