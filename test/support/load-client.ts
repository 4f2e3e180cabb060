import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Pool } from 'undici';

/** Answers that a service may give while something it stands on is away; 0: the connection broke. */
const PASSING = new Set([0, 429, 503]);
const MOST_CONNECTORS = 8;

/** One request that failed in passing, and when. */
export interface Failure {
  at: number;
  status: number;
  what: string;
}

/** What all clients of a load share. */
export class Load {
  readonly failures: Failure[] = [];
  /** What no fault explains. */
  readonly wrong: string[] = [];
  readonly latencies: number[] = [];
  requests = 0;
  isOver = false;
  /** Requests a second; 0: as many as are answered. */
  rate = 0;
  private slot = 0;
  private turns = 0;
  private pools: Pool[] = [];

  constructor(urls: string[]) {
    this.pools = urls.map((url) => new Pool(url, { connections: 100, pipelining: 1 }));
  }

  /** Another process has taken the place of one. */
  async replace(index: number, url: string): Promise<void> {
    const old = this.pools[index];
    this.pools[index] = new Pool(url, { connections: 100, pipelining: 1 });
    await old?.destroy();
  }

  async close(): Promise<void> {
    await Promise.all(this.pools.map((pool) => pool.destroy()));
  }

  /** Waits for the next turn at the present rate, which is not made slower by slow answers. */
  async turn(): Promise<void> {
    if (this.rate === 0) return;
    const now = performance.now();
    this.slot = Math.max(this.slot, now - 250) + 1000 / this.rate;
    const { slot } = this;
    while (slot > performance.now() && !this.isOver) {
      await sleep(Math.min(250, Math.max(1, slot - performance.now())));
    }
  }

  /** Sends a request to the next of the processes. */
  async send(
    authorization: string,
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<{ status: number; body: unknown }> {
    const pool = this.pools[this.turns++ % this.pools.length] as Pool;
    const began = performance.now();
    try {
      const answer = await pool.request({
        ...{
          method,
          path,
          headers: { authorization, 'content-type': 'application/json', ...headers },
        },
        ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      });
      const text = await answer.body.text();
      const status = answer.statusCode;
      this.requests += 1;
      if (status === 503 && !(Number(answer.headers['retry-after']) > 0)) {
        this.wrong.push(`${method} ${path}: 503 without Retry-After: ${text}`);
      }
      if (PASSING.has(status)) this.fail(status, `${method} ${path} ${text.slice(0, 300)}`);
      else this.latencies.push(performance.now() - began);
      return { status, body: text === '' ? null : (JSON.parse(text) as unknown) };
    } catch (error) {
      this.fail(0, `${method} ${path} ${String(error)}`);
      return { status: 0, body: null };
    }
  }

  private fail(status: number, what: string): void {
    this.failures.push({ at: Date.now(), status, what });
  }
}

/** What a client knows of one of its connectors. */
interface Known {
  id: string;
  /** What it may be by now: more than one where an answer was not told. */
  may: { name: string; version: number }[];
  mayBeGone: boolean;
}

/** A write with its key, until its result is told. */
export interface KeyedWrite {
  key: string;
  title: string;
  result: 'ok' | 'unknown' | null;
}

/** What a user has that the clients of the user share. */
export interface LoadUser {
  authorization: string;
  name: string;
  /** A connector with records of its own, and one that writes to the remote. */
  reader: string;
  writer: string;
  snapshot: string;
  record: string;
}

interface Stored {
  id: string;
  name: string;
  version: number;
}

/**
 * One client, which holds each answer against what it has done: what was acknowledged is there, at every
 * process, and what was answered with an error may be there or not.
 */
export class LoadClient {
  readonly writes: KeyedWrite[] = [];
  private readonly known = new Map<string, Known>();
  /** What the edit may be by now; none at first. */
  private edits: (number | undefined)[] = [undefined];
  private count = 0;

  constructor(
    private readonly load: Load,
    private readonly user: LoadUser,
    private readonly number: number,
  ) {}

  async run(): Promise<void> {
    const ops = [
      ...Array.from({ length: 6 }, () => () => this.read()),
      ...Array.from({ length: 3 }, () => () => this.update()),
      ...[() => this.create(), () => this.create(), () => this.remove(), () => this.list()],
      ...[() => this.page(), () => (this.number === 0 ? this.edit() : this.page())],
      // These start code, which takes a hundred times as long.
      Math.random() < 0.5 ? () => this.records() : () => this.write(),
    ];
    while (!this.load.isOver) {
      await this.load.turn();
      await (ops[Math.floor(Math.random() * ops.length)] as () => Promise<void>)();
    }
  }

  /** Holds all that this client knows against what is there now. */
  async settle(): Promise<void> {
    for (const known of [...this.known.values()]) await this.check(known);
    await this.list();
    for (const write of this.writes) {
      for (let tries = 0; isOpen(write) && tries < 100; tries += 1) {
        await this.send(write);
        if (isOpen(write)) await sleep(200);
      }
      this.unlessTold(write);
    }
    if (this.number === 0) await this.page();
  }

  private unlessTold({ key, result }: KeyedWrite): void {
    if (result === null) this.load.wrong.push(`${key} is never told`);
  }

  private ask(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    headers = {},
  ) {
    return this.load.send(this.user.authorization, method, path, body, headers);
  }

  private any(): Known | undefined {
    const all = [...this.known.values()];
    return all[Math.floor(Math.random() * all.length)];
  }

  private unless(status: number, expected: number[], what: string, body?: unknown): boolean {
    if (expected.includes(status)) return true;
    if (!PASSING.has(status)) this.load.wrong.push(`${what}: ${status} ${JSON.stringify(body)}`);
    return false;
  }

