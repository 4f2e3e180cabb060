import { until } from '../common/until.fixture.js';
import { ask, closeAll, serve, startSession } from './session.fixture.js';

afterEach(closeAll);

describe('EgressSession tries again', () => {
  it('after 429, as long as the remote says in seconds or as a date', async () => {
    const now = Date.parse('2026-01-01T00:00:00Z');
    const answers = ['7', 'Thu, 01 Jan 2026 00:00:30 GMT', undefined];
    const server = await serve((response, _hit, index) => {
      const retryAfter = answers[index];
      if (index === 3) response.end('done');
      else response.writeHead(429, retryAfter ? { 'Retry-After': retryAfter } : {}).end('slow');
    });
    const session = startSession({ now: () => now });
    const body = new TextEncoder().encode('{}');
    const answer = await ask(session, server.url, { method: 'POST', body });
    expect(answer).toMatchObject({ status: 200, text: 'done', redirected: false });
    expect(session.waits).toEqual([7000, 30_000, 1500]);
    expect(server.hits.map((hit) => hit.body)).toEqual(['{}', '{}', '{}', '{}']);
    expect(session.requests.map((record) => record.status)).toEqual([429, 429, 429, 200]);
    expect(server.accepted).toBe(1);
  });

  it('but not where it would have to wait too long', async () => {
    const server = await serve((response) =>
      response.writeHead(429, { 'retry-after': '3600' }).end(),
    );
    const session = startSession({ now: () => 0 });
    await expect(ask(session, server.url)).rejects.toMatchObject({
      code: 'remote.rate_limited',
      message: expect.stringContaining(
        'asks to wait 3600 s, until 1970-01-01T01:00:00.000Z',
      ) as unknown,
    });
    expect(session.waits).toEqual([]);
    expect(session.requests).toMatchObject([{ status: 429, error: 'remote.rate_limited' }]);
  });

  it('four times, and gives the last response as it is', async () => {
    const server = await serve((response, _hit, index) =>
      response.writeHead(503).end(`no ${index}`),
    );
    const session = startSession();
    await expect(ask(session, server.url)).resolves.toMatchObject({ status: 503, text: 'no 4' });
    expect(session.waits).toEqual([375, 750, 1500, 3000]);
  });

  it('but does not send a POST again after a 5xx or a break', async () => {
    const server = await serve((response, hit) => {
      if (hit.url === '/break') response.socket?.destroy();
      else response.writeHead(503).end();
    });
    const session = startSession();
    const answer = ask(session, server.url, { method: 'POST' });
    await expect(answer).resolves.toMatchObject({ status: 503 });
    await expect(ask(session, `${server.url}/break`, { method: 'POST' })).rejects.toMatchObject({
      code: 'remote.unreachable',
      message: expect.stringContaining('the connection to 127.0.0.1 broke') as unknown,
    });
    expect(server.hits).toHaveLength(2);
  });

  it('after a connection that breaks before or within the body', async () => {
    const server = await serve((response, _hit, index) => {
      if (index === 0) response.socket?.destroy();
      else if (index === 1) {
        response.writeHead(200, { 'content-length': 100 });
        response.write('half', () => response.socket?.destroy());
      } else response.end('whole');
    });
    const session = startSession();
    await expect(ask(session, server.url)).resolves.toMatchObject({ text: 'whole' });
    expect(session.requests).toMatchObject([
      { error: 'remote.unreachable' },
      { status: 200, bytes: 4, error: 'remote.unreachable' },
      { status: 200, bytes: 5 },
    ]);
  });

  it('where nobody listens, and says so in the end', async () => {
    const session = startSession();
    await expect(ask(session, 'http://127.0.0.1:1/')).rejects.toMatchObject({
      code: 'remote.unreachable',
      message: '127.0.0.1 refused the connection',
    });
    expect(session.waits).toHaveLength(4);
  });

  it('and takes 404 for success where an earlier DELETE may have worked', async () => {
    const first: Record<string, number> = { '/broken': 502, '/limited': 429 };
    const server = await serve((response, hit, index) =>
      response.writeHead(index % 2 === 0 ? (first[hit.url] ?? 500) : 404).end('no such record'),
    );
    const session = startSession();
    const broken = await ask(session, `${server.url}/broken`, { method: 'DELETE' });
    expect(broken).toMatchObject({ status: 204, statusText: 'No Content', headers: [], text: '' });
    const limited = await ask(session, `${server.url}/limited`, { method: 'DELETE' });
    expect(limited.status).toBe(404);
    expect(session.requests.map((record) => record.status)).toEqual([502, 404, 429, 404]);
  });

  it('without the rest of a failed response that goes on and on', async () => {
    const server = await serve((response, _hit, index) => {
      if (index === 0) response.writeHead(503).write('x'.repeat(200_000));
      else response.end('done');
    });
    const session = startSession();
    await expect(ask(session, server.url)).resolves.toMatchObject({ text: 'done' });
    expect(server.hits).toHaveLength(2);
  });

  it('until it is cancelled', async () => {
    const server = await serve((response) => response.writeHead(503).end());
    const session = startSession({ sleep: undefined });
    const stop = new AbortController();
    const asked = ask(session, server.url, { signal: stop.signal });
    void until(() => server.hits.length > 0).then(() => {
      setTimeout(() => {
        stop.abort();
      }, 50);
    });
    await expect(asked).rejects.toMatchObject({ code: 'run.cancelled' });
    expect(server.hits).toHaveLength(1);
  });
});
