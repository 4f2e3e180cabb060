import type { Paging } from './pages.js';

export type Row = Record<string, unknown>;

/** A collection of a document as its server keeps it: told apart from what an importer reads. */
export interface Collection {
  /** The path of the list, as in the document. */
  path: string;
  /** The path of one record. */
  item?: string;
  /** The property with the id. */
  id: string;
  /** Records by the parameters of the path that stand before them; `''` where there are none. */
  rows: Record<string, Row[]>;
  paging: Paging;
  /** A page as it is answered. Default: the records alone. */
  envelope?: (rows: Row[], more: Row) => unknown;
  /** One record as it is answered. */
  show?: (row: Row) => unknown;
  /** The fields in the body of a write. */
  take?: (body: Row) => Row;
  /** What the server adds to a new record: its id and what else nobody sends. */
  make?: (fields: Row, count: number) => Row;
  /** A new record is answered with its address alone. */
  saysOnlyWhere?: boolean;
  /** The fields that a PUT leaves as they are. */
  kept?: string[];
}

export interface Done {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

const NOTHING: Done = { status: 404, body: { message: 'no such record' } };

/** The records of a collection, and what requests do to them. */
export class Records {
  private made = 0;

  constructor(private readonly collection: Collection) {}

  /** The records behind these parameters of the path. */
  of(parents: string): Row[] | undefined {
    return this.collection.rows[parents];
  }

  list(parents: string, query: Row, url: URL): Done {
    const { paging, envelope = (page: Row[]) => page } = this.collection;
    const rows = this.of(parents);
    if (!rows) return NOTHING;
    const { rows: page, more = {}, headers = {} } = paging(rows, { query, url });
    return { status: 200, body: envelope(page, more), headers };
  }

  create(parents: string, body: Row, url: URL): Done {
    const { take = same, make, id, show = same, saysOnlyWhere } = this.collection;
    const rows = this.of(parents);
    if (!rows || !make) return NOTHING;
    const fields = take(body);
    const row = { ...fields, ...make(fields, ++this.made) };
    rows.push(row);
    const key = encodeURIComponent(String(row[id]));
    const headers = { Location: `${url.pathname.replace(/\/$/, '')}/${key}` };
    return saysOnlyWhere ? { status: 201, headers } : { status: 201, headers, body: show(row) };
  }

  get(parents: string, id: string): Done {
    const { show = same } = this.collection;
    const row = this.find(parents, id);
    return row ? { status: 200, body: show(row) } : NOTHING;
  }

  /** Sets some fields, or with `whole` all that can be written. */
  update(parents: string, id: string, body: Row, whole: boolean): Done {
    const { take = same, show = same, kept = [] } = this.collection;
    const row = this.find(parents, id);
    if (!row) return NOTHING;
    if (whole) {
      for (const name of Object.keys(row)) {
        if (name !== this.collection.id && !kept.includes(name)) Reflect.deleteProperty(row, name);
      }
    }
    merge(row, take(body));
    return { status: 200, body: show(row) };
  }

  remove(parents: string, id: string): Done {
    const rows = this.of(parents);
    const at = rows?.findIndex((row) => String(row[this.collection.id]) === id) ?? -1;
    if (at < 0) return NOTHING;
    rows?.splice(at, 1);
    return { status: 204 };
  }

  private find(parents: string, id: string): Row | undefined {
    return this.of(parents)?.find((row) => String(row[this.collection.id]) === id);
  }
}

/** Merges as RFC 7396 says, but that a null is a value. */
function merge(into: Row, changes: Row): void {
  for (const [name, value] of Object.entries(changes)) {
    const old = into[name];
    if (isObject(value) && isObject(old)) merge(old, value);
    else into[name] = value;
  }
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function same<T>(value: T): T {
  return value;
}
