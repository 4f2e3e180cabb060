import { AddressPolicy, type Destination } from './address-policy.js';
import { ask, closeAll, fakeDns, serve, startSession } from './session.fixture.js';

afterEach(closeAll);

const refused = (message = '') => ({
  code: 'remote.refused',
  message: expect.stringContaining(message) as unknown,
});

describe('EgressSession', () => {
  it('sends what it is given and gives what comes back', async () => {
    const server = await serve((response) => {
      response.writeHead(201, 'Made', [
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['X-Latin', 'é'],
      ]);
      response.end('{"id":1}');
    });
    const session = startSession({ userAgent: 'tester/1' });
    const answer = await ask(session, `${server.url}/x?y=%20z#f`, {
      method: 'post',
      headers: [
        ['X-A', '1'],
        ['x-a', '2'],
        ['Content-Type', 'application/json'],
      ],
      body: new TextEncoder().encode('{"n":1}'),
    });
    expect(answer).toMatchObject({
      status: 201,
      statusText: 'Made',
      url: `${server.url}/x?y=%20z`,
      redirected: false,
      text: '{"id":1}',
    });
    expect(answer.headers).toEqual(
      expect.arrayContaining([
        ['Set-Cookie', 'a=1'],
        ['Set-Cookie', 'b=2'],
        ['X-Latin', 'é'],
      ]),
    );
    expect(server.hits).toMatchObject([{ method: 'POST', url: '/x?y=%20z', body: '{"n":1}' }]);
    expect(server.hits[0]?.headers).toMatchObject({
      'x-a': '1, 2',
      accept: '*/*',
      'accept-encoding': 'gzip, br, deflate',
      'user-agent': 'tester/1',
      'content-length': '7',
    });
    expect(session.requests).toEqual([
      {
        method: 'POST',
        url: `${server.url}/x?y=%20z`,
        status: 201,
        durationMs: expect.any(Number) as unknown,
        bytes: 8,
      },
    ]);
    expect(session.bytes).toBe(8);
    expect(session.lastResponse).toEqual({ status: 201, url: `${server.url}/x?y=%20z` });
  });

  it('refuses loopback without a rule, and no connection arrives', async () => {
    const server = await serve((response) => response.end());
    const session = startSession({ allow: '', lookup: fakeDns(['127.0.0.1']) });
    for (const host of ['127.0.0.1', 'localhost', '2130706433', '0x7f.1', '[::ffff:127.0.0.1]']) {
      await expect(ask(session, `http://${host}:${server.port}/`)).rejects.toMatchObject(refused());
    }
    const url = `http://api.example:${server.port}/?token=x`;
    await expect(ask(session, url)).rejects.toMatchObject(
      refused('api.example resolves to 127.0.0.1, a loopback address; an operator can allow it'),
    );
    expect(server.accepted).toBe(0);
    expect(session.requests).toHaveLength(6);
    expect(session.requests.at(-1)).toMatchObject({
      url: `http://api.example:${server.port}/?token=***`,
      error: 'remote.refused',
    });
  });

  it('refuses a name when one of its addresses is bad', async () => {
    const server = await serve((response) => response.end());
    const lookup = fakeDns(['127.0.0.1', '10.0.0.5']);
    const session = startSession({ lookup });
    await expect(ask(session, `http://api.example:${server.port}/`)).rejects.toMatchObject(
      refused('10.0.0.5, a private address'),
    );
    expect(server.accepted).toBe(0);
  });

  it('checks a name anew for each connection', async () => {
    const server = await serve((response) =>
      response.writeHead(200, { connection: 'close' }).end(),
    );
    const lookup = fakeDns(['127.0.0.1'], ['127.0.0.2']);
    const session = startSession({ lookup });
    const url = `http://api.example:${server.port}/`;
    await expect(ask(session, url)).resolves.toMatchObject({ status: 200 });
    await expect(ask(session, url)).rejects.toMatchObject(refused('127.0.0.2'));
    expect(lookup.asked).toEqual(['api.example', 'api.example']);
    expect(server.accepted).toBe(1);
  });

  it('checks the address that it is connected to in the end', async () => {
    class Turncoat extends AddressPolicy {
      #asked = 0;
      override addressRefusal(address: string, to: Destination): string | undefined {
        this.#asked += 1;
        return this.#asked > 1 ? super.addressRefusal(address, to) : undefined;
      }
    }
    const server = await serve((response) => response.end());
    const policy = new Turncoat({ allow: [] });
    const session = startSession({ policy, lookup: fakeDns(['127.0.0.1']) });
    const url = `http://api.example:${server.port}/`;
    await expect(ask(session, url)).rejects.toMatchObject(refused('a loopback address'));
    expect(server.hits).toHaveLength(0);
  });

  it('never reaches a listener of the service', async () => {
    const server = await serve((response) => response.end());
    const policy = new AddressPolicy({ allow: [{ kind: 'range', address: '0.0.0.0', bits: 0 }] });
    const session = startSession({ policy, lookup: fakeDns(['127.0.0.1']) });
    await expect(ask(session, server.url)).resolves.toMatchObject({ status: 200 });
    policy.forbid({ address: '0.0.0.0', port: server.port });
    for (const host of ['127.0.0.1', '0.0.0.0', 'api.example']) {
      await expect(ask(session, `http://${host}:${server.port}/`)).rejects.toMatchObject(
        refused('belongs to this service itself'),
      );
    }
    expect(server.hits).toHaveLength(1);
  });

  it('refuses a host that is not among the allowed ones', async () => {
    const server = await serve((response) => response.end());
    const allowedHosts = [{ host: '127.0.0.1', port: server.port, wildcard: false }];
    const session = startSession({ allowedHosts, lookup: fakeDns(['127.0.0.1']) });
    await expect(ask(session, server.url)).resolves.toMatchObject({ status: 200 });
    await expect(ask(session, `http://api.example:${server.port}/`)).rejects.toMatchObject(
      refused(`api.example:${server.port} is not among the connector's allowedHosts`),
    );
    expect(server.accepted).toBe(1);
  });

  it('refuses a reserved header before anything is sent', async () => {
    const server = await serve((response) => response.end());
    const session = startSession();
    const headers: [string, string][] = [['Host', 'b.example']];
    await expect(ask(session, server.url, { headers })).rejects.toMatchObject({
      code: 'remote.bad_request',
      message: "the header host can't be set by connector code",
    });
    expect(server.accepted).toBe(0);
  });

  it('lets hooks rewrite what goes out and what comes back', async () => {
    const server = await serve((response, hit) => response.end(`got ${hit.url}`));
    const session = startSession({
      hooks: {
        outgoing: (request, origin) => ({ ...request, url: `${origin}/real` }),
        incoming: (response) => ({ ...response, body: new TextEncoder().encode('masked') }),
      },
    });
    const answer = await ask(session, `${server.url}/stand-in`);
    expect(answer).toMatchObject({ text: 'masked', url: `${server.url}/stand-in` });
    expect(server.hits[0]?.url).toBe('/real');
    expect(session.requests[0]?.url).toBe(`${server.url}/stand-in`);
  });

  it('refuses a hook that turns to another origin', async () => {
    const server = await serve((response) => response.end());
    const session = startSession({
      hooks: {
        outgoing: (request) => ({ ...request, url: server.url }),
        incoming: (response) => response,
      },
    });
    await expect(ask(session, 'http://127.0.0.1:1/')).rejects.toMatchObject(
      refused('another origin'),
    );
    expect(server.accepted).toBe(0);
  });

  it('says when a name can not be resolved', async () => {
    const failing = () => Promise.reject(Object.assign(new Error('no'), { code: 'ENOTFOUND' }));
    const session = startSession({ lookup: failing });
    await expect(ask(session, 'http://nowhere.example/')).rejects.toMatchObject({
      code: 'remote.unreachable',
      message: 'nowhere.example could not be resolved to an address',
    });
    expect(session.waits).toEqual([]);
  });
});
