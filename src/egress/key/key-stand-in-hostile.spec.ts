import { bodyOf, standInFor } from './key-stand-in.fixture.js';
import { KeyAdmission } from './key-admission.js';
import { KeyStandIn } from './key-stand-in.js';
import {
  ask,
  closeAll,
  serve,
  startSession,
  type Hit,
  type LocalServer,
} from '../session.fixture.js';

afterEach(closeAll);

const apiKey = 'Secret-Key_1234567890';

async function sink(): Promise<LocalServer> {
  return serve((response) => response.end('sink'));
}

/** A server that redirects to what `target` makes of the key that it was sent. */
async function redirector(target: (key: string, hit: Hit) => string, status = 302) {
  return serve((response, hit) => {
    const key = String(hit.headers['x-key'] ?? '');
    response.writeHead(status, { location: target(key, hit) }).end();
  });
}

describe('KeyStandIn keeps the key from a host that may not get it', () => {
  it.each([
    ['a header', (k: string) => ({ headers: [['X-Key', k]] })],
    ['a Basic credential', (k: string) => ({ headers: [['X-Key', `Basic ${btoa(`a:${k}`)}`]] })],
    ['a body', (k: string) => bodyOf(k)],
    ['a binary body', (k: string) => bodyOf(`\0${k}`, 'application/octet-stream')],
    ['the path', (k: string) => ({ path: `/${k}` })],
    ['the query', (k: string) => ({ path: `/?k=${k}` })],
  ] as [string, (k: string) => { path?: string; headers?: [string, string][] }][])(
    'in %s',
    async (_place, requestOf) => {
      const [admitted, other] = [await sink(), await sink()];
      const { key, session } = standInFor(apiKey, admitted);
      const { path = '/', ...request } = requestOf(key.text);
      await expect(ask(session, other.url + path, request)).rejects.toMatchObject({
        code: 'remote.refused',
        message: expect.stringMatching(
          `127.0.0.1:${other.port} carries the API key.*allowedHosts`,
        ) as unknown,
      });
      expect(other.accepted).toBe(0);
      await expect(ask(session, admitted.url + path, request)).resolves.toMatchObject({
        text: 'sink',
      });
      expect(JSON.stringify(session.requests)).not.toContain(apiKey);
      await expect(ask(session, `${other.url}/#${key.text}`)).resolves.toMatchObject({
        status: 200,
      });
      expect(JSON.stringify(other.hits)).not.toContain(key.text);
    },
  );

  it('over plain http where no entry names it, and says what to write', async () => {
    const server = await sink();
    const hooks = new KeyStandIn({
      apiKey,
      admits: KeyAdmission.toHosts([{ host: 'api.example.com', wildcard: false }]),
    });
    const session = startSession({ hooks });
    await expect(ask(session, `http://api.example.com/?k=${hooks.text}`)).rejects.toMatchObject({
      code: 'remote.refused',
      message: expect.stringContaining('http://api.example.com or api.example.com:80') as unknown,
    });
    const origins = KeyAdmission.toOrigins([server.url]);
    const exact = new KeyStandIn({ apiKey, admits: origins });
    await ask(startSession({ hooks: exact }), `${server.url}/?k=${exact.text}`);
    expect(server.hits[0]?.url).toBe(`/?k=${apiKey}`);
  });

  it('in spellings of the stand-in that are not known', async () => {
    const other = await sink();
    const { key, session } = standInFor(apiKey);
    const odd = key.text.replace('s', '%73');
    await ask(session, `${other.url}/?k=${odd}`, { headers: [['x', key.text.toUpperCase()]] });
    expect(JSON.stringify(other.hits)).not.toContain(apiKey);
  });
});

