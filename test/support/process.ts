import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Settings } from '../../src/config/settings.js';
import { packageRoot } from '../../src/config/package-root.js';
import { readPostmaster } from '../../src/db/postmaster.js';
import { descendantsOf, endProcess, processes, until } from './process-tree.js';

/** How long a service may take to say where it is. */
const START_MS = 120_000;

export interface Exit {
  code: number | null;
  signal: NodeJS.Signals | null;
}

interface Output extends Exit {
  stdout: string;
  stderr: string;
}

/** The environment of a program under test: none of this process's settings, none of `.env`. */
function environmentOf(settings: Record<string, string>, TMPDIR: string): NodeJS.ProcessEnv {
  const { PATH, HOME } = process.env;
  const unset = Object.fromEntries(Object.keys(new Settings()).map((name) => [name, '']));
  return { PATH, HOME, TMPDIR, ...unset, PORT: '0', SHUTDOWN_SECONDS: '5', ...settings };
}

/** The built service as a process of its own. */
export class ServiceProcess {
  stdout = '';
  stderr = '';
  readonly ended: Promise<Exit>;

  constructor(private readonly child: ChildProcess) {
    child.stdout?.setEncoding('utf8').on('data', (text: string) => (this.stdout += text));
    child.stderr?.setEncoding('utf8').on('data', (text: string) => (this.stderr += text));
    this.ended = new Promise((resolve) => {
      child.once('close', (code, signal) => {
        resolve({ code, signal });
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** The address it printed. */
  get url(): string {
    return /Custom connector service +(http:\S+)/.exec(this.stdout)?.[1] ?? '';
  }

  /** The token it printed, if any. */
  get token(): string | undefined {
    return /Your API token +(\S+)/.exec(this.stdout)?.[1];
  }

  /** Waits until it listens; throws with what it wrote where it ends instead. */
  async ready(): Promise<this> {
    // The log goes to the same place and may come before or behind it.
    const welcome = () => /Custom connector service [^]*\n\n/.test(this.stdout);
    await Promise.race([this.ended, until(welcome, START_MS)]);
    if (!welcome()) throw new Error(`The service did not start: ${this.stderr}\n${this.stdout}`);
    return this;
  }

  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<Exit> {
    this.signal(signal);
    return this.ended;
  }

  request(path: string, init: RequestInit & { token?: string } = {}): Promise<Response> {
    const { token = this.token, ...rest } = init;
    return fetch(`${this.url}${path}`, {
      ...rest,
      headers: { 'Content-Type': 'application/json', Authorization: `API-Token ${token}` },
    });
  }
}

/** A folder for one spec, and the processes that were started for it; `end` removes them all. */
export class Bench {
  private readonly started: ServiceProcess[] = [];
  /** Whatever was seen running below a service, so that it is ended even if its parent is gone. */
  private readonly seen = new Map<number, string>();

  private constructor(readonly folder: string) {}

  static async open(): Promise<Bench> {
    const folder = await mkdtemp(join(tmpdir(), 'ccs-spec-'));
    // As root, PostgreSQL's account has to get through to its own folder below.
    await chmod(folder, 0o711);
    return new Bench(folder);
  }

  /** A data folder of this name, not made yet. */
  dataDir(name: string): string {
    return join(this.folder, name);
  }

  /** A data folder of this name in which no service has run, but whose database is made. */
  preparedDataDir(name: string): string {
    const folder = this.dataDir(name);
    const prepared = process.env['TEST_DATA_DIR'];
    if (prepared) {
      const { status, stderr } = spawnSync('cp', ['-Rp', prepared, folder], { encoding: 'utf8' });
      if (status !== 0) throw new Error(stderr);
    }
    return folder;
  }

  start(settings: Record<string, string>): ServiceProcess {
    const child = spawn(process.execPath, [join(packageRoot(), 'dist', 'main.js')], {
      cwd: this.folder,
      env: environmentOf(settings, this.folder),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const service = new ServiceProcess(child);
    this.started.push(service);
    return service;
  }

  /** Runs a command of the service to its end. */
  async command(
    name: 'token' | 'rotate-keys' | 'import-openapi',
    args: string[],
    settings: Record<string, string>,
  ): Promise<Output> {
    const program = join(packageRoot(), 'dist', 'cli', `${name}.js`);
    const child = spawn(process.execPath, [program, ...args], {
      cwd: this.folder,
      env: environmentOf(settings, this.folder),
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const command = new ServiceProcess(child);
    this.started.push(command);
    const exit = await command.ended;
    return { ...exit, stdout: command.stdout, stderr: command.stderr };
  }

  /** The processes below a service: PostgreSQL's and the sandbox's. */
  below(service: ServiceProcess): number[] {
    const found = descendantsOf(service.pid);
    for (const { pid, startedAt } of found) this.seen.set(pid, startedAt);
    return found.map(({ pid }) => pid);
  }

  /** Ends every process of this spec that still runs. */
  async endAll(): Promise<void> {
    for (const service of this.started) this.below(service);
    await Promise.all(this.started.map((service) => service.stop('SIGKILL')));
    // An id may have been given to another process since.
    const left = () => processes().filter(({ pid, startedAt }) => this.seen.get(pid) === startedAt);
    for (const { pid } of left()) endProcess(pid);
    await until(() => left().length === 0, 5000);
  }

  async end(): Promise<void> {
    try {
      await this.endAll();
    } finally {
      await rm(this.folder, { recursive: true, force: true });
    }
  }
}

/** Where the cluster of a data folder lies. */
export async function clusterOf(dataDir: string): Promise<string> {
  const moved = await readFile(join(dataDir, 'location'), 'utf8').catch(() => '');
  return join(moved.trim() || join(dataDir, 'postgres'), 'data');
}

/** The PostgreSQL that runs on a data folder. */
export async function serverOf(dataDir: string): Promise<{ pid: number; socketFolder: string }> {
  const { pid = 0, socketFolder = '' } = (await readPostmaster(await clusterOf(dataDir))) ?? {};
  return { pid, socketFolder };
}
