import type { IncomingMessage, ServerResponse } from 'node:http';
import { Remote } from './remote.js';

export type Row = Record<string, unknown>;

/** One request that the remote carried out or refused, in the order in which they came. */
export interface RemoteCall {
  method: string;
  table: string;
  id: string | null;
  body: Row | null;
  idempotencyKey: string | null;
  status: number;
  /** The id of the record that was made, changed or removed. */
  answerId?: string;
}

type Asked = Omit<RemoteCall, 'status' | 'answerId'>;

/** How a request is treated other than by carrying it out. */
export interface Treatment {
  /** Answered with this status instead. */
  status?: number;
  /** The connection is broken: before anything is done, or after it is done but not answered. */
  breaks?: 'before' | 'after';
  /** Waited for before it is looked at. */
  wait?: Promise<unknown>;
  /** After that wait it is carried out only where somebody still waits for the answer. */
  unlessGone?: boolean;
  /** Waited for once it is carried out, before it is answered. */
  lingers?: Promise<unknown>;
}

/**
 * A remote API with tables in memory: `GET /:table?page=&size=` gives `{ items, total }` in the order of
 * insertion; `GET`, `PATCH`, `DELETE /:table/:id`; `POST /:table` makes an id where none is sent. It logs
 * every write.
 */
export class TableRemote {
  readonly tables = new Map<string, Map<string, Row>>();
  /** Writes alone. */
  readonly calls: RemoteCall[] = [];
  reads = 0;
  treat: (call: Asked, page: number) => Treatment | undefined = () => undefined;
  private made = 0;

  private constructor(readonly remote: Remote) {}

  static async open(): Promise<TableRemote> {
    const self: TableRemote[] = [];
    const remote = await Remote.start((request, response) => {
      void self[0]?.answer(request, response);
    });
    self.push(new TableRemote(remote));
    return self[0] as TableRemote;
  }

  get url(): string {
    return this.remote.url;
  }

  /** Sets a table to these rows, each with its `id`. */
  fill(table: string, rows: Row[]): Map<string, Row> {
    const map = new Map(rows.map((row) => [String(row['id']), row]));
    this.tables.set(table, map);
    return map;
  }

  table(name: string): Map<string, Row> {
    return this.tables.get(name) ?? this.fill(name, []);
  }

  close(): Promise<void> {
    return this.remote.stop();
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', this.url);
    const [, table = '', id = null] = url.pathname.split('/').map(decodeURIComponent);
    let text = '';
    for await (const chunk of request) text += String(chunk);
    const call = {
      ...{ method: request.method ?? 'GET', table, id },
      body: text === '' ? null : (JSON.parse(text) as Row),
      idempotencyKey: request.headers['idempotency-key']?.toString() ?? null,
    };
    const page = Number(url.searchParams.get('page') ?? 1);
    const treatment = this.treat(call, page) ?? {};
    await treatment.wait;
    if (treatment.unlessGone && response.destroyed) return;
    const log = (status: number, answered?: unknown) => {
      const { id: answerId } = (answered ?? {}) as { id?: string };
      if (call.method === 'GET') this.reads += 1;
      else this.calls.push({ ...call, status, ...(answerId ? { answerId } : {}) });
    };
    if (treatment.breaks === 'before') {
      log(0);
      response.destroy();
      return;
    }
    const [status, answer] =
      treatment.status === undefined
        ? this.carryOut(call, page, Number(url.searchParams.get('size') ?? 100))
        : [treatment.status, { error: 'as the test wants it' }];
    log(status, answer);
    await treatment.lingers;
    if (treatment.breaks === 'after') response.destroy();
    else {
      response.writeHead(status, { 'Content-Type': 'application/json' });
      response.end(JSON.stringify(answer));
    }
  }

  private carryOut(
    { method, table, id, body }: Asked,
    page: number,
    size: number,
  ): [number, unknown] {
    const rows = this.tables.get(table);
    if (!rows) return [404, { error: 'no such table' }];
    if (method === 'GET' && id === null) {
      const items = [...rows.values()].slice((page - 1) * size, page * size);
      return [200, { items, total: rows.size }];
    }
    if (method === 'POST') {
      const { id: sent } = body ?? {};
      const made = { ...body, id: typeof sent === 'string' ? sent : `made-${++this.made}` };
      rows.set(made.id, made);
      return [201, made];
    }
    const row = rows.get(id ?? '');
    if (id === null || !row) return [404, { error: 'no such row' }];
    if (method === 'PATCH') Object.assign(row, body);
    if (method === 'DELETE') rows.delete(id);
    return [200, row];
  }
}

/** A connector to tables of a `TableRemote` that have a `title`, a `price` and an `extra`. */
export function tableConnector(url: string, tables: string[], size = 100) {
  const send = (method: string, path: string, body = '') => `
    const answer = await fetch(${JSON.stringify(url)} + ${path}, {
      method: '${method}',
      headers: { 'Content-Type': 'application/json', 'Idempotency-Key': idempotencyKey },
      ${body === '' ? '' : `body: JSON.stringify(${body}),`}
    });
    if (!answer.ok) throw new HttpError(answer.status, answer.url, await answer.text());`;
  return {
    name: 'Tables',
    tables,
    listTables: `async function listTables() {
      return ${JSON.stringify(tables)}.map((id) => ({ id: [id], displayName: id.toUpperCase() }));
    }`,
    pollRecords: `async function* pollRecords(apiKey, [table]) {
      yield* paginate(\`${url}/\${encodeURIComponent(table)}\`, {
        strategy: 'page', pageSizeParam: 'size', pageSize: ${size}, totalPath: 'total',
      });
    }`,
    getRecord: `async function getRecord(id, apiKey, [table]) {
      const answer = await fetch(\`${url}/\${encodeURIComponent(table)}/\${encodeURIComponent(id)}\`);
      if (answer.status === 404) return null;
      if (!answer.ok) throw new HttpError(answer.status, answer.url, await answer.text());
      return answer.json();
    }`,
    createRecord: `async function createRecord(record, apiKey, [table]) {
      ${send('POST', "'/' + encodeURIComponent(table)", 'record')}
      return answer.json();
    }`,
    updateRecord: `async function updateRecord(id, record, apiKey, [table]) {
      ${send('PATCH', "'/' + encodeURIComponent(table) + '/' + encodeURIComponent(id)", 'record')}
    }`,
    deleteRecord: `async function deleteRecord(id, apiKey, [table]) {
      ${send('DELETE', "'/' + encodeURIComponent(table) + '/' + encodeURIComponent(id)")}
    }`,
    mapping: {
      recordArrayPath: 'items',
      idPath: 'id',
      fields: [
        { path: 'title', type: 'text', name: 'title' },
        { path: 'price', type: 'numeric', name: 'price' },
        { path: 'extra', type: 'jsonb', name: 'extra' },
      ],
    },
  };
}
