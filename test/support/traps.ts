import type { IncomingMessage, ServerResponse } from 'node:http';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { Remote } from './remote.js';

export interface Item {
  id: number | string;
  name: string;
  [name: string]: unknown;
}

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  query: URLSearchParams;
  /** Of the request's path, behind the name of the trap. */
  rest: string;
  /** How many requests for this very address came before. */
  before: number;
  url: string;
}

type Trap = (asked: Asked) => void;

/** Records `from` to `to`, the last one not included. */
export function items(from: number, to: number): Item[] {
  const size = Math.max(0, to - from);
  return Array.from({ length: size }, (_, at) => ({ id: from + at, name: `item ${from + at}` }));
}

function json({ response }: Pick<Asked, 'response'>, body: unknown, headers = {}): void {
  response.writeHead(200, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}

const PAGE = 10;
const ALL = 35;

/** One page of 35 records, by `?page=`, with whatever else an answer says. */
function page(asked: Asked, more: (page: number) => object = () => ({})): void {
  const number = Number(asked.query.get('page') ?? 1);
  const rows = items((number - 1) * PAGE, Math.min(ALL, number * PAGE));
  json(asked, { rows, ...more(number) });
}

const LAST = Math.ceil(ALL / PAGE);

/** One page of 35 records, by `?cursor=`. */
function byCursor(asked: Asked, next: (number: number) => string | null): void {
  const number = Number(asked.query.get('cursor') ?? 1);
  json(asked, {
    rows: items((number - 1) * PAGE, Math.min(ALL, number * PAGE)),
    next_cursor: next(number),
  });
}

const nextOf = (number: number): string | null => (number < LAST ? String(number + 1) : null);

/** What a remote may do to its readers, each behind a path of that name. */
const TRAPS: Record<string, Trap> = {
  plain: (asked) => {
    page(asked);
  },
  'retry-seconds': (asked) => {
    if (asked.before > 0 || asked.query.get('page') !== '2') page(asked);
    else asked.response.writeHead(429, { 'Retry-After': '1' }).end();
  },
  'retry-date': (asked) => {
    const until = new Date(Date.now() + 1_500).toUTCString();
    if (asked.before > 0 || asked.query.get('page') !== '2') page(asked);
    else asked.response.writeHead(429, { 'Retry-After': until }).end();
  },
  'unavailable-once': (asked) => {
    if (asked.before > 0) page(asked);
    else asked.response.writeHead(503).end('busy');
  },
  'reset-once': (asked) => {
    if (asked.before > 0) {
      page(asked);
      return;
    }
    asked.response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '9999' });
    asked.response.write('{"rows":[{"id":1,');
    setImmediate(() => asked.request.socket.destroy());
  },
  'reset-always': (asked) => {
    if (asked.query.get('page') !== '3') {
      page(asked);
      return;
    }
    asked.response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Length': '9999' });
    asked.response.write('{"rows":[{"id":1,');
    setImmediate(() => asked.request.socket.destroy());
  },
  repeats: (asked) => {
    const number = Math.min(2, Number(asked.query.get('page') ?? 1));
    json(asked, { rows: items((number - 1) * PAGE, number * PAGE) });
  },
  'error-in-200': (asked) => {
    if (asked.query.get('page') === '3') json(asked, { ok: false, error: 'quota exceeded' });
    else page(asked);
  },
  'error-at-once': (asked) => {
    json(asked, { status: 'error', message: 'no such account', rows: [] });
  },
  'total-greater': (asked) => {
    page(asked, () => ({ meta: { total: 50 } }));
  },
  total: (asked) => {
    page(asked, () => ({ meta: { total: ALL } }));
  },
  'total-in-header': (asked) => {
    const number = Number(asked.query.get('page') ?? 1);
    const rows = items((number - 1) * PAGE, Math.min(ALL, number * PAGE));
    json(asked, rows, { 'X-Total-Count': String(ALL) });
  },
  filtered: (asked) => {
    json(asked, { rows: items(0, 4), total: 4_000 });
  },
  link: (asked) => {
    const number = Number(asked.query.get('page') ?? 1);
    const next = `<${asked.url}?page=${number + 1}>; rel="next", <${asked.url}>; rel="first"`;
    const rows = items((number - 1) * PAGE, Math.min(ALL, number * PAGE));
    json(asked, rows, number < LAST ? { Link: next } : {});
  },
  cursor: (asked) => {
    byCursor(asked, nextOf);
  },
  // What it says at its end leads to nothing, again and again.
  'cursor-stays': (asked) => {
    byCursor(asked, (number) => String(Math.min(number + 1, LAST + 1)));
  },
  'cursor-never-ends': (asked) => {
    const number = Number(asked.query.get('cursor') ?? 1);
    json(asked, { rows: items(0, PAGE), next_cursor: String(number + 1) });
  },
  keyed: (asked) => {
    const number = Number(asked.query.get('page') ?? 1);
    const rows = items((number - 1) * PAGE, Math.min(ALL, number * PAGE));
    json(asked, { rows: Object.fromEntries(rows.map(({ id, name }) => [`k${id}`, { name }])) });
  },
  'keyed-root': (asked) => {
    json(asked, { error: { name: 'Error' }, total: { name: 'Total' }, next: { name: 'Next' } });
  },
  nested: (asked) => {
    if (asked.rest === '') {
      json(asked, { boards: [{ id: 1 }, { id: 2 }], next: null });
      return;
    }
    const board = Number(asked.rest);
    const number = Number(asked.query.get('page') ?? 1);
    const rows = items(
      board * 100 + (number - 1) * PAGE,
      board * 100 + Math.min(15, number * PAGE),
    );
    json(asked, { rows, has_more: number * PAGE < 15 });
  },
  'empty-first': (asked) => {
    const number = Number(asked.query.get('cursor') ?? 0);
    json(asked, {
      rows: number === 0 ? [] : items((number - 1) * PAGE, Math.min(ALL, number * PAGE)),
      next_cursor: nextOf(number),
    });
  },
  'ten-megabytes': (asked) => {
    json(asked, { rows: [{ id: 1, name: 'x'.repeat(10_000_000) }, ...items(2, 4)] });
  },
  'ids-collide': (asked) => {
    json(asked, { rows: [...items(0, 5), { id: 3, name: 'another' }, { id: '4', name: 'text' }] });
  },
  'numbers-as-texts': (asked) => {
    json(asked, {
      rows: [
        { id: '1', name: 'a', price: '12.50' },
        { id: '2', name: 'b', price: '9007199254740993' },
      ],
    });
  },
  'one-wrong': (asked) => {
    const rows: Item[] = items(0, 1_000).map((item) => ({ ...item, price: Number(item.id) }));
    rows[617] = { id: 617, name: 'item 617', price: 'a lot' };
    json(asked, { rows });
  },
  // Five records of the first page go while the second is read: those behind them move up.
  'deleted-while-paging': (asked) => {
    const number = Number(asked.query.get('page') ?? 1);
    const all = number < 3 ? items(0, ALL) : items(5, ALL);
    json(asked, { rows: all.slice((number - 1) * PAGE, number * PAGE), total: all.length });
  },
  gzip: (asked) => {
    const body = gzipSync(JSON.stringify({ rows: items(0, ALL) }));
    asked.response.writeHead(200, {
      'Content-Type': 'application/json',
      'Content-Encoding': 'gzip',
    });
    asked.response.end(body);
  },
  brotli: (asked) => {
    const body = brotliCompressSync(JSON.stringify({ rows: items(0, ALL) }));
    asked.response.writeHead(200, { 'Content-Type': 'application/json', 'Content-Encoding': 'br' });
    asked.response.end(body);
  },
  export: (asked) => {
    if (asked.rest === 'file') json(asked, { rows: items(0, ALL) });
    else if (asked.rest === '') json(asked, { id: 7, status: 'pending', total: 100 });
    else if (asked.before < 2) json(asked, { status: 'running', done: asked.before, total: 100 });
    else json(asked, { status: 'done', url: asked.url.replace(/job$/, 'file') });
  },
  owners: (asked) => {
    json(asked, { rows: items(0, 3), total: 900, next: 'abc' });
  },
  owner: (asked) => {
    json(asked, { id: Number(asked.rest), name: `owner ${asked.rest}`, error: 'left', total: 12 });
  },
  invoices: (asked) => {
    json(asked, { rows: items(0, 3) });
  },
  invoice: (asked) => {
    const lines = items(Number(asked.rest) * 10, Number(asked.rest) * 10 + 2);
    json(asked, { id: Number(asked.rest), total: 300, lines });
  },
  'sync-token': (asked) => {
    json(asked, {
      rows: items(0, 5),
      nextSyncToken: 'CPDA',
      '@odata.deltaLink': `${asked.url}?d=1`,
    });
  },
  'field-named-error': (asked) => {
    const rows = items(0, 5).map((item) => ({ ...item, error: 'timeout', status: 'error' }));
    json(asked, asked.rest === 'root' ? rows : { rows });
  },
  'says-more': (asked) => {
    page(asked, (number) => ({ has_more: number < LAST }));
  },
  'pages-told': (asked) => {
    page(asked, (number) => ({ pagination: { page: number, total_pages: LAST } }));
  },
  // Counted from 0, so that its last page is not `total_pages`.
  'pages-from-0': (asked) => {
    const number = Number(asked.query.get('page') ?? 0);
    const rows = items(number * PAGE, Math.min(ALL, (number + 1) * PAGE));
    json(asked, { rows, page: number, total_pages: LAST });
  },
  graphql: (asked) => {
    let text = '';
    asked.request.on('data', (chunk: Buffer) => {
      text += chunk.toString();
    });
    asked.request.on('end', () => {
      const after = Number(
        (JSON.parse(text) as { variables: { after: string | null } }).variables.after,
      );
      const number = after + 1;
      const nodes = items((number - 1) * PAGE, Math.min(ALL, number * PAGE));
      const pageInfo = { hasNextPage: number < LAST, endCursor: String(number) };
      json(asked, { data: { things: { totalCount: ALL, pageInfo, nodes } } });
    });
  },
};

/** A remote with a trap behind each of its paths: `/<trap>[/<rest>]`. */
export function startTraps(): Promise<Remote> {
  const seen = new Map<string, number>();
  const remote: Promise<Remote> = Remote.start((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://remote');
    const [, name = '', ...rest] = pathname.split('/');
    const trap = TRAPS[name];
    const address = `${request.method} ${request.url}`;
    const before = seen.get(address) ?? 0;
    seen.set(address, before + 1);
    if (!trap) {
      response.writeHead(404).end();
      return;
    }
    const url = `http://${request.headers.host}${pathname}`;
    trap({ request, response, query: searchParams, rest: rest.join('/'), before, url });
  });
  return remote;
}
