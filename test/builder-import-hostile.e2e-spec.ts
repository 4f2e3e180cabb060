import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { MeteredService } from './support/metered-service.js';
import { documentWith, hasRunnable, PAYLOADS } from './support/openapi/code-in-names.js';
import { HOSTILE_DOCUMENTS, listOf } from './support/openapi/hostile-documents.js';
import { Bench } from './support/process.js';
import { Remote } from './support/remote.js';

type Row = Record<string, unknown>;

const ROUTE = '/rest/custom-connector-builder/import-openapi';
const MOST_MS = 10_000;
const MOST_HELD_MS = 400;
/** What another user waits at most, on a machine that may have other things to do. */
const MOST_WAITED_MS = 5_000;

describe('the import of what was made to do harm', () => {
  let bench: Bench;
  let service: MeteredService;
  /** May be reached. */
  let remote: Remote;
  /** May not. */
  let trap: Remote;
  const answers = new Map<string, (response: ServerResponse) => void>();

  /** Imports that last until they are given up: begun first, looked at last. */
  const slow = new Map<string, Promise<{ status: number; body: unknown }>>();

  beforeAll(async () => {
    bench = await Bench.open();
    trap = await Remote.start((_request, response) => response.end('{}'));
    remote = await Remote.start((request, response) => {
      const answer = answers.get(request.url ?? '');
      if (answer) answer(response);
      else response.writeHead(200, { 'Content-Type': 'application/json' }).end('[]');
    });
    service = await MeteredService.start(bench, { EGRESS_ALLOW: remote.host });
    answers.set('/drips', (response) => {
      const timer = setInterval(() => response.write(' '), 100);
      response.on('close', () => {
        clearInterval(timer);
      });
    });
    answers.set('/hangs', () => undefined);
    for (const path of ['/drips', '/hangs']) {
      const answer = service.send('POST', ROUTE, { url: `${remote.url}${path}` });
      // Where no test waits for it, it ends with the service.
      answer.catch(() => undefined);
      slow.set(path, answer);
    }
  }, 120_000);
  afterEach(() => {
    remote.requests.length = 0;
  });
  afterAll(async () => {
    await bench.end();
    await remote.stop();
    await trap.stop();
  });

  /** Imports; holds what all imports must keep to. */
  async function importOf(body: object, ...statuses: number[]) {
    const answer = await service.metered('POST', ROUTE, body);
    const { status, ms, heldMs, waitedMs } = answer;
    const told = JSON.stringify(answer.body).slice(0, 1_000);
    if (!statuses.includes(status)) throw new Error(`It answered ${status}: ${told}`);
    expect({ ms, heldMs, waitedMs }).toEqual({
      ms: Math.min(ms, MOST_MS),
      heldMs: Math.min(heldMs, MOST_HELD_MS),
      waitedMs: Math.min(waitedMs, MOST_WAITED_MS),
    });
    if (answer.status !== 200) {
      expect(answer.type).toMatch(/^application\/problem\+json/);
      const { code, detail } = answer.body as { code: string; detail: string };
      expect([code, detail]).toEqual([
        expect.stringMatching(/\w\.\w/),
        expect.stringMatching(/\w/),
      ]);
    }
    return answer;
  }

  it.each(HOSTILE_DOCUMENTS)(
    'takes no harm from $name',
    async ({ body, statuses }) => {
      const answer = await importOf(body(), ...statuses);
      if (answer.status === 200) await create(answer.body);
    },
    30_000,
  );

  it('asks nobody for what is defined elsewhere', async () => {
    const elsewhere = [trap.url, remote.url, 'file:///etc/passwd', '//127.0.0.1', '..', './x.yaml'];
    const document = {
      ...listOf({
        type: 'object',
        properties: Object.fromEntries(
          elsewhere.map((base, at) => [`p${at}`, { $ref: `${base}/schemas.yaml#/Thing` }]),
        ),
      }),
    };
    Object.assign(document['paths'] as object, {
      '/elsewhere': { $ref: `${remote.url}/paths.yaml` },
      '/others': {
        get: { responses: { 200: { $ref: `${trap.url}/responses.yaml` } } },
        parameters: [{ $ref: `${remote.url}/parameters.yaml` }],
      },
    });
    const { body } = await importOf({ document }, 200);
    const { skipped } = body as { skipped: { reason: string }[] };
    expect(skipped.length).toBeGreaterThan(0);
    expect(JSON.stringify(body)).not.toContain('root:');
    expect([remote.requests.length, trap.requests.length]).toEqual([0, 0]);
  });

  describe('of texts that would be code', () => {
    it.each(PAYLOADS)('%j stays a text', async (payload) => {
      const text = JSON.stringify(documentWith(payload, remote.url));
      const { body } = await importOf({ document: text }, 200);
      const { connector } = body as { connector: Row };
      expect(hasRunnable(connector)).toBe(false);
      const id = await create(body);
      // And where it is run, it does what it says.
      await service.send('POST', `/custom-connectors/${id}/test`);
      const { body: listed } = await service.send('GET', `/custom-connectors/${id}/tables`);
      for (const { id: table } of (listed as { tables: { id: { wsId: string } }[] }).tables) {
        const records = `/custom-connectors/${id}/tables/${encodeURIComponent(table.wsId)}/records`;
        const fields = { [payload]: 'x' };
        await Promise.all([
          service.send('GET', records),
          service.send('GET', `${records}/1`),
          service.send('POST', records, { records: [{ fields }] }),
          service.send('PATCH', records, { records: [{ id: '1', fields }] }),
          service.send('DELETE', records, { ids: ['1'] }),
        ]);
      }
      const { body: runs } = await service.send('GET', `/custom-connectors/${id}/runs`);
      for (const { error } of runs as { error?: { detail?: string } | null }[]) {
        expect(error?.detail ?? '').not.toMatch(/not defined|SyntaxError/);
      }
      expect(trap.requests).toHaveLength(0);
    });
  });

  it('reads on where a pattern of the document would take for ever', async () => {
    const thing = { type: 'object', properties: { id: { type: 'string', pattern: '^(a+)+$' } } };
    const document = { ...listOf(thing), servers: [{ url: remote.url }] };
    const { body } = await importOf({ document }, 200);
    const id = await create(body);
    const things = [{ id: `${'a'.repeat(40)}!` }];
    answers.set('/things', (response) => {
      response.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify(things));
    });
    const path = `/custom-connectors/${id}/tables/things/records`;
    const { status, body: read, ms, heldMs } = await service.metered('GET', path);
    expect([status, read]).toMatchObject([200, { records: [{ id: things[0]?.id }] }]);
    expect([ms < MOST_MS, heldMs < MOST_HELD_MS]).toEqual([true, true]);
  });

  describe('from an address', () => {
    it.each([
      ['a private address', () => trap.url],
      ['cloud metadata', () => 'http://169.254.169.254/latest/meta-data'],
      ['the service itself', () => `${service.url}/docs-json`],
      ['a file', () => 'file:///etc/passwd'],
      ['another scheme', () => 'data:application/json,{}'],
      ['a name and a password', () => `http://user:password@${remote.host}/`],
      ['nothing that is an address', () => 'not an address'],
      ['nobody who listens', () => `http://${remote.host.replace(/\d+$/, '1')}/`],
    ])('of %s is a clear problem', async (_name, url) => {
      const { body } = await importOf({ url: url() }, 400, 403, 422, 502);
      expect(JSON.stringify(body)).not.toContain('root:');
      expect(trap.requests).toHaveLength(0);
    });

    const CASES: [string, (response: ServerResponse) => void, number[]][] = [
      [
        'redirects to a private one',
        (response) => response.writeHead(302, { Location: `${trap.url}/document` }).end(),
        [400, 403, 422, 502],
      ],
      [
        'redirects to itself',
        (response) => response.writeHead(302, { Location: '/redirects-to-itself' }).end(),
        [422, 502],
      ],
      ['answers 404', (response) => response.writeHead(404).end('none'), [422, 502]],
      ['answers 401', (response) => response.writeHead(401).end('{"openapi":"3.0.0"}'), [422, 502]],
      ['answers a page', (response) => response.end('<!doctype html><p>Sign in</p>'), [400, 422]],
      ['answers nothing', (response) => response.end(), [400, 422, 502]],
      ['answers bytes', (response) => response.end(Buffer.alloc(5_000, 0xfe)), [400, 422, 502]],
      [
        'is a bomb of gzip',
        (response) => {
          response.writeHead(200, { 'Content-Encoding': 'gzip' });
          response.end(gzipSync(Buffer.alloc(120_000_000, 0x20)));
        },
        [400, 413, 422, 502, 507],
      ],
      [
        'is of fifty megabytes',
        (response) => response.end(Buffer.alloc(50_000_000, 0x20)),
        [400, 413, 422, 502, 507],
      ],
      [
        'sends for ever',
        (response) => {
          const timer = setInterval(() => response.write(' '.repeat(64 * 1024)), 1);
          response.on('close', () => {
            clearInterval(timer);
          });
        },
        [400, 413, 422, 502, 504, 507],
      ],
    ];

    it.each(CASES)(
      'that %s is a clear problem',
      async (name, answer, statuses) => {
        const path = `/${name.replaceAll(' ', '-')}`;
        answers.set(path, answer);
        await importOf({ url: `${remote.url}${path}` }, ...statuses);
        expect(trap.requests).toHaveLength(0);
      },
      30_000,
    );

    it.each(['/drips', '/hangs'])(
      'that %s is given up',
      async (path) => {
        const answer = await slow.get(path);
        expect([answer?.status, answer?.body]).toMatchObject([
          502,
          { code: 'import.document_unavailable' },
        ]);
      },
      30_000,
    );
  });

  it('names every fault of what it is sent', async () => {
    const many = { document: {}, url: 'x', server: 5, operations: [1], more: 1 };
    const faulty = await importOf(many, 400);
    const { errors } = faulty.body as { errors: { pointer: string }[] };
    const pointers = [...new Set(errors.map(({ pointer }) => pointer.split('/')[1]))].sort();
    expect(pointers).toEqual(expect.arrayContaining(['document', 'more', 'operations', 'server']));
    for (const body of [
      {},
      { document: null },
      { url: '' },
      { document: listOf({ properties: { id: {} } }), server: 'x' },
    ]) {
      await importOf(body, 400);
    }
  });

  /** Makes a connector of what an import gave: whatever that is, it can be stored. */
  async function create(imported: unknown): Promise<string> {
    const { connector, skipped } = imported as { connector: Row; skipped: Row[] };
    for (const { reason } of skipped) expect(reason).toEqual(expect.stringMatching(/\w+ \w+/));
    const made = await service.send('POST', '/custom-connectors', connector);
    expect([made.status, made.body]).toEqual([201, expect.anything()]);
    return (made.body as { id: string }).id;
  }
});