describe('KeyStandIn keeps the key out of hosts', () => {
  it.each(['http://@.evil.example/', 'http://a.@.evil.example:81/', 'https://@/'])(
    'in %s, also where it may go',
    async (pattern) => {
      const { key } = standInFor(apiKey);
      const admits = KeyAdmission.toHosts([
        { host: 'evil.example', wildcard: true, scheme: 'http' },
        { host: key.text.toLowerCase(), wildcard: false },
      ]);
      const hooks = new KeyStandIn({ apiKey, admits });
      const asked: string[] = [];
      const lookup = (host: string) => {
        asked.push(host);
        return Promise.resolve([]);
      };
      const session = startSession({ hooks, lookup, allow: 'x.example' });
      const url = pattern.replace('@', hooks.text);
      await expect(ask(session, url)).rejects.toMatchObject({ code: 'remote.refused' });
      expect(asked).toEqual([]);
    },
  );

  it('and of user names and passwords', async () => {
    const server = await sink();
    const { key, session } = standInFor(apiKey, server);
    for (const user of [`${key.text}@`, `a:${key.text}@`]) {
      await expect(ask(session, server.url.replace('//', `//${user}`))).rejects.toThrow();
    }
    expect(server.accepted).toBe(0);
  });
});

describe('KeyStandIn refuses a key that would break a request', () => {
  it.each([
    ['a\r\nX-Injected: 1', 'control character'],
    ['a\nb', 'control character'],
    ['a\0b', 'control character'],
    ['a\x7fb', 'control character'],
    ['a€b', 'beyond U+00FF'],
  ])('%j in a header', async (weird, reason) => {
    const server = await sink();
    const { key, session } = standInFor(weird, server);
    const failed = ask(session, server.url, { headers: [['X-Key', `Bearer ${key.text}`]] });
    await expect(failed).rejects.toMatchObject({
      code: 'remote.refused',
      message: expect.stringContaining(reason) as unknown,
    });
    await expect(failed).rejects.toMatchObject({
      message: expect.not.stringContaining(weird) as unknown,
    });
    expect(server.accepted).toBe(0);
  });

  it.each(['.', '..'])('%j as a segment of a path', async (weird) => {
    const server = await sink();
    const { key, session } = standInFor(weird, server);
    await expect(ask(session, `${server.url}/a/${key.text}/b`)).rejects.toMatchObject({
      code: 'remote.refused',
    });
    await ask(session, `${server.url}/a/x${key.text}/?k=${key.text}`);
    expect(server.hits.map(({ url }) => url)).toEqual([`/a/x${weird}/?k=${weird}`]);
  });
});

