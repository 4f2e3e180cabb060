// What connector code can use, and what its functions take and give: for an editor that completes and
// checks them. Put this file beside your connectors, with a jsconfig.json:
//
// {
//   "compilerOptions": { "target": "ES2023", "lib": ["ES2023"], "types": [],
//     "checkJs": true, "strict": true, "moduleDetection": "force" },
//   "include": ["*.js", "connector.d.ts"]
// }
//
// (`/// <reference path="connector.d.ts" />` at the top of a file does as well), and say of each function
// which one it is:
//
// /** @type {PollRecords} */
// export async function* pollRecords(apiKey, [table]) {
//   yield* paginate(`https://api.example.com/${table}`, {
//     strategy: 'page',
//     headers: { Authorization: `Bearer ${apiKey}` },
//   });
// }
//
// Connector code is JavaScript in a sandbox: the language (ES2023), what is declared here, and nothing else.
// There are no modules to import, no files, no environment, no host. `Intl` is among the language's own types
// and can't be taken out of them here, but it is not there: it throws an error that says so, and so do the
// `toLocale...String` methods of numbers and dates, and other methods where a locale or options are given. The only time zone is UTC.

// ---------------------------------------------------------------------------------------------
// The functions of a connector
// ---------------------------------------------------------------------------------------------

/** What leaves connector code: JSON. `undefined` in an object is left out, dates become text. */
type Json =
  | string
  | number
  | boolean
  | null
  | readonly Json[]
  | { readonly [name: string]: Json | undefined }
  | { toJSON(key?: any): Json };

/** The type of a column. A timestamp is RFC 3339; `jsonb` is any JSON. */
type PgType =
  'text' | 'text[]' | 'numeric' | 'numeric[]' | 'boolean' | 'boolean[]' | 'jsonb' | 'timestamp';

interface Table {
  /** The parts of the table's id; the other functions get them as `tableId`. */
  id: string[];
  displayName: string;
}

interface Column {
  /** The name of the field in records. */
  id: string;
  displayName: string;
  type: PgType;
}

/** A record as connector code gives it where the table has no mapping. */
type PlainRecord = {
  id: string | number;
  /** Values by the names of their columns. */
  fields: { readonly [name: string]: Json | undefined };
};

/**
 * A page as `pollRecords` gives it: with a mapping what the remote said, whatever its shape; without
 * one a list of `{ id, fields }`.
 */
type Page = Json;

/** What to write, by the names of fields; for an update only those that changed. */
interface RecordData {
  [name: string]: any;
}

/**
 * Lists the tables.
 * @param apiKey what stands for the connector's key; `''` where it has none
 */
type ListTables = (apiKey: string) => Promise<Table[]>;

/**
 * Lists the columns of a table.
 * @param tableId the parts of the table's id, as `listTables` gave them
 */
type FetchSchema = (apiKey: string, tableId: string[]) => Promise<Column[]>;

/**
 * Gives all records of a table, a page at a time: an async generator. Only what it yields is read, not
 * what it returns. Without a mapping, `PollRecords<PlainRecord[]>` has the records checked too.
 */
type PollRecords<P extends Page = Page> = (
  apiKey: string,
  tableId: string[],
) => AsyncGenerator<P, any, any>;

/** The same for a table that comes in one page: an async function that returns it. */
type PollPage<P extends Page = Page> = (apiKey: string, tableId: string[]) => Promise<P>;

/**
 * Gives one record, or null where there is none: with a mapping what the remote said, else
 * `{ id, fields }`, which `GetRecord<PlainRecord>` has checked.
 */
type GetRecord<R extends Json = Json> = (
  recordId: string,
  apiKey: string,
  tableId: string[],
) => Promise<R | null>;

/** Makes a record; gives its id, or an object with the `id` in it. */
type CreateRecord = (
  recordData: RecordData,
  apiKey: string,
  tableId: string[],
) => Promise<CreatedRecord>;

type CreatedRecord = string | number | { id: string | number; [name: string]: Json | undefined };

/** Changes the fields in `recordData` of one record. What it gives is not used. */
type UpdateRecord = (
  recordId: string,
  recordData: RecordData,
  apiKey: string,
  tableId: string[],
) => Promise<any>;

/** Removes a record. What it gives is not used. */
type DeleteRecord = (recordId: string, apiKey: string, tableId: string[]) => Promise<any>;

// ---------------------------------------------------------------------------------------------
// The kit
// ---------------------------------------------------------------------------------------------

