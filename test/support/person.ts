import { setTimeout as sleep } from 'node:timers/promises';
import type { ServiceProcess } from './process.js';
import { tableConnector, type RemoteCall, type Row } from './table-remote.js';

/** What a person stages in one round. */
export const CREATES = 30;
export const UPDATES = 60;
export const DELETES = 30;

export interface Change {
  changeId: string;
  id: string;
  op: 'create' | 'update' | 'delete';
  outcome: string;
  fields: Record<string, { mine?: unknown }>;
  sentAt: string | null;
  answeredAt: string | null;
}
export interface Publication {
  state: string;
  changes: Change[];
}

/** A snapshot of one table, and who works on it, through several API processes in turn. */
export class Person {
  private turns = 0;
  private constructor(
    private readonly apis: ServiceProcess[],
    private readonly token: string,
    readonly table: string,
    private readonly patienceMs: number,
    private snapshotId: string,
  ) {}

  /** Makes the connector to a `TableRemote` and asks for the snapshot; `patienceMs` is for each thing to end. */
  static async begin(
    apis: ServiceProcess[],
    token: string,
    { url, table, patienceMs }: { url: string; table: string; patienceMs: number },
  ): Promise<Person> {
    const person = new Person(apis, token, table, patienceMs, '');
    const definition = tableConnector(url, [table]);
    const connector = await person.ask<{ id: string }>('/custom-connectors', definition);
    const body = { connectorId: connector.id };
    person.snapshotId = (await person.ask<{ id: string }>('/snapshots', body)).id;
    return person;
  }

  get path(): string {
    return `/snapshots/${this.snapshotId}`;
  }

  /** A GET, or a POST of the body; by the two processes in turn. */
  async ask<T>(path: string, body?: object): Promise<T> {
    const api = this.apis[this.turns++ % this.apis.length] as ServiceProcess;
    const method = body ? { method: 'POST', body: JSON.stringify(body) } : {};
    const response = await api.request(path, { token: this.token, ...method });
    const text = await response.text();
    if (!response.ok) throw new Error(`${path}: ${response.status} ${text}`);
    return JSON.parse(text || 'null') as T;
  }

  async ended<T extends { state: string }>(path: string): Promise<T> {
    for (const end = Date.now() + this.patienceMs; Date.now() < end;) {
      const found = await this.ask<T>(path);
      if (!['pending', 'active'].includes(found.state)) return found;
      await sleep(100);
    }
    throw new Error(`${path} did not end.`);
  }

  async copy(): Promise<Map<string, Row>> {
    const rows = new Map<string, Row>();
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const page: { records: { id: string; fields: Row }[]; nextCursor?: string } = await this.ask(
        `${this.path}/tables/${this.table}/records?limit=1000${cursor && `&cursor=${cursor}`}`,
      );
      for (const { id, fields } of page.records) rows.set(id, { id, ...fields });
      cursor = page.nextCursor;
    }
    return rows;
  }

  /** Stages what no other round and nobody else stages. */
  async stage(round: number, ids: string[]): Promise<void> {
    const name = `${this.table} ${round}`;
    const updated = ids.slice(0, UPDATES);
    const deleted = ids.slice(UPDATES, UPDATES + DELETES);
    await this.ask(`${this.path}/tables/${this.table}/records/bulk`, {
      ops: [
        ...Array.from({ length: CREATES }, (_, n) => ({
          op: 'create',
          fields: { title: `${name} new ${n}`, price: n },
        })),
        ...updated.map((id) => ({ op: 'update', id, fields: { title: `${name} of ${id}` } })),
        ...deleted.map((id) => ({ op: 'delete', id })),
      ],
    });
  }

  /** Publishes; what nobody knows the outcome of is looked up at the remote, as a person would. */
  async publish(calls: RemoteCall[]): Promise<Publication> {
    const { id } = await this.ask<{ id: string }>(`${this.path}/publish`, {});
    const path = `${this.path}/publications/${id}`;
    for (;;) {
      const publication = await this.ended<Publication>(path);
      const open = publication.changes.filter(({ outcome }) => outcome === 'unknown');
      for (const { changeId, fields } of open) {
        const title = fields['title']?.mine;
        const made = calls.find(({ body, status }) => status === 201 && body?.['title'] === title);
        await this.ask(`${path}/resolve`, {
          changeId,
          ...(made ? { outcome: 'done', id: made.answerId } : { outcome: 'retry' }),
        });
      }
      const after = await this.ask<Publication>(path);
      if (after.state === 'completed') return after;
      await this.ask(`${path}/resume`, {});
    }
  }

  async downloaded(): Promise<void> {
    const { state } = await this.ended(this.path);
    expect(state).toBe('completed');
  }

  async download(): Promise<void> {
    await this.ask(`${this.path}/download`, {});
    await this.downloaded();
  }
}
