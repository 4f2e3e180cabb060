import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from './process.js';

/** What a request came to; `status` 0: the connection broke. */
export interface Reply {
  status: number;
  code: string | null;
  retryAfter: string | null;
  ms: number;
  body: unknown;
}

interface Stored {
  id: string;
  name: string;
  version: number;
}

/** Sends one request, whatever comes of it. */
export async function send(
  service: ServiceProcess,
  token: string,
  method: string,
  path: string,
  body?: unknown,
): Promise<Reply> {
  const began = performance.now();
  try {
    const init = body === undefined ? {} : { body: JSON.stringify(body) };
    const response = await service.request(path, { method, token, ...init });
    const text = await response.text();
    const parsed: unknown = text === '' ? null : JSON.parse(text);
    const { code = null } = (parsed ?? {}) as { code?: string | null };
    return {
      ...{ status: response.status, code, retryAfter: response.headers.get('retry-after') },
      ...{ ms: performance.now() - began, body: parsed },
    };
  } catch {
    return { status: 0, code: null, retryAfter: null, ms: performance.now() - began, body: null };
  }
}

/**
 * Somebody who makes and renames connectors all the time, and knows what was acknowledged. A change that was
 * answered with an error may have been made or not.
 */
export class Scribe {
  readonly replies: Reply[] = [];
  /** By the name that each was made with: what it may be called now. */
  private readonly known = new Map<string, { id: string; version: number; names: Set<string> }>();
  private isWriting = true;
  private count = 0;
  private writing: Promise<unknown> | undefined;

  constructor(
    private readonly service: ServiceProcess,
    private readonly token: string,
  ) {}

  start(hands: number): void {
    this.writing = Promise.all(Array.from({ length: hands }, () => this.write()));
  }

  async stop(): Promise<void> {
    this.isWriting = false;
    await this.writing;
  }

  /** Holds the database against what was acknowledged; gives what does not fit. */
  async faults(): Promise<string[]> {
    const found: string[] = [];
    const stored = new Map((await this.all()).map((one) => [one.id, one]));
    for (const { id, version, names } of this.known.values()) {
      const one = stored.get(id);
      if (!one) found.push(`${id} is lost`);
      else if (one.version < version) found.push(`${id} is at ${one.version}, was at ${version}`);
      else if (!names.has(one.name)) found.push(`${id} has the name ${one.name}`);
    }
    for (const { id, name, version } of stored.values()) {
      const versions = (await this.get(`/custom-connectors/${id}/versions`)) as Stored[];
      const numbers = versions.map((one) => one.version);
      if (numbers.length !== version) found.push(`${id} has the versions ${numbers.join()}`);
      if (versions[0]?.name !== name) found.push(`${id}: ${versions[0]?.name} is not ${name}`);
    }
    return found;
  }

  get acknowledged(): number {
    return this.replies.filter(({ status }) => status >= 200 && status < 300).length;
  }

  private async write(): Promise<void> {
    while (this.isWriting) {
      const name = `connector ${++this.count}`;
      const made = await this.ask('POST', '/custom-connectors', { name });
      if (made.status === 201) {
        const { id } = made.body as Stored;
        const entry = { id, version: 1, names: new Set([name]) };
        this.known.set(name, entry);
        const next = `${name} renamed`;
        entry.names.add(next);
        const renamed = await this.ask('PUT', `/custom-connectors/${id}`, { name: next });
        if (renamed.status === 200) {
          entry.version = 2;
          entry.names.delete(name);
        }
      }
      await sleep(made.status === 201 ? 30 : 100);
    }
  }

  private async ask(method: string, path: string, body: unknown): Promise<Reply> {
    const reply = await send(this.service, this.token, method, path, body);
    this.replies.push(reply);
    return reply;
  }

  private async get(path: string): Promise<unknown> {
    const { status, body } = await send(this.service, this.token, 'GET', path);
    if (status !== 200) throw new Error(`${path}: ${status}`);
    return body;
  }

  private async all(): Promise<Stored[]> {
    const all: Stored[] = [];
    for (let path: string | undefined = '/custom-connectors'; path !== undefined;) {
      const response = await this.service.request(path, { token: this.token });
      all.push(...((await response.json()) as Stored[]));
      path = /<([^>]+)>; rel="next"/.exec(response.headers.get('link') ?? '')?.[1];
      if (path?.startsWith('http')) path = path.slice(this.service.url.length);
    }
    return all;
  }
}
