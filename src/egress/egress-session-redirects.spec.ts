import { ask, closeAll, serve, startSession, type Hit } from './session.fixture.js';

afterEach(closeAll);

const credentials: [string, string][] = [
  ['Authorization', 'Bearer hunter2'],
  ['X-Api-Key', 'hunter2'],
  ['Cookie', 'a=hunter2'],
  ['X-Plain', 'kept'],
];

/** Redirects /from/<path> to what `targets` gives for it, and answers all else. */
async function serveRedirects(targets: (hit: Hit) => string | undefined, status = 302) {
  return serve((response, hit) => {
    const location = targets(hit);
    if (location === undefined) response.end('arrived');
    else response.writeHead(status, { location }).end('moved');
  });
}

describe('EgressSession follows redirects', () => {
  it('on the same connection, with credentials within their origin', async () => {
    const server = await serveRedirects(({ url }) => (url === '/a' ? '/b' : undefined));
    const session = startSession();
    const answer = await ask(session, `${server.url}/a`, { headers: credentials });
    expect(answer).toMatchObject({ text: 'arrived', redirected: true, url: `${server.url}/b` });
    expect(server.hits[1]?.headers).toMatchObject({ authorization: 'Bearer hunter2' });
    expect(server.accepted).toBe(1);
    expect(session.requests.map(({ status }) => status)).toEqual([302, 200]);
  });

  it('without credentials to another origin, nor back', async () => {
    const there = await serveRedirects(() => undefined);
    const here = await serveRedirects(({ url }) => (url === '/a' ? `${there.url}/b` : undefined));
    await ask(startSession(), `${here.url}/a`, { headers: credentials });
    expect(there.hits[0]?.headers['x-plain']).toBe('kept');
    expect(JSON.stringify(there.hits)).not.toContain('hunter2');
    const back = await serveRedirects(() => `${home.url}/c`);
    const home = await serveRedirects(({ url }) => (url === '/a' ? `${back.url}/b` : undefined));
    await ask(startSession(), `${home.url}/a`, { headers: credentials });
    expect(JSON.stringify(home.hits[1])).not.toContain('hunter2');
  });

  it('with a GET where a POST is answered with 303', async () => {
    const server = await serveRedirects(({ url }) => (url === '/a' ? '/b' : undefined), 303);
    const body = new TextEncoder().encode('{}');
    await ask(startSession(), `${server.url}/a`, { method: 'POST', body });
    expect(server.hits).toMatchObject([
      { method: 'POST', body: '{}' },
      { method: 'GET', body: '' },
    ]);
  });

  it('but not to a host that is not allowed', async () => {
    const there = await serve((response) => response.end());
    const server = await serveRedirects(() => there.url);
    const allowedHosts = [{ host: '127.0.0.1', port: server.port, wildcard: false }];
    const session = startSession({ allowedHosts });
    await expect(ask(session, server.url)).rejects.toMatchObject({
      code: 'remote.refused',
      message: expect.stringContaining('allowedHosts') as unknown,
    });
    expect(there.accepted).toBe(0);
  });

  it('five times at most', async () => {
    const server = await serveRedirects(({ url }) => {
      const left = Number(url.slice(1));
      return left > 0 ? `/${left - 1}` : undefined;
    });
    await expect(ask(startSession(), `${server.url}/5`)).resolves.toMatchObject({ status: 200 });
    const session = startSession();
    await expect(ask(session, `${server.url}/6`)).rejects.toMatchObject({
      code: 'remote.too_many_redirects',
    });
    expect(session.requests).toHaveLength(6);
  });

  it('only where the request asks for it', async () => {
    const server = await serveRedirects(() => '/b');
    const session = startSession();
    const manual = await ask(session, server.url, { redirect: 'manual' });
    expect(manual).toMatchObject({ status: 302, text: 'moved', redirected: false });
    expect(manual.headers).toContainEqual(['location', '/b']);
    await expect(ask(session, server.url, { redirect: 'error' })).rejects.toMatchObject({
      code: 'remote.bad_response',
    });
    expect(server.hits).toHaveLength(2);
  });

  it('after the hook saw where they go, and with the hook at each of them', async () => {
    const server = await serveRedirects(({ url }) =>
      url.startsWith('/a') ? '/b?key=real' : undefined,
    );
    const origins: string[] = [];
    const session = startSession({
      hooks: {
        outgoing: (request, origin) => {
          origins.push(origin);
          return { ...request, url: request.url.replace('stand-in', 'real') };
        },
        incoming: (response) => ({
          ...response,
          headers: response.headers.map(([name, value]) => [
            name,
            value.replace('real', 'stand-in'),
          ]),
        }),
      },
    });
    const answer = await ask(session, `${server.url}/a?key=stand-in`);
    expect(server.hits.map((hit) => hit.url)).toEqual(['/a?key=real', '/b?key=real']);
    expect(answer.url).toBe(`${server.url}/b?key=stand-in`);
    expect(origins).toEqual([server.url, server.url]);
    expect(JSON.stringify(session.requests)).not.toContain('real');
  });
});