  private async create(): Promise<void> {
    if (this.known.size >= MOST_CONNECTORS) return this.remove();
    const name = `${this.user.name}-${this.number}-${++this.count}`;
    const { status, body } = await this.ask('POST', '/custom-connectors', { name });
    if (this.unless(status, [201], 'create', body)) {
      const { id, version } = body as Stored;
      this.known.set(id, { id, may: [{ name, version }], mayBeGone: false });
    }
  }

  private async read(): Promise<void> {
    const known = this.any();
    if (known) await this.check(known);
  }

  private async check(known: Known): Promise<void> {
    const { id } = known;
    const { status, body } = await this.ask('GET', `/custom-connectors/${id}`);
    if (!this.unless(status, known.mayBeGone ? [200, 404] : [200], `read ${id}`, body)) return;
    if (status === 404) {
      this.known.delete(id);
      return;
    }
    const { name, version } = body as Stored;
    if (!known.may.some((one) => one.name === name && one.version === version)) {
      const expected = JSON.stringify(known.may);
      this.load.wrong.push(`${id} is ${name} at ${version}, and was ${expected}`);
    }
    known.may = [{ name, version }];
    known.mayBeGone = false;
  }

  private async update(): Promise<void> {
    const known = this.any();
    if (!known) return;
    const [now] = known.may;
    if (known.may.length > 1 || known.mayBeGone || !now) return this.check(known);
    const next = {
      name: `${this.user.name}-${this.number}-${++this.count}`,
      version: now.version + 1,
    };
    const headers = { 'if-match': `"${now.version}"` };
    const path = `/custom-connectors/${known.id}`;
    const { status, body } = await this.ask('PUT', path, { name: next.name }, headers);
    if (this.unless(status, [200], `update ${known.id} at ${now.version}`, body)) {
      known.may = [next];
      if ((body as Stored).version !== next.version) this.load.wrong.push(`${path}: wrong version`);
    } else known.may.push(next);
  }

  private async remove(): Promise<void> {
    const known = this.any();
    if (!known) return;
    const path = `/custom-connectors/${known.id}`;
    const { status, body } = await this.ask('DELETE', path);
    if (this.unless(status, known.mayBeGone ? [204, 404] : [204], `remove ${path}`, body)) {
      this.known.delete(known.id);
      const after = await this.ask('GET', path);
      this.unless(after.status, [404], `read removed ${path}`, after.body);
    } else known.mayBeGone = true;
  }

  private async list(): Promise<void> {
    const { status, body } = await this.ask('GET', '/custom-connectors');
    if (!this.unless(status, [200], 'list', body)) return;
    const found = new Map((body as Stored[]).map((one) => [one.id, one]));
    for (const { name } of found.values()) {
      if (!name.startsWith(`${this.user.name}-`)) this.load.wrong.push(`${name} is another’s`);
    }
    if (found.size === 100) return;
    for (const { id, mayBeGone } of this.known.values()) {
      if (!mayBeGone && !found.has(id)) this.load.wrong.push(`${id} is not in the list`);
    }
  }

  private async records(): Promise<void> {
    const path = `/custom-connectors/${this.user.reader}/tables/t/records`;
    const { status, body } = await this.ask('GET', path);
    if (!this.unless(status, [200], 'records', body)) return;
    const { records, summary } = body as { records: unknown[]; summary: { complete: boolean } };
    if (records.length !== 5 || !summary.complete) this.load.wrong.push(JSON.stringify(body));
  }

  private async write(): Promise<void> {
    const open = this.writes.find(isOpen);
    if (open) return this.send(open);
    const title = `${this.user.name}-${this.number}-${++this.count}`;
    const write: KeyedWrite = { key: randomBytes(8).toString('hex'), title, result: null };
    this.writes.push(write);
    await this.send(write);
  }

  private async send(write: KeyedWrite): Promise<void> {
    const path = `/custom-connectors/${this.user.writer}/tables/load/records`;
    const records = { records: [{ fields: { title: write.title } }] };
    const headers = { 'idempotency-key': write.key };
    const { status, body } = await this.ask('POST', path, records, headers);
    // Whoever was at it is gone, or is at it still.
    if (!this.unless(status, [200, 409], 'write', body) || status === 409) return;
    const { results } = body as { results: { status: string }[] };
    const [result] = results;
    if (result?.status === 'ok' || result?.status === 'unknown') write.result = result.status;
    else this.load.wrong.push(`write: ${JSON.stringify(body)}`);
  }

  private async edit(): Promise<void> {
    // What a record has already would be no edit.
    const value = 1_000 + ++this.count;
    const path = `/snapshots/${this.user.snapshot}/tables/t/records/bulk`;
    const ops = [{ op: 'update', id: this.user.record, fields: { n: value } }];
    const { status, body } = await this.ask('POST', path, { ops });
    this.edits = this.unless(status, [200], 'edit', body) ? [value] : [...this.edits, value];
  }

  private async page(): Promise<void> {
    const path = `/snapshots/${this.user.snapshot}/tables/t/records`;
    const { status, body } = await this.ask('GET', path);
    if (!this.unless(status, [200], 'page', body)) return;
    const { records } = body as { records: { id: string; edits: { n?: number } | null }[] };
    if (records.length !== 5) this.load.wrong.push(`page: ${records.length} records`);
    const edited = records.find(({ id }) => id === this.user.record)?.edits?.n;
    // Others of the user edit nothing, and only this client knows what it has.
    if (this.number !== 0) return;
    if (!this.edits.includes(edited)) {
      this.load.wrong.push(`the edit is ${edited}, and was ${this.edits.join()}`);
    }
    this.edits = [edited];
  }
}

function isOpen({ result }: KeyedWrite): boolean {
  return result === null;
}
