import { randomBytes } from 'node:crypto';
import { createDatabase } from './database.js';
import type { Bench, ServiceProcess } from './process.js';
import { until } from './process-tree.js';

/** What a service answered, and how it fared meanwhile. */
export interface Metered {
  status: number;
  type: string;
  body: unknown;
  ms: number;
  /** How long its event loop was held at most. */
  heldMs: number;
  /** How long another user's request took at most that was sent meanwhile. */
  waitedMs: number;
}

/** A service in a process of its own, whose event loop is watched, with two users. */
export class MeteredService {
  private constructor(
    private readonly service: ServiceProcess,
    private readonly token: string,
    private readonly otherToken: string,
  ) {}

  static async start(bench: Bench, settings: Record<string, string>): Promise<MeteredService> {
    const own = {
      DATABASE_URL: await createDatabase(),
      ENCRYPTION_KEYS: randomBytes(32).toString('base64'),
    };
    const meter = new URL('loop-meter.js', import.meta.url).href;
    const service = bench.start({ ...own, ...settings, NODE_OPTIONS: `--import ${meter}` });
    const tokens = await Promise.all(
      ['one', 'other'].map(async (user) => {
        const { stdout } = await bench.command('token', ['--user', user], own);
        return /^Token +(\S+)$/m.exec(stdout)?.[1] ?? '';
      }),
    );
    await service.ready();
    return new MeteredService(service, tokens[0] ?? '', tokens[1] ?? '');
  }

  get url(): string {
    return this.service.url;
  }

  /** Sends a request as the first user. */
  async send(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: unknown }> {
    const { status, text } = await this.ask(method, path, body);
    return { status, body: text === '' ? null : (JSON.parse(text) as unknown) };
  }

  /** The same, while the other user asks for something else all the time. */
  async metered(method: string, path: string, body?: unknown): Promise<Metered> {
    // Made before anything is measured: it is this process's work.
    const text = body === undefined ? undefined : JSON.stringify(body);
    await this.heldMs();
    const begin = performance.now();
    let [isOver, waitedMs] = [false, 0];
    const watch = async () => {
      while (!isOver) {
        const asked = performance.now();
        const response = await this.service.request('/users/me', { token: this.otherToken });
        await response.text();
        if (response.status !== 200) throw new Error(`The other user got ${response.status}.`);
        waitedMs = Math.max(waitedMs, performance.now() - asked);
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    };
    const watching = watch();
    const answer = await this.ask(method, path, text);
    const ms = performance.now() - begin;
    isOver = true;
    await watching;
    return {
      ...{ status: answer.status, type: answer.type, ms, waitedMs, heldMs: await this.heldMs() },
      body: answer.text === '' ? null : JSON.parse(answer.text),
    };
  }

  /** How long the event loop was held at most since this was asked before. */
  private async heldMs(): Promise<number> {
    const told = () => [...this.service.stdout.matchAll(/^loop held (\d+) ms$/gm)];
    const before = told().length;
    this.service.signal('SIGUSR2');
    await until(() => told().length > before, 20_000);
    return Number(told().at(-1)?.[1]);
  }

  private async ask(method: string, path: string, body?: unknown) {
    const init =
      body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) };
    const response = await this.service.request(path, { method, token: this.token, ...init });
    const type = response.headers.get('content-type') ?? '';
    return { status: response.status, type, text: await response.text() };
  }
}
