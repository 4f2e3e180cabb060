import { brokenHosts, innerHosts } from './door-hosts.fixture.js';
import { redirectTargets, trickUrls } from './door-urls.fixture.js';
import type { EgressRequest } from './egress.types.js';
import {
  ask,
  closeAll,
  fakeDns,
  serve,
  startSession,
  type LocalServer,
} from './session.fixture.js';

/** May be asked for, and redirects what asks for `/<status> <location>`. */
let outer: LocalServer;
/** Is there, and may never be connected to. */
let inner: LocalServer;

beforeAll(async () => {
  inner = await serve((response) => response.end('secret'));
  outer = await serve((response, { url }) => {
    const [, status, location] = /^(\d{3}) (.+)$/.exec(decodeURIComponent(url.slice(1))) ?? [];
    if (location === undefined) response.end('arrived');
    else response.writeHead(Number(status), { location }).end();
  });
});
beforeEach(() => {
  outer.hits.length = 0;
});
afterEach(() => {
  expect(inner.hits).toEqual([]);
  expect(inner.accepted).toBe(0);
});
afterAll(closeAll);

/** Every name resolves to where the inner server is. */
function strict(lookup = fakeDns(['127.0.0.1'])) {
  return startSession({ allow: `127.0.0.1:${outer.port}`, lookup });
}

const fill = (text: string) =>
  text.replaceAll('INNER', `127.0.0.1:${inner.port}`).replaceAll('PORT', String(inner.port));

async function endOf(asked: Promise<{ text: string }>): Promise<string> {
  return asked.then(
    ({ text }) => text,
    (error: unknown) => {
      expect(error).toMatchObject({ name: 'EgressError' });
      expect(String(error)).not.toContain('hunter2');
      return (error as { code: string }).code;
    },
  );
}

describe('no connection is made', () => {
  it.each(innerHosts)('to the inner host %j', async (host) => {
    const session = strict();
    for (const scheme of ['http', 'https']) {
      expect(await endOf(ask(session, `${scheme}://${host}:${inner.port}/`))).toBe(
        'remote.refused',
      );
    }
  });

  it.each(brokenHosts)('to what is no host, %j', async (host) => {
    expect(await endOf(ask(strict(), `http://${host}:${inner.port}/`))).toBe('remote.bad_request');
  });

  it.each(trickUrls)('by the URL %j: %s', async (url, ends) => {
    expect(await endOf(ask(strict(), fill(url)))).toBe(ends);
  });

  it.each([
    ['a private address', [['10.0.0.5']]],
    ['a loopback address', [['127.0.0.1']]],
    ['a loopback address in IPv6', [['::1']]],
    ['a mapped address', [['::ffff:127.0.0.1']]],
    ['a mapped address in hexadecimals', [['::ffff:7f00:1']]],
    ['an address behind NAT64', [['64:ff9b::7f00:1']]],
    ['an address behind 6to4', [['2002:7f00:1::']]],
    ['a link-local address with a zone', [['fe80::1%lo']]],
    ['the unspecified address', [['0.0.0.0']]],
    ['metadata', [['169.254.169.254']]],
    ['metadata in IPv6', [['fd00:ec2::254']]],
    ['a public address and a loopback one', [['93.184.216.34', '127.0.0.1']]],
    ['a loopback address and a public one', [['127.0.0.1', '93.184.216.34']]],
    ['a public address and a mapped one', [['2606:4700::1111', '::ffff:10.0.0.1']]],
    ['a name in the place of an address', [['localhost']]],
    ['an alias of a name', [['inner.example.']]],
    ['an octal address', [['0177.0.0.1']]],
    ['nonsense', [['']]],
  ])('where a name resolves to %s', async (_what, answers) => {
    const url = `http://api.example:${inner.port}/`;
    expect(await endOf(ask(strict(fakeDns(...answers)), url))).toBe('remote.refused');
  });

  it('where a name resolves to nothing', async () => {
    const url = `http://api.example:${inner.port}/`;
    expect(await endOf(ask(strict(fakeDns([])), url))).toBe('remote.unreachable');
  });

  it('where a name turns inward from one connection to the next', async () => {
    const lookup = fakeDns(['127.0.0.1'], ['127.0.0.1', '127.0.0.2']);
    const session = startSession({ allow: '127.0.0.1', lookup });
    const url = `http://api.example:${outer.port}/`;
    const both = await Promise.all([endOf(ask(session, url)), endOf(ask(session, url))]);
    expect(both.sort()).toEqual(['arrived', 'remote.refused']);
    expect(outer.hits).toHaveLength(1);
  });
});

