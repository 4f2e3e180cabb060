import type { Row } from './collection.js';

/** What a list is asked for. */
export interface Asked {
  /** Of the query, by name, as its schema reads it. */
  query: Record<string, unknown>;
  /** The whole address that was asked for. */
  url: URL;
}

/** A page of a list: its records, and what is said of it beside them. */
export interface Page {
  rows: Row[];
  more?: Row;
  headers?: Record<string, string>;
}

export type Paging = (rows: Row[], asked: Asked) => Page;

/** How many records a page has: where nothing is asked for, and at most. */
interface Sizes {
  /** The parameter that says how many; without it, pages are always of one size. */
  size?: string;
  usual: number;
}

function sizeOf({ size, usual }: Sizes, { query }: Asked): number {
  return size === undefined ? usual : Number(query[size] ?? usual);
}

function numberOf(value: unknown, usual: number): number {
  return Number(value ?? usual);
}

/** The same address with other parameters. */
function withQuery(url: URL, parameters: Record<string, string>): URL {
  const other = new URL(url);
  for (const [name, value] of Object.entries(parameters)) other.searchParams.set(name, value);
  return other;
}

/** All of it at once. */
export const whole: Paging = (rows) => ({ rows });

/** Pages by number; `tell` says what stands beside the records. */
export function byPage(
  options: Sizes & {
    page: string;
    tell?: (told: { page: number; pages: number; total: number }) => Row;
  },
): Paging {
  return (rows, asked) => {
    const [page, size] = [numberOf(asked.query[options.page], 1), sizeOf(options, asked)];
    const pages = Math.ceil(rows.length / size);
    return {
      rows: rows.slice((page - 1) * size, page * size),
      more: options.tell?.({ page, pages, total: rows.length }) ?? {},
    };
  };
}

/** Pages by number, the next of which a `Link` header gives. */
export function byLink(options: Sizes & { page: string }): Paging {
  return (rows, asked) => {
    const number = numberOf(asked.query[options.page], 1);
    const size = sizeOf(options, asked);
    const next = withQuery(asked.url, { [options.page]: String(number + 1) });
    const first = withQuery(asked.url, { [options.page]: '1' });
    const links = [`<${first.href}>; rel="first"`];
    if (number * size < rows.length) links.unshift(`<${next.href}>; rel="next"`);
    return {
      rows: rows.slice((number - 1) * size, number * size),
      headers: { Link: links.join(', ') },
    };
  };
}

/** Pages by the number of what comes before. */
export function byOffset(
  options: Sizes & { offset: string; tell: (told: { total: number; next: URL | null }) => Row },
): Paging {
  return (rows, asked) => {
    const [from, size] = [numberOf(asked.query[options.offset], 0), sizeOf(options, asked)];
    const to = from + size;
    const next = to < rows.length ? withQuery(asked.url, { [options.offset]: String(to) }) : null;
    return { rows: rows.slice(from, to), more: options.tell({ total: rows.length, next }) };
  };
}

/** Pages by a token of the server's; `tell` gets the next one, or null, and the address with it. */
export function byToken(
  options: Sizes & { token: string; tell: (token: string | null, next: URL | null) => Row },
): Paging {
  return (rows, asked) => {
    const token = asked.query[options.token];
    const from = typeof token === 'string' ? fromToken(token) : 0;
    const to = from + sizeOf(options, asked);
    const next = to < rows.length ? toToken(to) : null;
    const url = next === null ? null : withQuery(asked.url, { [options.token]: next });
    return { rows: rows.slice(from, to), more: options.tell(next, url) };
  };
}

/** Pages behind the record whose id is sent; `tell` says whether there are more. */
export function byLastId(
  options: Sizes & { after: string; id: string; tell: (hasMore: boolean) => Row },
): Paging {
  return (rows, asked) => {
    const after = asked.query[options.after];
    const from = rows.findIndex((row) => row[options.id] === after) + 1;
    const to = from + sizeOf(options, asked);
    return { rows: rows.slice(from, to), more: options.tell(to < rows.length) };
  };
}

// Nothing that a reader could count on, and with characters that have to be encoded.
function toToken(position: number): string {
  return `${Buffer.from(`at ${position}`).toString('base64')}+/&`;
}

function fromToken(token: string): number {
  return Number(
    Buffer.from(token.replace(/\+\/&$/, ''), 'base64')
      .toString()
      .slice(3),
  );
}
