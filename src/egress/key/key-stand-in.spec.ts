import { gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { bodyOf, standInFor } from './key-stand-in.fixture.js';
import { ask, closeAll, serve, startSession, type Hit } from '../session.fixture.js';
import { KeyAdmission } from './key-admission.js';
import { KeyStandIn } from './key-stand-in.js';

afterEach(closeAll);

const keys = [
  'sk_live_4eC39HqLyjWDarjtT1zdp7dcQm5vXw0a',
  'with "quotes" and \'others\'',
  'percent%20and+plus&and=equals',
  'back\\slash/and\\"more',
  'schlüssel?#[]@!$()*,;',
  '$&$1$$`',
];
const anyBytes = [...keys, 'Schlüssel € \u{1f511}', '日本語', 'two\nlines\u0001'];

function basicOf({ headers }: Hit): string {
  const [, encoded = ''] = /^Basic (.*)$/.exec(headers.authorization ?? '') ?? [];
  return Buffer.from(encoded, 'base64').toString();
}

function queryOf({ url }: Hit): URLSearchParams {
  return new URL(url, 'http://server').searchParams;
}

async function echo() {
  return serve((response) => response.end('{}'));
}

describe('KeyStandIn puts the key', () => {
  it.each(anyBytes)('into a Basic credential: %j', async (apiKey) => {
    const server = await echo();
    const { key, session } = standInFor(apiKey, server);
    for (const credential of [`${key.text}:`, `user:${key.text}`, `a${key.text}`]) {
      const headers: [string, string][] = [['Authorization', `Basic ${btoa(credential)}`]];
      await ask(session, server.url, { headers });
      const hit = server.hits.at(-1);
      expect(hit && basicOf(hit)).toBe(credential.replace(key.text, () => apiKey));
    }
  });

  it('into a Basic credential, part by part', async () => {
    const server = await echo();
    const { key, session } = standInFor('me@example.com:pa%ss', server);
    const [user = '', password = ''] = key.text.split(':');
    const credentials = [`${user}:${password}`, `${password}:${user}`, key.text];
    for (const credential of credentials) {
      await ask(session, server.url, { headers: [['x-auth', `basic ${btoa(credential)}`]] });
    }
    await ask(session, server.url, {
      headers: [
        ['x-user', user],
        ['x-password', password],
      ],
    });
    const decoded = server.hits.slice(0, 3).map(({ headers }) => {
      return Buffer.from(String(headers['x-auth']).slice(6), 'base64').toString();
    });
    expect(decoded).toEqual([
      'me@example.com:pa%ss',
      'pa%ss:me@example.com',
      'me@example.com:pa%ss',
    ]);
    expect(server.hits[3]?.headers).toMatchObject({
      'x-user': 'me@example.com',
      'x-password': 'pa%ss',
    });
  });

  it.each(keys)('into headers: %j', async (apiKey) => {
    const server = await echo();
    const { key, session } = standInFor(apiKey, server);
    await ask(session, server.url, {
      headers: [
        ['Authorization', `Bearer ${key.text}`],
        ['X-Api-Key', key.text],
        ['X-Twice', `${key.text} ${key.text}`],
      ],
    });
    expect(server.hits[0]?.headers).toMatchObject({
      authorization: `Bearer ${apiKey}`,
      'x-api-key': apiKey,
      'x-twice': `${apiKey} ${apiKey}`,
    });
  });

  it.each(anyBytes)('into a query and a path: %j', async (apiKey) => {
    const server = await echo();
    const { key, session } = standInFor(apiKey, server);
    const search = new URLSearchParams({ a: 'b c', key: key.text });
    await ask(session, `${server.url}/?${search.toString()}`);
    await ask(session, `${server.url}/?key=${encodeURIComponent(key.text)}&a=b%20c#${key.text}`);
    await ask(session, `${server.url}/bot${key.text}/x`);
    const [first, second, third] = server.hits;
    expect(first && queryOf(first).get('key')).toBe(apiKey);
    expect(second && queryOf(second).get('key')).toBe(apiKey);
    expect(second && queryOf(second).get('a')).toBe('b c');
    expect(decodeURIComponent(/^\/bot([^/]*)\/x$/.exec(third?.url ?? '')?.[1] ?? '')).toBe(apiKey);
  });

  it.each(anyBytes)('into bodies: %j', async (apiKey) => {
    const server = await echo();
    const { key, session } = standInFor(apiKey, server);
    const json = JSON.stringify({ auth: { key: key.text }, text: 'ü' });
    await ask(session, server.url, bodyOf(json, 'application/json'));
    await ask(session, server.url, bodyOf(json));
    const form = new URLSearchParams({ key: key.text, a: 'ü' }).toString();
    await ask(session, server.url, bodyOf(form, 'application/x-www-form-urlencoded'));
    await ask(session, server.url, bodyOf(`<k>${key.text}</k>`, 'application/xml'));
    const bodies = server.hits.map(({ body }) => body);
    for (const body of bodies.slice(0, 2)) {
      expect(JSON.parse(body)).toEqual({ auth: { key: apiKey }, text: 'ü' });
    }
    const sent = new URLSearchParams(bodies[2]);
    expect(Object.fromEntries(sent)).toEqual({ key: apiKey, a: 'ü' });
    expect(bodies[3]).toBe(`<k>${apiKey}</k>`);
    expect(server.hits[3]?.headers['content-length']).toBe(
      String(Buffer.byteLength(bodies[3] ?? '')),
    );
  });

  it('that is a JSON object, whole and in parts', async () => {
    const apiKey = '{ "client": "a:b", "secret": "s\\"ü", "none": "" }';
    const server = await echo();
    const { key, session } = standInFor(apiKey, server);
    const object = JSON.parse(key.text) as { client: string; secret: string; none: string };
    expect(object.none).toBe('');
    const form = new URLSearchParams({ ...object }).toString();
    await ask(session, server.url, bodyOf(form, 'application/x-www-form-urlencoded'));
    await ask(session, `${server.url}/?all=${encodeURIComponent(key.text)}`);
    await ask(session, `${server.url}/?all=${key.text}`);
    await ask(session, server.url, {
      headers: [
        ['authorization', `Basic ${btoa(`${object.client}:${object.secret}`)}`],
        ['x-all', key.text],
      ],
    });
    const [first, second, third, fourth] = server.hits;
    expect(Object.fromEntries(new URLSearchParams(first?.body))).toEqual(JSON.parse(apiKey));
    expect(second && queryOf(second).get('all')).toBe(apiKey);
    expect(third && queryOf(third).get('all')).toBe(apiKey);
    expect(fourth && basicOf(fourth)).toBe('a:b:s"ü');
    expect(fourth?.headers['x-all']).toBe(apiKey);
  });

  it('on each try of a request', async () => {
    const server = await serve((response, _hit, index) => {
      response.writeHead(index < 2 ? 503 : 200).end();
    });
    const { key, session } = standInFor('secret-key', server);
    await ask(session, server.url, { headers: [['x-key', key.text]] });
    expect(server.hits.map(({ headers }) => headers['x-key'])).toEqual(Array(3).fill('secret-key'));
  });

  it('nowhere in a request without a stand-in, which passes as it is', () => {
    const key = new KeyStandIn({ apiKey: 'secret-key', admits: KeyAdmission.toNone() });
    const request = {
      method: 'GET',
      url: 'http://a.example/?standin_=1',
      headers: [['Authorization', `Basic ${btoa('a:b')}`]] as [string, string][],
      body: new Uint8Array([1, 2]),
      redirect: 'follow' as const,
    };
    expect(key.outgoing(request)).toBe(request);
  });

  it('and asks for what comes back in a form that can be searched', async () => {
    const server = await echo();
    const { key, session } = standInFor('secret-key', server);
    const headers: [string, string][] = [
      ['Accept-Encoding', 'zstd'],
      ['Range', 'bytes=3-'],
      ['range', 'items=0-9'],
    ];
    await ask(session, server.url, { headers: [...headers, ['x-key', key.text]] });
    await ask(session, server.url, { headers });
    expect(server.hits[0]?.headers).toMatchObject({
      'accept-encoding': 'gzip, br, deflate',
      range: 'items=0-9',
    });
    expect(server.hits[1]?.headers['accept-encoding']).toBe('zstd');
  });
});

describe('KeyStandIn takes the key', () => {
  it('out of everything that a server echoes', async () => {
    const server = await serve((response, { headers, body, url }) => {
      const text = JSON.stringify({ headers, body, url });
      const packed = gzipSync(text);
      response.writeHead(200, `OK ${String(headers['x-key'])}`, {
        'content-type': 'application/json',
        'content-encoding': 'gzip',
        'content-length': packed.byteLength,
        'x-echo': `key ${String(headers['x-key'])}`,
        [`x-${String(headers['x-key'])}`]: 'name',
        'x-basic': headers.authorization,
        'x-url': url,
      });
      response.end(packed);
    });
    const apiKey = 'k%y-with-"quotes"-and-spaces';
    const named = 'plain-key_1234';
    for (const secret of [apiKey, named]) {
      const { key, session } = standInFor(secret, server);
      const answer = await ask(session, `${server.url}/?k=${key.text}`, {
        ...bodyOf(JSON.stringify([key.text, `x=${encodeURIComponent(key.text)}`])),
        headers: [
          ['x-key', secret === named ? key.text : 'x'],
          ['authorization', `Basic ${btoa(`me:${key.text}`)}`],
        ],
      });
      const all = answer.text + JSON.stringify(answer.headers) + answer.statusText;
      const forms = [
        secret,
        JSON.stringify(secret).slice(1, -1),
        encodeURIComponent(secret),
        Buffer.from(`me:${secret}`).toString('base64'),
      ];
      for (const form of forms) expect(all).not.toContain(form);
      const basic = answer.headers.find(([name]) => name === 'x-basic')?.[1] ?? '';
      expect(Buffer.from(basic.slice(6), 'base64').toString()).toBe(`me:${key.text}`);
      const echoed = JSON.parse(answer.text) as Hit;
      expect(JSON.parse(echoed.body)).toEqual([key.text, `x=${key.text}`]);
      expect(echoed.url).toBe(`/?k=${key.text}`);
      expect(answer.headers).toContainEqual(['content-type', 'application/json']);
    }
  });

  it('but not out of records in which a short one happens to stand', async () => {
    const server = await serve((response, { headers }) => {
      response.writeHead(200, {
        'content-type': 'application/json',
        'x-total-count': 'json',
        'x-key': headers['x-key'],
        'x-other': 'jsonp',
      });
      response.end('{"json":"json"}');
    });
    const { key, session } = standInFor('json', server);
    const answer = await ask(session, server.url, { headers: [['x-key', key.text]] });
    expect(answer.text).toBe('{"json":"json"}');
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/json',
      'x-total-count': 'json',
      'x-key': key.text,
      'x-other': 'jsonp',
    });
    const other = await serve((response) => response.writeHead(200, { 'x-guess': 'json' }).end());
    const guessed = await ask(session, other.url);
    expect(guessed.headers).toContainEqual(['x-guess', 'json']);
  });

  it('and leaves out a length that is no longer true', async () => {
    const server = await serve((response) => {
      response.writeHead(200, { 'content-length': '10' }).end('secret-key');
    });
    const { key, session } = standInFor('secret-key', server);
    const answer = await ask(session, server.url);
    expect(answer.text).toBe(key.text);
    expect(answer.headers.map(([name]) => name)).not.toContain('content-length');
  });

  it('and counts what it puts there as part of the response', async () => {
    const server = await serve((response) => response.end('12345678'.repeat(20)));
    const key = new KeyStandIn({ apiKey: '12345678', admits: KeyAdmission.toNone() });
    const session = startSession({ hooks: key, maxResponseBytes: 500 });
    await expect(ask(session, server.url)).rejects.toMatchObject({ code: 'run.response' });
  });

  it('also without the white space around it', async () => {
    const server = await serve((response, { body }) => response.end(body.trim()));
    const { key, session } = standInFor(' secret-key\n', server);
    const answer = await ask(session, server.url, bodyOf(key.text));
    expect(server.hits[0]?.body).toBe(' secret-key\n');
    expect(answer.text).toBe(key.text);
    expect(key.hide('secret-key!')).toBe('••••!');
  });

  it('out of texts for logs', () => {
    const key = new KeyStandIn({ apiKey: 'me:pass"word', admits: KeyAdmission.toNone() });
    expect(key.hide('pass"word pass\\"word me:pass%22word me')).toBe('•••• •••• •••• me');
    expect(key.hide(key.text)).toBe(key.text);
  });
});