/** What `paginate` takes whatever its strategy. Paths are those of a mapping: dotted, or JSONPath. */
interface PaginateOptions {
  headers?: HeadersInit;
  /** Default: GET, and POST where there is a body. */
  method?: string;
  /** An object is sent as JSON. */
  body?: RequestInit['body'] | { readonly [name: string]: Json | undefined };
  /** Where the parameters of a page go: into the URL's query (default) or into the JSON body. */
  in?: 'query' | 'body';
  /** Where the records are in an answer. Default: the `recordArrayPath` of the table's mapping. */
  recordsPath?: string;
}

interface FlaggedEnd {
  /** A boolean in the answer that is false, or not there, on the last page. */
  hasMorePath?: string;
}

/** What says that there is no page after this one; a page without records says it in any case. */
interface CountedEnd extends FlaggedEnd {
  /** How many pages there are. */
  totalPagesPath?: string;
  /** How many records there are. */
  totalPath?: string;
  /** Pages that are fetched at once, ahead of the one that is read; their order stays. 1 (default) to 64. */
  concurrency?: number;
}

/** Follows `Link: <...>; rel="next"`, to its end. */
interface PaginateByLink extends PaginateOptions {
  strategy: 'link-header';
}

/** Sends the cursor of one answer with the next request, until there is none. */
interface PaginateByCursor extends PaginateOptions, FlaggedEnd {
  strategy: 'cursor';
  /** Where the next cursor is in an answer. */
  cursorPath: string;
  /** The parameter that takes it; in a JSON body a dotted path, such as `variables.after`. */
  cursorParam: string;
  nextUrlPath?: never;
}

/** Follows the whole URL that an answer gives for the next page, until there is none. */
interface PaginateByNextUrl extends PaginateOptions, FlaggedEnd {
  strategy: 'cursor';
  /** Where the next URL is in an answer. */
  nextUrlPath: string;
  cursorPath?: never;
  cursorParam?: never;
}

/** Counts pages. */
interface PaginateByPage extends PaginateOptions, CountedEnd {
  strategy: 'page';
  /** Default: `page`. */
  pageParam?: string;
  /** The number of the first page. Default: 1. */
  startPage?: number;
  /** The parameter that takes `pageSize`. Default: none is sent. */
  pageSizeParam?: string;
  /** Records a page to ask for. */
  pageSize?: number;
}

/**
 * Counts records; where no path says how many there are, it ends also at a page with fewer records than
 * `limit`. A remote that gives fewer than were asked for needs one of those paths.
 */
interface PaginateByOffset extends PaginateOptions, CountedEnd {
  strategy: 'offset';
  /** Default: `offset`. */
  offsetParam?: string;
  /** Default: `limit`. */
  limitParam?: string;
  /** Records a page to ask for. Default: 100. */
  limit?: number;
}

/** How a list ended. */
interface PaginationEnd {
  /** Why there was no further page. */
  stop: string;
  /** How many pages there were. */
  pages: number;
}

/**
 * The pages of a list, one after the other, each the JSON of an answer. `yield*` hands them on; that is also
 * the fastest way, for a page that the code does not look into is never copied into it. Ends at a page
 * that came before. Throws an HttpError for an answer that is not 2xx.
 */
declare function paginate(
  url: string | URL,
  options:
    PaginateByLink | PaginateByCursor | PaginateByNextUrl | PaginateByPage | PaginateByOffset,
): AsyncGenerator<any, PaginationEnd, undefined>;

/** Waits that many milliseconds. */
declare function sleep(ms: number): Promise<void>;

/** `paginate` throws it for an answer that is not 2xx. */
declare class HttpError extends Error {
  constructor(status: number, url: string, body?: string, method?: string);
  readonly status: number;
  readonly url: string;
  /** What the remote said, as text. */
  readonly body: string;
}

/**
 * In `createRecord`, `updateRecord` and `deleteRecord`: a text that stays the same for one change over
 * all its tries, to send where the remote takes such a key. It is not there in other functions.
 */
declare const idempotencyKey: string;

/** Writes a line into the run's log, as `console.info` does. */
declare function customLogger(message: any, data?: any): void;

/** Writes into the run's log: at most 200 lines (by default), 2 KiB each. */
declare const console: {
  log(...data: any[]): void;
  info(...data: any[]): void;
  debug(...data: any[]): void;
  trace(...data: any[]): void;
  warn(...data: any[]): void;
  error(...data: any[]): void;
  /** Writes an error where the condition is not true. */
  assert(condition?: any, ...data: any[]): void;
};

