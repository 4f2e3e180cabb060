import { Remote } from './support/remote.js';
import { startTestService, type Answer, type Api, type TestService } from './support/service.js';

const KEY = 'sk+live/0123"456% &=789';
const TRICKY = [
  KEY,
  'plain_key_0123456789',
  `user'name:pass"word%41+&`,
  '{"id":"cl ient","secret":"s&%c r+t"}',
];

interface Seen {
  url: string;
  headers: Record<string, string | undefined>;
  body: string;
}

describe('the API key of a connector', () => {
  let remote: Remote;
  let other: Remote;
  let service: TestService;
  let user: Api;
  const seen: Seen[] = [];
  const strayed: string[] = [];

  beforeAll(async () => {
    other = await Remote.start((request, response) => {
      strayed.push(JSON.stringify([request.url, request.headers]));
      response.end('{}');
    });
    remote = await Remote.start((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { url = '', headers } = request;
        const body = Buffer.concat(chunks).toString();
        seen.push({ url, headers: headers as Seen['headers'], body });
        const to = new URL(url, remote.url).searchParams.get('to');
        if (to !== null) response.setHeader('Location', to + encodeURIComponent(url));
        response.statusCode = to === null ? 200 : 302;
        response.setHeader('X-Echo', Buffer.from(headers.authorization ?? '').toString('base64'));
        response.end(JSON.stringify({ url, headers, body }));
      });
    });
    service = await startTestService({ EGRESS_ALLOW: `${remote.host},${other.host}` });
    user = await service.newUser();
  }, 60_000);

  afterAll(async () => {
    await service.stop();
    await Promise.all([remote.stop(), other.stop()]);
  });

  /** Runs code as `listTables`; what it returns comes back as the name of a table. */
  async function run(body: string, more: object = {}): Promise<Answer & { said: string }> {
    const made = await user.post('/custom-connectors', {
      name: 'x',
      apiKey: KEY,
      listTables: `const BASE = '${remote.url}/';
        async function listTables(key) {
          const say = (value) => [{ id: ['t'], displayName: typeof value === 'string' ? value : String(JSON.stringify(value)) }];
          ${body}
        }`,
      ...more,
    });
    expect(made.status).toBe(201);
    const answer = await user.get(`/custom-connectors/${(made.body as { id: string }).id}/tables`);
    const { tables } = answer.body as { tables?: { displayName: string }[] };
    const { status, headers, text, body: problem } = answer;
    return { status, headers, text, body: problem, said: tables?.[0]?.displayName ?? '' };
  }

  describe.each(TRICKY)('%j reaches the API', (apiKey) => {
    const last = (): Seen => seen.at(-1) ?? { url: '', headers: {}, body: '' };

    it.each<[string, string, () => string | null | undefined]>([
      [
        'as a bearer token',
        "fetch(BASE, { headers: { Authorization: 'Bearer ' + key } })",
        () => last().headers['authorization']?.replace('Bearer ', ''),
      ],
      [
        'as Basic credentials',
        "fetch(BASE, { headers: { Authorization: 'Basic ' + btoa(key) } })",
        () => Buffer.from((last().headers['authorization'] ?? '').slice(6), 'base64').toString(),
      ],
      [
        'as the user of Basic credentials',
        "fetch(BASE, { headers: { Authorization: 'Basic ' + btoa(key + ':') } })",
        () =>
          Buffer.from((last().headers['authorization'] ?? '').slice(6), 'base64')
            .toString()
            .slice(0, -1),
      ],
      [
        'in a header of its own',
        "fetch(BASE, { headers: { 'X-Api-Key': key } })",
        () => last().headers['x-api-key'],
      ],
      [
        'in the query',
        'fetch(BASE + "?" + new URLSearchParams({ a: 1, key, b: 2 }))',
        () => new URL(last().url, remote.url).searchParams.get('key'),
      ],
      [
        'in the path',
        'fetch(BASE + "v1/" + encodeURIComponent(key) + "/x")',
        () => decodeURIComponent(last().url.split('/')[2] ?? ''),
      ],
      [
        'in a JSON body',
        "fetch(BASE, { method: 'POST', headers: { 'Content-Type': 'application/json' }, body: JSON.stringify({ auth: { key } }) })",
        () => (JSON.parse(last().body) as { auth: { key: string } }).auth.key,
      ],
      [
        'in a form',
        "fetch(BASE, { method: 'POST', body: new URLSearchParams({ key, grant: 'x' }) })",
        () => new URLSearchParams(last().body).get('key'),
      ],
      [
        'by paginate',
        "paginate(BASE, { strategy: 'link-header', headers: { 'X-Api-Key': key } }).next()",
        () => last().headers['x-api-key'],
      ],
    ])('%s', async (_how, call, got) => {
      const { status, text } = await run(`await ${call}; return say('done')`, { apiKey });
      expect([status, text]).toEqual([200, expect.anything()]);
      expect(got()).toBe(apiKey);
    });

    it('in its parts', async () => {
      const isJson = apiKey.startsWith('{');
      const parts = isJson ? 'Object.values(JSON.parse(key))' : "key.split(':')";
      await run(
        `await fetch(BASE, { headers: { 'X-A': ${parts}[0], 'X-B': ${parts}.at(-1) } }); return []`,
        {
          apiKey,
        },
      );
      const own = isJson
        ? Object.values(JSON.parse(apiKey) as Record<string, string>)
        : apiKey.split(':');
      expect([last().headers['x-a'], last().headers['x-b']]).toEqual([own[0], own.at(-1)]);
    });
  });

  describe('stays outside of code that', () => {
    it.each([
      ['returns it', 'return say(key)'],
      ['logs and throws it', 'console.log(key); throw new Error(key + btoa(key))'],
      ['throws it letter by letter', "throw new Error([...key].join(' '))"],
      ['returns it backwards', "return say([...key].reverse().join(''))"],
      [
        'returns what the API echoes',
        "return say(await (await fetch(BASE + '?k=' + encodeURIComponent(key), { headers: { Authorization: 'Bearer ' + key, X: key }, method: 'POST', body: key })).text())",
      ],
      [
        'returns the headers that the API echoes',
        'return say([...(await fetch(BASE, { headers: { Authorization: key } })).headers])',
      ],
      [
        'returns where a redirect goes',
        "return say([...(await fetch(BASE + '?to=/x%3F&k=' + encodeURIComponent(key), { redirect: 'manual' })).headers])",
      ],
      [
        'returns what a redirect came to',
        "const r = await fetch(BASE + '?to=/x%3F&k=' + encodeURIComponent(key)); return say([r.url, await r.json()])",
      ],
    ])('%s', async (_how, code) => {
      const { text, said } = await run(code);
      for (const form of formsOf(KEY))
        expect(text.includes(form) || said.includes(form)).toBe(false);
      const backwards = Array.from(KEY).reverse().join('');
      expect(text).not.toContain(backwards);
    });

    it.each([
      ['hashes it', "await crypto.subtle.digest('SHA-256', new TextEncoder().encode('a' + key))"],
      [
        'signs with it',
        "await crypto.subtle.importKey('raw', new TextEncoder().encode(key), { name: 'HMAC', hash: 'SHA-256' }, false, ['sign'])",
      ],
    ])('%s, and says how to have it inside', async (_how, code) => {
      const { status, body } = await run(`${code}; return []`);
      expect(status).toBe(502);
      expect(body).toMatchObject({ detail: expect.stringContaining('exposeApiKey') as string });
    });
  });

  describe('goes to no other host', () => {
    const OTHER = "const other = ['http:/', HOST].join('/');";
    it.each([
      ['in a header', 'await fetch(other, { headers: { X: key } })'],
      [
        'as Basic credentials',
        "await fetch(other, { headers: { Authorization: 'Basic ' + btoa('u:' + key) } })",
      ],
      ['in a path', "await fetch(other + '/' + key)"],
      ['in a query', "await fetch(other + '?' + key)"],
      ['in a body', "await fetch(other, { method: 'POST', body: key })"],
      ['in a host', "await fetch('http://' + key + '.example.com/')"],
      ['as a user', "await fetch('http://' + key + '@' + HOST)"],
      [
        'by a redirect',
        "await fetch(BASE + '?to=' + encodeURIComponent(other + '/?') + '&k=' + key)",
      ],
      ['by paginate', "await paginate(other, { strategy: 'page', headers: { X: key } }).next()"],
    ])('%s', async (_how, code) => {
      const before = strayed.length;
      const { status, text } = await run(
        `${OTHER.replace('HOST', JSON.stringify(other.host))} ${code.replaceAll('HOST', JSON.stringify(other.host))}; return []`,
      );
      expect([status, text]).toEqual([502, expect.anything()]);
      expect(strayed).toHaveLength(before);
    });

    it('is told with the host to allow', async () => {
      const url = `http://${other.host}/`;
      const code = `await fetch(['http:/', '${other.host}'].join('/'), { headers: { X: key } }); return []`;
      const { body } = await run(code);
      expect(body).toMatchObject({
        reason: 'remote.refused',
        detail: expect.stringContaining(other.host) as string,
      });
      const before = strayed.length;
      expect((await run(code, { allowedHosts: [remote.host, other.host] })).status).toBe(200);
      expect((await run(`await fetch('${url}', { headers: { X: key } }); return []`)).status).toBe(
        200,
      );
      expect(strayed).toHaveLength(before + 2);
      expect(strayed.at(-1)).toContain(JSON.stringify(KEY).slice(1, -1));
    });

    it('over plain http only where an entry names http or a port', async () => {
      const hosts = { allowedHosts: ['127.0.0.1', `*.example.com`] };
      const { status } = await run(`await fetch(BASE, { headers: { X: key } }); return []`, hosts);
      expect(status).toBe(502);
    });
  });

  it('is there itself where it is exposed, and then is hidden in what the service says', async () => {
    const exposed = { exposeApiKey: true, allowedHosts: [remote.host] };
    const digest =
      "const d = await crypto.subtle.digest('SHA-256', new TextEncoder().encode(key)); return say(new Uint8Array(d)[0] + '')";
    expect((await run(digest, exposed)).status).toBe(200);
    const { text } = await run("throw new Error('with ' + key)", exposed);
    for (const form of formsOf(KEY)) expect(text).not.toContain(form);
  });

  it('changes no record because a short key stands in it', async () => {
    const made = await user.post('/custom-connectors', {
      ...{
        name: 'x',
        apiKey: 'a',
        mapping: { recordArrayPath: '', fields: [{ path: 't', type: 'text', name: 'T' }] },
      },
      pollRecords: `async function pollRecords(key) {
        const r = await fetch('${remote.url}/', { headers: { X: key } });
        await r.text();
        return (await fetch('${remote.url}/', { method: 'POST', body: '[]' })).ok ? [{ id: 'a', t: 'banana' }] : [];
      }`,
    });
    const path = `/custom-connectors/${(made.body as { id: string }).id}/tables/t/records`;
    expect((await user.get(path)).body).toMatchObject({
      records: [{ id: 'a', fields: { T: 'banana' } }],
    });
    const echoed = await run(
      "return say((await (await fetch(BASE, { method: 'POST', headers: { X: key }, body: 'a banana' })).json()).body)",
      { apiKey: 'a' },
    );
    expect(echoed.said).toBe('a banana');
  });
});

/** How the key would look in what comes back. */
function formsOf(secret: string): string[] {
  return [
    secret,
    JSON.stringify(secret).slice(1, -1),
    encodeURIComponent(secret),
    Buffer.from(secret).toString('base64').replace(/=+$/, '').slice(0, -1),
  ];
}
