import { execFile, spawn } from 'node:child_process';
import { cp, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { packageRoot } from '../src/config/package-root.js';
import { createOwnedDatabase } from './support/database.js';
import { Bench, ServiceProcess } from './support/process.js';
import { until } from './support/process-tree.js';
import { Remote } from './support/remote.js';
import { tableConnector, TableRemote } from './support/table-remote.js';

const run = promisify(execFile);
const { PATH, HOME } = process.env;

/** The blocks of a section of docs/operations.md that a person pastes, in their order. */
async function blocksOf(heading: string): Promise<string[]> {
  const text = await readFile(join(packageRoot(), 'docs', 'operations.md'), 'utf8');
  const [, rest = ''] = text.split(`\n${heading}\n`);
  const [section = ''] = rest.split(/\n##+ /);
  return [...section.matchAll(/```bash\n(.*?)```/gs)].map(([, block = '']) =>
    block.replace(/^ {3}/gm, ''),
  );
}

/** A folder as after `npm ci && npm run build`, and the shell of the person who works in it. */
class Folder {
  /** What the person has set in the shell. */
  private variables: Record<string, string> = {};
  private readonly started: ServiceProcess[] = [];
  private constructor(readonly path: string) {}

  static async make(path: string): Promise<Folder> {
    await mkdir(path);
    const root = packageRoot();
    await cp(join(root, 'dist'), join(path, 'dist'), { recursive: true });
    await cp(join(root, 'package.json'), join(path, 'package.json'));
    for (const part of ['node_modules', 'prisma', 'docs']) {
      await symlink(join(root, part), join(path, part));
    }
    return new Folder(path);
  }

  /** Runs what was pasted, to its end; gives what it printed. */
  async paste(block: string): Promise<string> {
    const script = `set -a\n${block}\nset +a; printf '\\0'; env -0`;
    const { stdout } = await run('bash', ['-euo', 'pipefail', '-c', script], {
      cwd: this.path,
      env: { PATH, HOME, ...this.variables },
    });
    const [said = '', ...rest] = stdout.split('\0');
    for (const line of rest) {
      const [, name = '', value = ''] = /^([A-Z_]+)=([^]*)$/.exec(line) ?? [];
      if (!['', 'PATH', 'HOME', 'PWD', 'OLDPWD', 'SHLVL'].includes(name)) {
        this.variables[name] = value;
      }
    }
    return said;
  }

  /** Runs what was pasted into another terminal, and goes on there. */
  async pasteBeside(block: string): Promise<ServiceProcess> {
    return this.watch(
      spawn('bash', ['-c', block], {
        ...{ cwd: this.path, env: { PATH, HOME }, detached: true },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  async serve(settings: Record<string, string>): Promise<ServiceProcess> {
    return this.watch(
      spawn(process.execPath, ['dist/main.js'], {
        ...{ cwd: this.path, env: { PATH, HOME, PORT: '0', ...settings }, detached: true },
        stdio: ['ignore', 'pipe', 'pipe'],
      }),
    );
  }

  async end(): Promise<void> {
    for (const service of this.started) {
      try {
        process.kill(-service.pid, 'SIGTERM');
      } catch {
        // It has ended.
      }
      await service.ended;
    }
  }

  private watch(child: ConstructorParameters<typeof ServiceProcess>[0]): Promise<ServiceProcess> {
    const service = new ServiceProcess(child);
    this.started.push(service);
    return service.ready();
  }
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const address = server.address();
  await new Promise((resolve) => server.close(resolve));
  return typeof address === 'object' && address ? address.port : 0;
}

async function ask(service: ServiceProcess, token: string, path: string, body?: object) {
  const send = body ? { method: 'POST', body: JSON.stringify(body) } : {};
  const response = await service.request(path, { token, ...send });
  const answer = (await response.json()) as { id: string; state: string; name: string }[];
  // One, or a list of them.
  const all = [answer].flat();
  return { status: response.status, body: all[0] ?? { id: '', state: '', name: '' }, all };
}

describe('docs/operations.md, step by step', () => {
  let bench: Bench;
  let folder: Folder;
  let key: string;
  beforeAll(async () => {
    bench = await Bench.open();
    folder = await Folder.make(join(bench.folder, 'service'));
    key = Buffer.alloc(32, 3).toString('base64');
    const url = await createOwnedDatabase('operations', 'pass-word');
    await writeFile(join(folder.path, '.env'), `DATABASE_URL=${url}\nENCRYPTION_KEYS=${key}\n`);
  });
  afterAll(async () => {
    await folder.end();
    await bench.end();
  });

  async function tokenOf(user: string): Promise<string> {
    const said = await folder.paste(`npm run --silent token -- --user ${user}`);
    return /^Token +(\S+)/m.exec(said)?.[1] ?? '';
  }

  it('rotates the encryption keys, and every stored API key still serves', async () => {
    const secrets: (string | undefined)[] = [];
    const remote = await Remote.start((request, response) => {
      secrets.push(request.headers['x-key']?.toString());
      response.end('[]');
    });
    const settings = { EGRESS_ALLOW: remote.host };
    let service = await folder.serve(settings);
    const token = await tokenOf('rotating');
    const makeConnector = (apiKey: string) =>
      ask(service, token, '/custom-connectors', {
        ...{ name: 'Locked', apiKey, allowedHosts: [remote.host] },
        listTables: `async function listTables(apiKey) {
          return (await fetch('http://${remote.host}/', { headers: { 'X-Key': apiKey } })).json();
        }`,
      });
    const stored = [await makeConnector('first secret')];
    const restart = async () => {
      expect(await service.stop()).toEqual({ code: 0, signal: null });
      service = await folder.serve(settings);
      secrets.length = 0;
      for (const { body } of stored) {
        const { status } = await ask(service, token, `/custom-connectors/${body.id}/tables`);
        expect(status).toBe(200);
      }
      expect(secrets).toEqual(['first secret', 'second secret'].slice(0, stored.length));
    };
    const keys = async () =>
      /ENCRYPTION_KEYS=(.*)/.exec(await readFile(join(folder.path, '.env'), 'utf8'))?.[1];

    const [make = '', first = '', rotate = '', remove = '', ...more] = await blocksOf(
      '## Rotate the encryption keys',
    );
    expect(more).toEqual([]);
    await folder.paste(make);
    expect(await keys()).toMatch(new RegExp(`^${escaped(key)},[A-Za-z0-9+/]{43}=$`));
    await restart();
    await folder.paste(first);
    expect(await keys()).toMatch(new RegExp(`^[A-Za-z0-9+/]{43}=,${escaped(key)}$`));
    await restart();
    stored.push(await makeConnector('second secret'));
    expect(await folder.paste(rotate)).toContain('1 stored key encrypted anew');
    expect(await folder.paste(rotate)).toContain('0 stored keys');
    await folder.paste(remove);
    expect(await keys()).toMatch(/^[A-Za-z0-9+/]{43}=$/);
    expect(await keys()).not.toBe(key);
    await restart();
    await service.stop();
    await remote.stop();
  }, 120_000);

  it('adds a worker, which takes up what waits', async () => {
    const remote = await TableRemote.open();
    remote.fill('items', [{ id: '1', title: 'One', price: 1 }]);
    const env = join(folder.path, '.env');
    await writeFile(env, `${await readFile(env, 'utf8')}EGRESS_ALLOW=127.0.0.1\n`);
    const api = await folder.serve({ ROLE: 'api' });
    const token = await tokenOf('working');
    const definition = tableConnector(remote.url, ['items']);
    const connector = await ask(api, token, '/custom-connectors', definition);
    const made = await ask(api, token, '/snapshots', {
      connectorId: connector.body.id,
    });
    const state = async () => (await ask(api, token, `/snapshots/${made.body.id}`)).body.state;
    expect(await state()).toBe('pending');

    const [start = '', look = '', ...more] = await blocksOf('## Add a worker, or an API process');
    expect(more).toEqual([]);
    const port = String(await freePort());
    await folder.pasteBeside(start.replaceAll('3021', port));
    const said = await folder.paste(look.replaceAll('3021', port));
    expect(said).toContain('"status":"ok"');
    expect(said).toMatch(/^ccs_sandbox_processes/m);
    await until(async () => (await state()) === 'completed', 20_000);
    await remote.close();
  }, 120_000);

  it('backs up the embedded database and restores it', async () => {
    const own = await Folder.make(join(bench.folder, 'embedded'));
    const [backUp = '', restore = '', ...more] = await blocksOf('### The embedded database');
    expect(more).toEqual([]);
    let service = await own.serve({});
    const { token = '' } = service;
    await ask(service, token, '/custom-connectors', { name: 'kept', apiKey: 'secret key' });
    await service.stop();
    await own.paste(backUp);
    service = await own.serve({});
    await ask(service, token, '/custom-connectors', { name: 'made after the backup' });
    await service.stop();
    await own.paste(restore);
    service = await own.serve({});
    const { all } = await ask(service, token, '/custom-connectors');
    expect(all.map(({ name }) => name)).toEqual(['kept']);
    await own.end();
  }, 120_000);
});

function escaped(text: string): string {
  return text.replace(/[+/]/g, '[$&]');
}