// ---------------------------------------------------------------------------------------------
// HTTP
// ---------------------------------------------------------------------------------------------

/** Bytes. */
type BufferSource = ArrayBuffer | ArrayBufferView;

type HeadersInit = Headers | Iterable<readonly [string, string]> | Record<string, string>;

interface RequestInit {
  /** Default: GET. */
  method?: string;
  headers?: HeadersInit;
  /** At most 32 MiB; not with GET and HEAD. Text, or a form, sets its own `Content-Type`. */
  body?: string | URLSearchParams | BufferSource | null;
  signal?: AbortSignal | null;
  /** Default: follow (five at most). */
  redirect?: 'follow' | 'error' | 'manual';
}

interface ResponseInit {
  status?: number;
  statusText?: string;
  headers?: HeadersInit;
}

/** What requests and responses have in common. A body is read once, and whole: there are no streams. */
interface Body {
  readonly bodyUsed: boolean;
  text(): Promise<string>;
  /** Rejects with a SyntaxError where it is not JSON. */
  json(): Promise<any>;
  arrayBuffer(): Promise<ArrayBuffer>;
  bytes(): Promise<Uint8Array<ArrayBuffer>>;
}

/**
 * Sends a request, to http and https. An answer of any status is a response; 429 has been waited out by
 * then, and 503, other 5xx and broken connections have been tried again where the method allows it.
 * Rejects with a TypeError whose `code` tells why where the remote can't be reached or may not be, with
 * the signal's reason where that fires, and at the limits of a run.
 */
declare function fetch(input: string | URL | Request, init?: RequestInit): Promise<Response>;

/** The headers of a request or a response; names in any case. */
declare class Headers implements Iterable<[string, string]> {
  constructor(init?: HeadersInit | null);
  append(name: string, value: string): void;
  delete(name: string): void;
  /** The values, joined by a comma and a space where there are several. */
  get(name: string): string | null;
  getSetCookie(): string[];
  has(name: string): boolean;
  set(name: string, value: string): void;
  forEach(callback: (value: string, name: string, headers: Headers) => void, self?: any): void;
  entries(): Generator<[string, string], void>;
  keys(): Generator<string, void>;
  values(): Generator<string, void>;
  [Symbol.iterator](): Generator<[string, string], void>;
}

declare class Request {
  /** A URL must be absolute and hold no credentials. */
  constructor(input: string | URL | Request, init?: RequestInit);
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly redirect: 'follow' | 'error' | 'manual';
  readonly signal: AbortSignal | null;
  clone(): Request;
}
interface Request extends Body {}

declare class Response {
  /** The status, 200 to 599, is 200 unless given. */
  constructor(body?: RequestInit['body'], init?: ResponseInit);
  static json(data: any, init?: ResponseInit): Response;
  readonly status: number;
  readonly statusText: string;
  /** Whether the status is 200 to 299. */
  readonly ok: boolean;
  readonly headers: Headers;
  readonly type: 'default';
  /** Where it came from, after redirects. */
  readonly url: string;
  readonly redirected: boolean;
  clone(): Response;
}
interface Response extends Body {}

declare class URL {
  /** Throws a TypeError where it is no URL. */
  constructor(url: string | URL, base?: string | URL);
  static canParse(url: string | URL, base?: string | URL): boolean;
  /** As the constructor, but null where it is no URL. */
  static parse(url: string | URL, base?: string | URL): URL | null;
  href: string;
  readonly origin: string;
  protocol: string;
  username: string;
  password: string;
  host: string;
  hostname: string;
  port: string;
  pathname: string;
  search: string;
  hash: string;
  readonly searchParams: URLSearchParams;
  toString(): string;
  toJSON(): string;
}

declare class URLSearchParams implements Iterable<[string, string]> {
  constructor(
    init?: string | URLSearchParams | Iterable<readonly [string, any]> | Record<string, any>,
  );
  readonly size: number;
  append(name: string, value: any): void;
  delete(name: string, value?: any): void;
  get(name: string): string | null;
  getAll(name: string): string[];
  has(name: string, value?: any): boolean;
  set(name: string, value: any): void;
  sort(): void;
  forEach(
    callback: (value: string, name: string, params: URLSearchParams) => void,
    self?: any,
  ): void;
  entries(): Generator<[string, string], void>;
  keys(): Generator<string, void>;
  values(): Generator<string, void>;
  [Symbol.iterator](): Generator<[string, string], void>;
  toString(): string;
}

