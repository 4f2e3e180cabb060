import { existsSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { descendantsOf, endProcess, isAlive, until } from './support/process-tree.js';
import { Bench, clusterOf, serverOf, type ServiceProcess } from './support/process.js';

describe('a service that was killed', () => {
  let bench: Bench;
  let DATA_DIR: string;
  let token: string;
  let service: ServiceProcess;
  const acknowledged: string[] = [];
  let killed = false;

  beforeAll(async () => {
    bench = await Bench.open();
    // So long that the socket lies elsewhere, in a folder that a crash leaves behind.
    DATA_DIR = bench.preparedDataDir('a-folder-'.repeat(10));
    service = await bench.start({ DATA_DIR }).ready();
    token = service.token ?? '';
  }, 120_000);
  afterAll(() => bench.end());

  /** Writes from several clients at once, until the service is killed. */
  async function writeUntilKilled(): Promise<void> {
    killed = false;
    async function client(number: number): Promise<void> {
      for (let count = 0; ; count += 1) {
        try {
          const body = JSON.stringify({ name: `${number}-${count}`, apiKey: `a key of ${number}` });
          const init = { method: 'POST', body, token };
          const response = await service.request('/custom-connectors', init);
          if (response.status !== 201) throw new Error(`${response.status}`);
          acknowledged.push(((await response.json()) as { id: string }).id);
        } catch (error) {
          if (killed) return;
          throw error;
        }
      }
    }
    await Promise.all([1, 2, 3, 4].map(client));
  }

  async function listAll(): Promise<Set<string>> {
    const ids = new Set<string>();
    for (let path: string | undefined = '/custom-connectors'; path;) {
      const response = await service.request(path, { token });
      for (const { id } of (await response.json()) as { id: string }[]) ids.add(id);
      path = /<([^>]+)>; rel="next"/.exec(response.headers.get('Link') ?? '')?.[1];
    }
    return ids;
  }

  async function expectWhole(): Promise<void> {
    const ids = await listAll();
    expect(acknowledged.filter((id) => !ids.has(id))).toEqual([]);
    expect((await (await service.request('/health/ready')).json()) as unknown).toEqual({
      status: 'ok',
      checks: { database: 'ok', sandbox: 'ok' },
    });
    const made = await service.request('/custom-connectors', {
      ...{ method: 'POST', body: '{"name":"after"}', token },
    });
    expect(made.status).toBe(201);
  }

  /** Kills the service while it is written to; gives what ran below it. */
  async function killDuringWrites(all: 'with all below it' | 'alone'): Promise<number[]> {
    const before = acknowledged.length;
    const writing = writeUntilKilled();
    await Promise.race([writing, until(() => acknowledged.length > before + 40, 20_000)]);
    const below = bench.below(service);
    killed = true;
    for (const pid of all === 'alone' ? [] : below) endProcess(pid);
    service.signal('SIGKILL');
    await Promise.all([writing, service.ended]);
    return below;
  }

  it('loses nothing that it acknowledged; the next start takes over its PostgreSQL', async () => {
    const below = await killDuringWrites('alone');
    const { pid } = await serverOf(DATA_DIR);
    service = await bench.start({ DATA_DIR }).ready();
    expect(await serverOf(DATA_DIR)).toMatchObject({ pid });
    await expectWhole();
    // Of what the killed one left, only the PostgreSQL that serves again still runs.
    await until(() => {
      const serving = [pid, ...descendantsOf(pid).map((entry) => entry.pid)];
      return !below.some((id) => !serving.includes(id) && isAlive(id));
    }, 5000);
    expect((await service.stop()).code).toBe(0);
    expect(isAlive(pid)).toBe(false);
    service = await bench.start({ DATA_DIR }).ready();
  }, 60_000);

  it.each([
    ['with its whole PostgreSQL', (text: string) => text],
    ['and its id was given to another process', rewrittenTo(() => process.pid)],
    ['and its pid file was emptied', () => ''],
  ])(
    'loses nothing when it was killed %s',
    async (_, rewrite) => {
      const { socketFolder } = await serverOf(DATA_DIR);
      const below = await killDuringWrites('with all below it');
      await until(() => !below.some(isAlive), 5000);

      const pidFile = join(await clusterOf(DATA_DIR), 'postmaster.pid');
      await writeFile(pidFile, rewrite(await readFile(pidFile, 'utf8')));
      service = await bench.start({ DATA_DIR }).ready();
      await expectWhole();
      // Where an emptied file named the folder, nothing tells any more where it was.
      if (rewrite('1') !== '') expect(existsSync(socketFolder)).toBe(false);
    },
    60_000,
  );

  it('starts while the processes of a killed PostgreSQL are still ending', async () => {
    const { pid } = await serverOf(DATA_DIR);
    expect(bench.below(service)).toContain(pid);
    process.kill(pid, 'SIGKILL');
    service.signal('SIGKILL');
    await service.ended;
    service = await bench.start({ DATA_DIR }).ready();
    await expectWhole();
    expect((await service.stop()).code).toBe(0);
  }, 120_000);
});

function rewrittenTo(pid: () => number): (text: string) => string {
  return (text) => text.replace(/^\d+/, String(pid()));
}
