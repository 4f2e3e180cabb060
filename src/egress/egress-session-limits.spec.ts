import type { ServerResponse } from 'node:http';
import { until } from '../common/until.fixture.js';
import { ask, closeAll, serve, startSession } from './session.fixture.js';

afterEach(closeAll);

describe('EgressSession', () => {
  it('ends a run that makes too many requests, retries and redirects counted', async () => {
    const server = await serve((response, _hit, index) => {
      if (index === 0) response.writeHead(503).end();
      else if (index === 1) response.writeHead(302, { location: '/b' }).end();
      else response.end();
    });
    const session = startSession({ maxRequests: 3 });
    await expect(ask(session, server.url)).resolves.toMatchObject({ status: 200 });
    await expect(ask(session, server.url)).rejects.toMatchObject({ code: 'run.requests' });
    expect(server.hits).toHaveLength(3);
    expect(session.requests).toHaveLength(3);
  });

  it('keeps no endless record of what it refused', async () => {
    const session = startSession({ maxRequests: 2 });
    for (let count = 0; count < 5; count += 1) {
      await expect(ask(session, 'http://10.0.0.5/')).rejects.toThrow('a private address');
    }
    expect(session.requests).toHaveLength(2);
  });

  it('makes so many requests at once, and lets further ones wait', async () => {
    const waiting: ServerResponse[] = [];
    let most = 0;
    const server = await serve((response) => {
      most = Math.max(most, waiting.push(response));
      setTimeout(() => waiting.shift()?.end(), 20);
    });
    const session = startSession({ concurrency: 2 });
    const all = Array.from({ length: 6 }, () => ask(session, server.url));
    await expect(Promise.all(all)).resolves.toHaveLength(6);
    expect(most).toBe(2);
    expect(server.accepted).toBe(2);
  });

  it('lets a request give up its place in the line', async () => {
    const server = await serve(() => undefined);
    const session = startSession({ concurrency: 1 });
    const first = ask(session, server.url);
    const second = ask(session, server.url, { signal: AbortSignal.timeout(30) });
    await expect(second).rejects.toMatchObject({ code: 'remote.timeout' });
    await Promise.all([
      session.close(),
      expect(first).rejects.toMatchObject({ code: 'run.cancelled' }),
    ]);
  });

  it('frees its connections at once when it is closed, and makes no more', async () => {
    const server = await serve((response, hit) => {
      if (hit.url === '/quick') response.end();
    });
    const session = startSession();
    await ask(session, `${server.url}/quick`);
    const asked = ask(session, server.url);
    await until(() => server.hits.length === 2);
    expect(server.open.size).toBe(1);
    await Promise.all([
      session.close(),
      expect(asked).rejects.toMatchObject({ code: 'run.cancelled' }),
    ]);
    expect(await until(() => server.open.size === 0)).toBe(true);
    await expect(ask(session, server.url)).rejects.toMatchObject({ code: 'run.cancelled' });
    await session.close();
  });

  it('shares no connection with another run', async () => {
    const server = await serve((response) => response.end());
    for (const session of [startSession(), startSession()]) {
      await ask(session, server.url);
      await ask(session, server.url);
    }
    expect(server.accepted).toBe(2);
  });

  it('is cancelled by the signal of the run and by that of the request', async () => {
    const server = await serve(() => undefined);
    const run = new AbortController();
    const session = startSession({ signal: run.signal });
    const own = new AbortController();
    const asked = [ask(session, server.url, { signal: own.signal }), ask(session, server.url)];
    const outcomes = Promise.allSettled(asked);
    own.abort();
    run.abort();
    expect(await outcomes).toMatchObject([
      { reason: { code: 'run.cancelled' } },
      { reason: { code: 'run.cancelled' } },
    ]);
  });

  it('does not heed the proxies of the environment', async () => {
    const server = await serve((response) => response.end('direct'));
    // eslint-disable-next-line no-restricted-properties -- it is what the test is about
    const { env } = process;
    env['HTTP_PROXY'] = 'http://127.0.0.1:1';
    try {
      await expect(ask(startSession(), server.url)).resolves.toMatchObject({ text: 'direct' });
    } finally {
      delete env['HTTP_PROXY'];
    }
  });
});