interface AbortEvent {
  readonly type: 'abort';
  readonly target: AbortSignal;
  readonly currentTarget: AbortSignal;
}
type AbortListener = ((event: AbortEvent) => unknown) | { handleEvent(event: AbortEvent): unknown };

declare class AbortController {
  readonly signal: AbortSignal;
  /** Without a reason it is an error named AbortError. */
  abort(reason?: any): void;
}

/** Given to `fetch`, it breaks a request off. */
declare class AbortSignal {
  private constructor();
  static abort(reason?: any): AbortSignal;
  /** Fires after that many milliseconds, with an error named TimeoutError. */
  static timeout(ms: number): AbortSignal;
  /** Fires with the first of them. */
  static any(signals: Iterable<AbortSignal>): AbortSignal;
  readonly aborted: boolean;
  readonly reason: any;
  onabort: ((event: AbortEvent) => unknown) | null;
  throwIfAborted(): void;
  addEventListener(type: 'abort', listener: AbortListener, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: AbortListener): void;
}

// ---------------------------------------------------------------------------------------------
// Time, text, bytes
// ---------------------------------------------------------------------------------------------

/** Calls back once after that many milliseconds; gives what `clearTimeout` takes. */
declare function setTimeout<A extends any[]>(
  callback: (...args: A) => unknown,
  ms?: number,
  ...args: A
): number;
declare function clearTimeout(id?: number): void;

/** To UTF-8. */
declare class TextEncoder {
  constructor();
  readonly encoding: 'utf-8';
  encode(text?: string): Uint8Array<ArrayBuffer>;
  /** Writes as many whole characters as there is room for. */
  encodeInto(text: string, target: Uint8Array): { read: number; written: number };
}

/** From any encoding of the web; throws a RangeError at one that is unknown. */
declare class TextDecoder {
  constructor(label?: string, options?: { fatal?: boolean; ignoreBOM?: boolean });
  readonly encoding: string;
  readonly fatal: boolean;
  readonly ignoreBOM: boolean;
  /** All at once: there is no `stream` option. With `fatal`, throws a TypeError at bytes that are not valid. */
  decode(input?: BufferSource): string;
}

/** The bytes of base64, each as a character. Throws a TypeError where it is no base64. */
declare function atob(base64: string): string;
/** The base64 of characters up to U+00FF. Throws a TypeError at any other: encode text as bytes first. */
declare function btoa(bytes: string): string;

/** A deep copy. Throws an error named DataCloneError at a function, a symbol, a promise. */
declare function structuredClone<T>(value: T): T;

type HashName = 'SHA-1' | 'SHA-256' | 'SHA-384' | 'SHA-512';
type HashAlgorithm = HashName | { name: HashName };
type HmacAlgorithm = 'HMAC' | { name: 'HMAC' };
type KeyUsage = 'sign' | 'verify';
interface HmacKeyParams {
  name: 'HMAC';
  hash: HashAlgorithm;
}

/** A key of `crypto.subtle`. */
interface CryptoKey {
  readonly type: 'secret';
  readonly algorithm: { name: 'HMAC'; hash: { name: HashName }; length: number };
  readonly extractable: boolean;
  readonly usages: KeyUsage[];
}

/** Digests and HMAC; keys are raw bytes. Its promises reject with a TypeError at anything else. */
interface SubtleCrypto {
  digest(algorithm: HashAlgorithm, data: BufferSource): Promise<ArrayBuffer>;
  importKey(
    format: 'raw',
    data: BufferSource,
    algorithm: HmacKeyParams,
    extractable: boolean,
    usages: readonly KeyUsage[],
  ): Promise<CryptoKey>;
  exportKey(format: 'raw', key: CryptoKey): Promise<ArrayBuffer>;
  generateKey(
    algorithm: HmacKeyParams,
    extractable: boolean,
    usages: readonly KeyUsage[],
  ): Promise<CryptoKey>;
  sign(algorithm: HmacAlgorithm, key: CryptoKey, data: BufferSource): Promise<ArrayBuffer>;
  verify(
    algorithm: HmacAlgorithm,
    key: CryptoKey,
    signature: BufferSource,
    data: BufferSource,
  ): Promise<boolean>;
}

declare const crypto: {
  readonly subtle: SubtleCrypto;
  randomUUID(): string;
  /** Fills a view, of at most 65,536 bytes, and gives it back. */
  getRandomValues<V extends ArrayBufferView>(view: V): V;
};