describe('KeyStandIn keeps the key from following a redirect', () => {
  it.each([
    ['the query', (k: string) => `/?k=${k}`],
    ['the path', (k: string) => `/a/${k}/b`],
    ['percent-encoding', (k: string) => `/?k=${encodeURIComponent(`"${k}"`)}`],
    ['base64', (k: string) => `/?k=${btoa(`a:${k}`)}`],
    ['base64 for URLs', (k: string) => `/${Buffer.from(`ab${k}`).toString('base64url')}/x`],
    ['the fragment', (k: string) => `/#${k}`],
  ])('that echoes it in %s', async (_place, target) => {
    const other = await sink();
    const here = await redirector((key) => other.url + target(key));
    const { key, session } = standInFor(apiKey, here);
    await ask(session, here.url, { headers: [['X-Key', key.text]] }).catch(() => undefined);
    expect(here.hits[0]?.headers['x-key']).toBe(apiKey);
    const arrived = JSON.stringify(other.hits);
    expect(arrived).not.toContain(apiKey);
    expect(arrived).not.toContain(btoa(`a:${apiKey}`).slice(4, -4));
    expect(arrived).not.toContain(btoa(`ab${apiKey}`).slice(4, -4));
    expect(JSON.stringify(session.requests)).not.toContain(apiKey);
  });

  it.each([
    ['user name', (k: string) => `http://${k}@127.0.0.1/`],
    ['password', (k: string) => `http://a:${k}@127.0.0.1/`],
    ['sub-domain', (k: string) => `http://${k}.evil.example/`],
  ])('that echoes it as a %s', async (_place, target) => {
    const here = await redirector(target);
    const { key } = standInFor('SecretKey1234567890');
    const admits = KeyAdmission.toOrigins([here.url]);
    const hooks = new KeyStandIn({ apiKey: 'SecretKey1234567890', admits });
    const asked: string[] = [];
    const lookup = (host: string) => {
      asked.push(host);
      return Promise.resolve([{ address: '127.0.0.1', family: 4 }]);
    };
    const session = startSession({ hooks, lookup });
    await expect(
      ask(session, here.url, { headers: [['x-key', hooks.text]] }),
    ).rejects.toMatchObject({ code: expect.stringMatching(/^remote\./) as unknown });
    expect(here.hits).toHaveLength(1);
    expect(asked).toEqual([]);
    expect(key.text).not.toBe(hooks.text);
  });

  it('in a Location that code follows by itself', async () => {
    const other = await sink();
    const here = await redirector((key) => `${other.url}/?k=${key}`);
    const { key, session } = standInFor(apiKey, here);
    const answer = await ask(session, here.url, {
      headers: [['X-Key', key.text]],
      redirect: 'manual',
    });
    const location = answer.headers.find(([name]) => name === 'location')?.[1] ?? '';
    expect(location).toBe(`${other.url}/?k=${key.text}`);
    await expect(ask(session, location)).rejects.toMatchObject({ code: 'remote.refused' });
    expect(other.accepted).toBe(0);
  });

  it('but puts it back where a redirect stays with hosts that may get it', async () => {
    const there = await sink();
    const here = await redirector((key) => `${there.url}/?k=${key}`);
    const { key, session } = standInFor(apiKey, here, there);
    const answer = await ask(session, here.url, { headers: [['X-Key', key.text]] });
    expect(there.hits[0]?.url).toBe(`/?k=${apiKey}`);
    expect(answer.url).toBe(`${there.url}/?k=${key.text}`);
  });

  it('in headers of any name, while the request goes on without them', async () => {
    const [may, mayNot] = [await sink(), await sink()];
    for (const there of [may, mayNot]) {
      const here = await redirector(() => there.url);
      const { key, session } = standInFor(apiKey, here, may);
      await ask(session, here.url, {
        headers: [
          ['X-Plain', key.text],
          ['X-Basic', `Basic ${btoa(`a:${key.text}`)}`],
          ['X-Kept', 'kept'],
        ],
      });
      expect(here.hits[0]?.headers['x-plain']).toBe(apiKey);
      expect(there.hits[0]?.headers).toMatchObject({ 'x-kept': 'kept' });
      expect(there.hits[0]?.headers).not.toHaveProperty('x-plain');
      expect(there.hits[0]?.headers).not.toHaveProperty('x-basic');
    }
  });

  it('in a body that is sent once more', async () => {
    const there = await sink();
    const here = await redirector(() => there.url, 307);
    const { key, session } = standInFor(apiKey, here, there);
    await expect(ask(session, here.url, bodyOf(key.text))).rejects.toMatchObject({
      code: 'remote.refused',
      message: expect.stringContaining(`127.0.0.1:${there.port}`) as unknown,
    });
    expect(there.accepted).toBe(0);
    const within = await serve((response, { url }, index) => {
      if (index > 0) response.end(url);
      else response.writeHead(307, { location: '/again' }).end();
    });
    const same = standInFor(apiKey, within);
    await ask(same.session, within.url, bodyOf(same.key.text));
    expect(within.hits.map(({ body }) => body)).toEqual([apiKey, apiKey]);
  });
});

describe('KeyStandIn takes a key as long as it may be', () => {
  it.each([
    ['of letters', 'k'.repeat(16_384)],
    ['of characters that are escaped', '"€'.repeat(8_192)],
    ['of more parts than are looked for', 'ab:'.repeat(5_000)],
    [
      'of an object of many members',
      JSON.stringify(Object.fromEntries(Array.from({ length: 500 }, (_, n) => [`k${n}`, `v${n}`]))),
    ],
  ])('%s', async (_what, long) => {
    const server = await serve((response, hit) => response.end(`{"echo":${hit.body}}`));
    const { key, session } = standInFor(long, server);
    const answer = await ask(session, `${server.url}/`, bodyOf(JSON.stringify([key.text])));
    expect(JSON.parse(server.hits[0]?.body ?? '')).toEqual([long]);
    expect(JSON.parse(answer.text)).toEqual({ echo: [key.text] });
    expect(key.hide(`with ${long}!`)).toBe('with ••••!');
  });
});