describe('a redirect', () => {
  it.each(redirectTargets)('to %s: %s', async (location, ends) => {
    const to = fill(location);
    const server = await serve((response, { url }) => {
      if (url === '/from') response.writeHead(302, { location: to }).end();
      else response.end('arrives');
    });
    const session = startSession({
      allow: `127.0.0.1:${server.port}`,
      lookup: fakeDns(['127.0.0.1']),
    });
    expect(await endOf(ask(session, `${server.url}/from`))).toBe(ends);
    expect(server.hits).toHaveLength(ends === 'arrives' ? 2 : 1);
  });

  it.each([
    [301, 'GET', 'GET'],
    [301, 'POST', 'GET'],
    [302, 'POST', 'GET'],
    [303, 'POST', 'GET'],
    [303, 'DELETE', 'GET'],
    [307, 'POST', 'POST'],
    [308, 'PUT', 'PUT'],
  ])(
    'by %d inward is refused after a %s, and outward makes it a %s',
    async (status, method, then) => {
      const session = strict();
      const body = method === 'GET' ? {} : { body: new TextEncoder().encode('{}') };
      const from = (location: string) =>
        `${outer.url}/${encodeURIComponent(`${status} ${location}`)}`;
      expect(await endOf(ask(session, from(inner.url), { method, ...body }))).toBe(
        'remote.refused',
      );
      expect(await endOf(ask(session, from('/end'), { method, ...body }))).toBe('arrived');
      expect(outer.hits.map((hit) => hit.method)).toEqual([method, method, then]);
      expect(outer.hits[2]?.body).toBe(then === method && method !== 'GET' ? '{}' : '');
    },
  );

  it('inward at the end of a chain is refused there', async () => {
    const chain = [1, 2, 3].reduce(
      (location) => `/${encodeURIComponent(`302 ${location}`)}`,
      inner.url,
    );
    expect(await endOf(ask(strict(), outer.url + chain))).toBe('remote.refused');
    expect(outer.hits).toHaveLength(3);
  });

  it('to itself ends after five', async () => {
    const server = await serve((response) => response.writeHead(302, { location: '/' }).end());
    const session = startSession({ allow: `127.0.0.1:${server.port}` });
    expect(await endOf(ask(session, server.url))).toBe('remote.too_many_redirects');
    expect(server.hits).toHaveLength(6);
  });
});

describe('a request with', () => {
  const large = 'x'.repeat(40_000);
  const headers: [what: string, headers: [string, string][]][] = [
    ...[
      'Host',
      'Connection',
      'Content-Length',
      'Transfer-Encoding',
      'Upgrade',
      'TE',
      'Trailer',
    ].map((name): [string, [string, string][]] => [`the header ${name}`, [[name, 'x']]]),
    ['Proxy-Authorization', [['Proxy-Authorization', 'x']]],
    ['X-Forwarded-For', [['x-forwarded-for', '127.0.0.1']]],
    ['a line break in a name', [['a\r\nHost', 'b']]],
    ['a line break in a value', [['a', 'b\r\nHost: c']]],
    ['a folded value', [['a', 'b\r\n c']]],
    ['a bare line feed', [['a', 'b\nc: d']]],
    ['a bare carriage return', [['a', 'b\rc']]],
    ['NUL in a value', [['a', 'b\0']]],
    ['DEL in a value', [['a', 'b\x7f']]],
    ['a wide character', [['a', '\u010d\u010a']]],
    ['a pseudo header', [[':authority', 'inner']]],
    ['a name with a blank', [['Host ', 'b']]],
    ['a name without text', [['', 'b']]],
    ['too many headers', Array.from({ length: 101 }, (_, index) => [`a${index}`, 'b'])],
    ['headers that are too large', [['a', large]]],
  ];

  it.each(headers)('%s never leaves', async (_what, list) => {
    const { accepted } = outer;
    expect(await endOf(ask(strict(), outer.url, { headers: list }))).toBe('remote.bad_request');
    expect(outer.accepted).toBe(accepted);
  });

  const methods = ['CONNECT', 'TRACE', 'track', '', 'GET /x HTTP/1.1\r\n', 'G\0T', 'PO ST', 'GÉT'];
  it.each(methods)('the method %j never leaves', async (method) => {
    const { accepted } = outer;
    expect(await endOf(ask(strict(), outer.url, { method }))).toBe('remote.bad_request');
    expect(outer.accepted).toBe(accepted);
  });

  it.each<[string, Partial<EgressRequest>]>([
    [
      'a body that looks like another request',
      { body: Buffer.from('0\r\n\r\nGET /two HTTP/1.1\r\n\r\n') },
    ],
    ['a body of zeros', { body: new Uint8Array(100_000) }],
    ['an empty body', { body: new Uint8Array() }],
    ['a path of line breaks', { url: '/%0d%0aHost:%20x' }],
    ['a path with backslashes', { url: '/\\..\\x' }],
  ])('%s arrives as one', async (_what, { url = '/', body }) => {
    const method = body ? 'POST' : 'GET';
    const asked = ask(strict(), outer.url + url, { method, ...(body && { body }) });
    expect(await endOf(asked)).toBe('arrived');
    expect(outer.hits).toHaveLength(1);
    expect(outer.hits[0]?.body).toBe(Buffer.from(body ?? []).toString());
  });
});
