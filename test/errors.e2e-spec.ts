import { connect } from 'node:net';
import { startTestService, type Api, type TestService } from './support/service.js';

describe('errors of the framework and of HTTP', () => {
  let service: TestService;
  let user: Api;

  beforeAll(async () => {
    service = await startTestService();
    user = await service.newUser();
  });

  afterAll(async () => {
    await service.stop();
  });

  /** Sends a request as it is written, past every client that would mend it. */
  async function raw(
    method: string,
    path: string,
    init: { body?: string | URLSearchParams; headers?: Record<string, string> } = {},
  ) {
    const response = await fetch(`${service.url}${path}`, {
      method,
      ...init,
      headers: { Authorization: user.authorization ?? '', ...init.headers },
    });
    const text = await response.text();
    expect(response.headers.get('content-type')).toMatch(/^application\/problem\+json/);
    const problem = JSON.parse(text) as Record<string, unknown>;
    expect(problem['status']).toBe(response.status);
    expect(problem['requestId']).toBe(response.headers.get('x-request-id'));
    expect(text).not.toMatch(/ at \S+ \(|node_modules|prisma|select |\.ts|\.js/i);
    return { status: response.status, problem, headers: response.headers };
  }

  /** Speaks to the server below HTTP, and gives all that it says. */
  async function speak(text: string): Promise<string> {
    const socket = connect(Number(new URL(service.url).port), '127.0.0.1');
    socket.write(text);
    let answer = '';
    for await (const chunk of socket) answer += String(chunk);
    return answer;
  }

  const json = { 'Content-Type': 'application/json' };

  it.each([
    ['an unknown route', 'GET', '/nothing', {}, 404, 'route.not_found'],
    [
      'an unknown route with a body',
      'POST',
      '/nothing',
      { body: '{}', headers: json },
      404,
      'route.not_found',
    ],
    [
      'a path that cannot be decoded',
      'GET',
      '/custom-connectors/%zz',
      {},
      400,
      'request.malformed',
    ],
    ['another method', 'PATCH', '/custom-connectors', {}, 405, 'route.method_not_allowed'],
    [
      'another method on a path with an id',
      'POST',
      '/custom-connectors/cuc_0000000000',
      {},
      405,
      'route.method_not_allowed',
    ],
    [
      'malformed JSON',
      'POST',
      '/custom-connectors',
      { body: '{"name": "x', headers: json },
      400,
      'request.malformed',
    ],
    [
      'an empty body',
      'POST',
      '/custom-connectors',
      { body: '', headers: json },
      400,
      'request.invalid',
    ],
    [
      'a body that is no object',
      'POST',
      '/custom-connectors',
      { body: '[1]', headers: json },
      400,
      'request.invalid',
    ],
    [
      'a body that is null',
      'POST',
      '/custom-connectors',
      { body: 'null', headers: json },
      400,
      'request.invalid',
    ],
    [
      'a form',
      'POST',
      '/custom-connectors',
      { body: new URLSearchParams({ name: 'x' }) },
      415,
      'request.unsupported_type',
    ],
    [
      'plain text',
      'POST',
      '/custom-connectors',
      { body: '{"name":"x"}' },
      415,
      'request.unsupported_type',
    ],
    [
      'another charset',
      'POST',
      '/custom-connectors',
      { body: '{}', headers: { 'Content-Type': 'application/json; charset=latin1' } },
      415,
      'request.unsupported_type',
    ],
    [
      'an unknown encoding',
      'POST',
      '/custom-connectors',
      { body: '{}', headers: { ...json, 'Content-Encoding': 'zstd2' } },
      415,
      'request.unsupported_type',
    ],
    [
      'a body that is not gzip',
      'POST',
      '/custom-connectors',
      { body: '{}', headers: { ...json, 'Content-Encoding': 'gzip' } },
      400,
      'request.malformed',
    ],
    [
      'too large a body',
      'POST',
      '/custom-connectors',
      { body: `{"name":"${'x'.repeat(5 * 1024 * 1024)}"}`, headers: json },
      413,
      'request.too_large',
    ],
    [
      'a body of more than a million values',
      'POST',
      '/custom-connectors',
      { body: `{"name":[${'1,'.repeat(1_000_000)}1]}`, headers: json },
      413,
      'request.too_large',
    ],
  ])('tells %s as a problem', async (_what, method, path, init, status, code) => {
    const answer = await raw(method, path, init);
    expect([answer.status, answer.problem['code']]).toEqual([status, code]);
  });

  it('names the methods of a path where another was used', async () => {
    const { headers } = await raw('PATCH', '/custom-connectors/cuc_0000000000');
    expect(headers.get('allow')).toBe('DELETE, GET, HEAD, PUT');
  });

  it('reads no body of a caller it does not know', async () => {
    const response = await fetch(`${service.url}/custom-connectors`, {
      method: 'POST',
      headers: json,
      body: '{"name": broken',
    });
    expect(response.status).toBe(401);
  });

  it('does not repeat a broken body, which may hold a secret', async () => {
    const { problem } = await raw('POST', '/custom-connectors', {
      headers: json,
      body: '{"apiKey":"sk_live_secret",,}',
    });
    expect(JSON.stringify(problem)).not.toContain('sk_live');
  });

  it('answers bytes that are no HTTP with a problem', async () => {
    const answer = await speak('NONSENSE\r\n\r\n');
    expect(answer).toContain('HTTP/1.1 400 ');
    expect(answer).toContain('"code":"request.malformed"');
  });

  it('answers headers that are too large with a problem', async () => {
    const answer = await speak(
      `GET / HTTP/1.1\r\nHost: x\r\nX-Large: ${'x'.repeat(20_000)}\r\n\r\n`,
    );
    expect(answer).toContain('HTTP/1.1 431 ');
    expect(answer).toContain('"code":"request.headers_too_large"');
  });

  it('answers HEAD like GET, without a body', async () => {
    const response = await fetch(`${service.url}/health/live`, { method: 'HEAD' });
    expect([response.status, await response.text()]).toEqual([200, '']);
  });

  it('lets the named origins in, and no others', async () => {
    const open = await startTestService({ CORS_ORIGINS: 'https://app.example.com' });
    try {
      const ask = (origin: string) =>
        fetch(`${open.url}/custom-connectors`, {
          method: 'OPTIONS',
          headers: { Origin: origin, 'Access-Control-Request-Method': 'PUT' },
        });
      const allowed = await ask('https://app.example.com');
      expect(allowed.headers.get('access-control-allow-origin')).toBe('https://app.example.com');
      const other = await ask('https://evil.example.com');
      expect(other.headers.get('access-control-allow-origin')).not.toBe('https://evil.example.com');
    } finally {
      await open.stop();
    }
  });
});