describe('KeyStandIn, for any key', () => {
  it('lets servers see the key exactly, and code see none of it', async () => {
    const written = (key: string) => [
      key,
      JSON.stringify(key),
      encodeURIComponent(key),
      new URLSearchParams([['k', key]]).toString(),
      Buffer.from(`me:${key}`).toString('base64'),
    ];
    let seen: string[] = [];
    const server = await serve((response, hit) => {
      seen = [
        queryOf(hit).get('k') ?? '',
        decodeURIComponent(hit.url.split('?')[0]?.slice(2) ?? ''),
        basicOf(hit),
        (JSON.parse(hit.body) as { k: string }).k,
        (JSON.parse((JSON.parse(hit.body) as { n: string }).n) as [string])[0],
      ];
      response.end(JSON.stringify(written(seen[0] ?? '').map((text) => [text])));
    });
    const part = fc.string({
      unit: fc.oneof(
        fc.constantFrom(...Array.from('"\\/%+&= ü.-_aA0')),
        fc.string({ unit: 'grapheme', minLength: 1, maxLength: 1 }),
      ),
      minLength: 8,
      maxLength: 30,
    });
    await fc.assert(
      fc.asyncProperty(part, async (apiKey) => {
        const { key, session } = standInFor(apiKey, server);
        const answer = await ask(session, `${server.url}/p${key.text}?k=${key.text}`, {
          ...bodyOf(JSON.stringify({ k: key.text, n: JSON.stringify([key.text]) })),
          headers: [['authorization', `Basic ${btoa(key.text)}`]],
        });
        expect(seen).toEqual(Array(5).fill(apiKey));
        const texts = (JSON.parse(answer.text) as [string][]).map(([text]) => text);
        for (const text of [...written(apiKey), apiKey]) {
          if (!key.text.includes(text)) expect(texts).not.toContain(text);
        }
        expect(texts.slice(0, 4).every((text) => text.includes(key.standIns[0] ?? ''))).toBe(true);
        expect(Buffer.from(texts[4] ?? '', 'base64').toString()).toBe(`me:${key.text}`);
        await session.close();
      }),
      { numRuns: 100 },
    );
  });
});
