import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDatabase } from './support/database.js';
import { endProcess, until } from './support/process-tree.js';
import { Bench, type ServiceProcess } from './support/process.js';
import { Remote } from './support/remote.js';

const RUNNER = 'sandbox/runner/main.js';
const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n';

/** What the remote does with a request once it has come: it is answered only when told to. */
interface Held {
  path: string;
  answer: (body: string) => void;
  begin: (body: string) => void;
}

describe('runs that lose what they stand on', () => {
  let bench: Bench;
  let service: ServiceProcess;
  let remote: Remote;
  let silent: Server;
  const sockets = new Set<Socket>();
  const held: Held[] = [];
  const tokens: string[] = [];
  let path = '';

  beforeAll(async () => {
    bench = await Bench.open();
    remote = await Remote.start((request, response) => {
      if (request.url === '/now') {
        response.writeHead(200, { 'Content-Type': 'application/json' }).end('[{"id":1}]');
        return;
      }
      held.push({
        path: request.url ?? '',
        answer: (body) => response.writeHead(200, { 'Content-Type': 'application/json' }).end(body),
        begin: (body) => {
          response.writeHead(200, { 'Content-Type': 'application/json' }).write(body);
        },
      });
    });
    silent = createServer((socket) => {
      sockets.add(socket.on('error', () => undefined));
      socket.on('close', () => sockets.delete(socket));
      socket.once('data', (data) => {
        // By TLS, and by what is asked for.
        const [, step] = /^GET \/(\w+)/.exec(data.toString('latin1')) ?? [];
        if (step === 'headers') socket.write(HEAD);
        if (step === 'body') socket.write(`${HEAD}Content-Length: 1000\r\n\r\n[1,`);
      });
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const settings = {
      ...{ DATABASE_URL: await createDatabase(), EGRESS_ALLOW: '127.0.0.1' },
      ...{ ENCRYPTION_KEYS: randomBytes(32).toString('base64'), RUN_CALL_SECONDS: '5' },
    };
    service = bench.start(settings);
    for (const user of ['one', 'other']) {
      const { stdout } = await bench.command('token', ['--user', user], settings);
      tokens.push(/^Token +(\S+)$/m.exec(stdout)?.[1] ?? '');
    }
    await service.ready();
    path = await connector(tokens[0] ?? '', remote.url);
  }, 60_000);
  afterAll(async () => {
    await bench.end();
    for (const socket of sockets) socket.destroy();
    silent.close();
    await remote.stop();
  });

  async function connector(token: string, url: string): Promise<string> {
    const get = `async function get(path) { return (await fetch('${url}' + path)).json(); }`;
    const body = JSON.stringify({
      name: 'Held',
      listTables: `${get} async function listTables() { await get('/list'); return [{ id: ['a'], displayName: 'A' }]; }`,
      pollRecords: `${get} async function* pollRecords(apiKey, [table]) {
        for (let n = 1; ; n += 1) yield (await get('/' + table)).map((r) => ({ id: r.id, fields: { text: r.text ?? null } }));
      }`,
      getRecord: `${get} async function getRecord(id) { const [r] = await get('/now'); return { id, fields: {} }; }`,
    });
    const response = await service.request('/custom-connectors', { method: 'POST', token, body });
    return `/custom-connectors/${((await response.json()) as { id: string }).id}`;
  }

  function children(): number[] {
    return bench.below(service).filter((pid) => {
      try {
        return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(RUNNER);
      } catch {
        return false;
      }
    });
  }

  function killAll(): number[] {
    const pids = children();
    pids.forEach(endProcess);
    return pids;
  }

  function ask(route: string, init: RequestInit & { token?: string } = {}): Promise<Response> {
    return service.request(`${path}${route}`, { token: tokens[0] ?? '', ...init });
  }

  async function nextHeld(): Promise<Held> {
    await until(() => held.length > 0, 10_000);
    return held.shift() as Held;
  }

  /** The next run works, with processes of its own, and nothing is left of the others. */
  async function isWell(killed: number[] = []): Promise<void> {
    // Until the service has been told of the deaths, it may still give a run to one of the dead.
    await until(() => !children().some((pid) => killed.includes(pid)), 5_000);
    await sleep(100);
    const response = await ask('/tables/a/records/1');
    expect(await response.json()).toEqual({ id: '1', fields: {} });
    expect((await service.request('/health/live')).status).toBe(200);
  }

  async function isCrash(response: Response): Promise<void> {
    expect([response.status, await response.json()]).toEqual([
      502,
      expect.objectContaining({
        code: 'connector.run_failed',
        runId: expect.any(String) as string,
      }),
    ]);
  }

  it('go on in new processes where idle ones are killed, and those that start', async () => {
    const idle = killAll();
    expect(idle.length).toBeGreaterThan(0);
    await until(() => children().some((pid) => !idle.includes(pid)), 10_000);
    const starting = killAll();
    await isWell([...idle, ...starting]);
  });

  it('fail as crashed where the process is killed at a fetch, or in the middle of its answer', async () => {
    for (const body of [null, '[{"id"']) {
      const asked = ask('/tables');
      const request = await nextHeld();
      if (body !== null) {
        request.begin(body);
        await sleep(50);
      }
      const killed = killAll();
      await isCrash(await asked);
      await isWell(killed);
    }
  });

  it('break a stream off with the error in its last line', async () => {
    const asked = fetch(`${service.url}${path}/tables/a/records`, {
      headers: { Authorization: `API-Token ${tokens[0]}`, Accept: 'application/x-ndjson' },
    });
    // The first page is answered, and the second is not.
    const page = Array.from({ length: 5_000 }, (_, id) => ({ id, text: 'x'.repeat(100) }));
    (await nextHeld()).answer(JSON.stringify(page));
    const response = await asked;
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    let text = '';
    let killed: number[] = [];
    await expect(
      (async () => {
        for (;;) {
          const { done, value } = await reader.read();
          if (done) return;
          text += Buffer.from(value).toString();
          if (killed.length === 0 && text.includes('\n')) killed = killAll();
        }
      })(),
    ).rejects.toThrow();
    const last = text.trim().split('\n').at(-1) ?? '';
    expect(JSON.parse(last)).toMatchObject({
      error: { code: 'connector.run_failed', status: 502 },
    });
    await isWell(killed);
    held.splice(0);
  });

  it('have their result or a typed error where they are killed while it is written', async () => {
    const statuses: number[] = [];
    for (let n = 0; n < 8; n += 1) {
      const asked = ask('/tables');
      (await nextHeld()).answer('[]');
      await sleep(n);
      const killed = killAll();
      const response = await asked;
      statuses.push(response.status);
      const body = (await response.json()) as { code?: string };
      if (response.status !== 200) expect(body.code).toBe('connector.run_failed');
      await isWell(killed);
    }
    expect(statuses.filter((status) => status !== 200 && status !== 502)).toEqual([]);
  });

  it('of one user on remotes that hang hold up no other, and end with their clients', async () => {
    const { port } = silent.address() as AddressInfo;
    const urls = [
      `https://127.0.0.1:${port}`,
      `http://127.0.0.1:${port}/headers?`,
      `http://127.0.0.1:${port}/body?`,
    ];
    const paths = await Promise.all(urls.map((url) => connector(tokens[0] ?? '', url)));
    const mine = await connector(tokens[1] ?? '', remote.url);
    const gone = new AbortController();
    const hanging = Array.from({ length: 99 }, (_, n) =>
      service
        .request(`${paths[n % 3]}/tables`, { token: tokens[0] ?? '', signal: gone.signal })
        .then(async (response) => ((await response.json()) as { code: string }).code)
        .catch(() => 'gone'),
    );
    await until(() => sockets.size > 0, 10_000);
    const began = performance.now();
    const response = await service.request(`${mine}/tables/a/records/1`, {
      token: tokens[1] ?? '',
    });
    expect(response.status).toBe(200);
    expect(performance.now() - began).toBeLessThan(3_000);
    // Those that have a process come to the end of their time.
    const first = await Promise.race(hanging);
    expect(first).toBe('run.time');
    gone.abort();
    const ends = new Set(await Promise.all(hanging));
    expect([...ends].sort()).toEqual(['gone', 'run.time']);
    await until(() => sockets.size === 0, 10_000);
    await isWell();
  }, 120_000);

  it('leave no process behind, and the service as it was', async () => {
    expect((await service.request('/health/ready')).status).toBe(200);
    await until(() => children().length <= 6, 20_000);
    const below = bench.below(service);
    expect(service.stderr).toBe('');
    expect(await service.stop()).toEqual({ code: 0, signal: null });
    await until(() => below.every((pid) => !isThere(pid)), 5_000);
  });
});

function isThere(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1').includes(RUNNER);
  } catch {
    return false;
  }
}
