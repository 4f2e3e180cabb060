import type { IncomingMessage, ServerResponse } from 'node:http';
import { setImmediate as turn } from 'node:timers/promises';
import { Remote } from './remote.js';

/** How the remote treats a POST, by the number in its body; without an entry it makes the item. */
export type Treatment = 'refuse' | 'fail' | 'hang up' | 'never answer' | 'make and hang up';

/** A remote that makes items, counts what it is asked for, and fails where it is told to. */
export class Shop {
  /** The id that each number got. */
  readonly made = new Map<number, string>();
  /** How many times each number was sent. */
  readonly asked = new Map<number, number>();
  /** The `Idempotency-Key` headers that came, by number. */
  readonly keys = new Map<number, string[]>();
  treatment: (n: number) => Treatment | undefined = () => undefined;
  /** What it answers to a GET. */
  page = '{}';
  private held: (() => void)[] | undefined;
  private readonly watchers = new Set<() => void>();
  private constructor(readonly remote: Remote) {}

  static async open(): Promise<Shop> {
    const handlers: ((request: IncomingMessage, response: ServerResponse) => void)[] = [];
    const remote = await Remote.start((request, response) => handlers[0]?.(request, response));
    const shop = new Shop(remote);
    handlers.push((request, response) => void shop.answer(request, response));
    return shop;
  }

  get url(): string {
    return this.remote.url;
  }

  get requests(): number {
    return [...this.asked.values()].reduce((sum, count) => sum + count, 0);
  }

  /** Lets nothing be answered until `release`. */
  hold(): void {
    this.held = [];
  }

  release(): void {
    for (const go of this.held?.splice(0) ?? []) go();
    this.held = undefined;
  }

  /** Resolves once so many requests came. */
  async came(count: number): Promise<void> {
    while (this.requests < count) {
      await new Promise<void>((resolve) => {
        this.watchers.add(resolve);
      });
    }
    await turn();
  }

  reset(): void {
    this.made.clear();
    this.asked.clear();
    this.keys.clear();
    this.treatment = () => undefined;
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (request.method === 'GET') {
      response.end(this.page);
      return;
    }
    let body = '';
    for await (const chunk of request) body += String(chunk);
    const { n } = JSON.parse(body) as { n: number };
    this.asked.set(n, (this.asked.get(n) ?? 0) + 1);
    const key = String(request.headers['idempotency-key']);
    this.keys.set(n, [...(this.keys.get(n) ?? []), key]);
    for (const tell of this.watchers) tell();
    this.watchers.clear();
    const { held } = this;
    if (held) await new Promise<void>((resolve) => held.push(resolve));
    this.treat(n, this.treatment(n), response);
  }

  private treat(n: number, how: Treatment | undefined, response: ServerResponse): void {
    if (how === 'never answer') return;
    if (how === 'hang up') response.destroy();
    else if (how === 'refuse' || how === 'fail') {
      response.writeHead(how === 'refuse' ? 422 : 500).end('{"error":"no"}');
    } else {
      const id = `item-${n}`;
      this.made.set(n, id);
      if (how === 'make and hang up') response.destroy();
      else response.writeHead(201).end(JSON.stringify({ id, n }));
    }
  }
}
