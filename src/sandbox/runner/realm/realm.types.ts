/**
 * What the engine may ask of the process around it. Text goes over as JSON (`quoted`), since the
 * engine's own strings would be cut at a NUL. What can't be done comes back as undefined.
 */
export interface Host {
  log: (level: string, quotedText: string) => void;
  /** Milliseconds that only ever grow. */
  now: () => number;
  /** Asks for `fire` after that many milliseconds, in place of what was asked before; -1: never. */
  alarm: (delayMs: number) => void;
  fetch: (id: number, requestJson: string, body: ArrayBuffer | undefined) => void;
  abortFetch: (id: number) => void;
  /** The body of a response, which is then forgotten. */
  takeText: (id: number) => string | undefined;
  takeBytes: (id: number) => ArrayBuffer | undefined;
  dropBody: (id: number) => void;
  /** The body of a response as a JSON document, which stays outside: `Documents` says what of. */
  openDocument: (bodyId: number) => string;
  member: (number: number, quotedKey: string) => string | undefined;
  members: (number: number) => string | undefined;
  documentText: (number: number) => string;
  dropDocument: (root: number) => void;
  /** Says how much the code keeps alive outside; ends the run where that is too much. */
  holdsBytes: (bytes: number) => void;
  /** The number of a plan, or a fault of the paths in it. */
  planPages: (pathsJson: string) => number | string;
  /** What a page says of itself and of those after it: `PageFacts` as JSON. */
  surveyPage: (plan: number, documentNumber: number) => string;
  /** A JSON body with a value at a dotted path; undefined where it has no place there. */
  bodyWith: (bodyJson: string, quotedPath: string, valueJson: string) => string | undefined;
  /** The address behind `rel="next"` of a Link header. */
  nextLink: (quotedHeader: string) => string | undefined;
  /** Whether bytes hold a stand-in for the API key. */
  holdsStandIn: (bytes: ArrayBuffer) => boolean;
  parseUrl: (quotedUrl: string, quotedBase: string | undefined) => string | undefined;
  changeUrl: (quotedUrl: string, part: string, quotedValue: string) => string | undefined;
  encodeText: (quotedText: string) => ArrayBuffer;
  /** The standard name of an encoding, by any of its labels. */
  encodingName: (quotedLabel: string) => string | undefined;
  decodeText: (
    label: string,
    fatal: boolean,
    ignoreBom: boolean,
    bytes: ArrayBuffer,
  ) => string | undefined;
  /** Negative, zero or positive, by the order of English. */
  compareTexts: (quotedText: string, quotedOther: string) => number;
  atob: (quotedText: string) => string | undefined;
  btoa: (quotedText: string) => string | undefined;
  randomUuid: () => string;
  randomBytes: (count: number) => ArrayBuffer | undefined;
  digest: (algorithm: string, data: ArrayBuffer) => ArrayBuffer | undefined;
  hmac: (algorithm: string, key: ArrayBuffer, data: ArrayBuffer) => ArrayBuffer | undefined;
  /** Takes a page, `inSeries` where a generator gave it, as JSON: 0 to go on, 1 to wait for `resume`, 2 to stop for good. */
  page: (json: string, inSeries: boolean) => number;
  /** The same for a page that is a part of an open document. */
  pageOutside: (documentNumber: number, inSeries: boolean) => number;
  result: (json: string) => void;
  resultOutside: (documentNumber: number) => void;
  /** All pages were given. */
  end: () => void;
  fail: (faultJson: string) => void;
}

/** How a thrown value looks from outside. */
export interface EngineFault {
  name: string;
  message: string;
  stack: string;
  /** The value's own numeric `status`. */
  status?: number;
  /** Set where it is the very error that a fetch was rejected with. */
  remote?: string;
  /** Set where what failed is turning the result into JSON. */
  notJson?: boolean;
}

/** What every part of the realm shares. Taken before any user code runs, so it can't be changed. */
export interface Realm {
  host: Host;
  parse: (json: string) => unknown;
  quote: (text: string) => string;
  /** Adds a global as the standard ones are: writable, configurable, not enumerable. */
  define: (name: string, value: unknown) => void;
  describe: (error: unknown) => EngineFault;
  fail: (error: unknown) => void;
  /** The bytes of an ArrayBuffer or a view, copied; undefined where it is neither. */
  bytesOf: (value: unknown) => ArrayBuffer | undefined;
  schedule: (callback: () => void, delayMs: number) => number;
  unschedule: (id: number) => void;
  /** The errors that fetches were rejected with, and the code of each. */
  remoteErrors: WeakMap<object, string>;
  newError: (name: 'AbortError' | 'TimeoutError' | 'DataCloneError', message: string) => Error;
}

/** What the process calls in the engine. */
export interface Entry {
  /** Gives the code its `idempotencyKey`, before it is evaluated. */
  provide: (quotedKey: string) => void;
  start: (run: (...args: unknown[]) => unknown, argsJson: string, reads: boolean) => void;
  settle: (id: number, responseJson: string) => void;
  reject: (id: number, errorJson: string) => void;
  fire: () => void;
  resume: () => void;
  describe: (error: unknown) => string;
}

/** What Request and Response have in common. */
export interface Body {
  readonly bodyUsed: boolean;
  text: () => Promise<string>;
  json: () => Promise<unknown>;
  arrayBuffer: () => Promise<ArrayBuffer>;
}

/** Handed from the part that makes bodies to the one that makes requests and responses. */
export interface RealmBody {
  BodyBase: new () => Body;
  fill: (body: Body, content: unknown) => void;
  peek: (body: Body) => ArrayBuffer | undefined;
  extract: (value: unknown) => { content: unknown; type?: string };
  receive: (hostId: number, bytes: number) => HeldContent;
}

/** The content of a body that lies outside of the engine. */
export interface HeldContent {
  hostId: number;
  bytes: number;
  holder: object;
}

/** Handed to the parts that hold something outside of the engine. */
export interface RealmHolders {
  /**
   * Gives what the code has to keep alive: some time after it can't be reached any more, `release`
   * is called. All that is held may be as large as the engine's memory, and no larger.
   */
  hold: (bytes: number, release: () => void) => object;
}

/** Handed to the parts that read JSON bodies and that give pages out. */
export interface RealmReferences {
  /** The JSON of a body that is held outside, or a stand-in for it. Throws a SyntaxError. */
  open: (bodyId: number, bytes: number) => unknown;
  /** The number of a document, or of a part of it, that the code can't have changed. */
  numberOf: (value: unknown) => number | undefined;
}

/** What a page says; absent paths and absent values are null. */
export interface PageFacts {
  /** Of the text that it was parsed from. */
  bytes: number;
  /** Null where there is no array or object of records. */
  records: number | null;
  /** Whether its records are those of a page before. */
  repeated: boolean;
  cursor: string | number | null;
  nextUrl: string | null;
  hasMore: boolean | null;
  total: number | null;
  totalPages: number | null;
}

/** Of the realm's own classes, what its parts use of each other. */
export interface RequestLike extends Body {
  readonly method: string;
  readonly url: string;
  readonly redirect: string;
  readonly headers: HeadersLike;
  readonly signal: SignalLike | null;
}

/** Handed from the part that makes requests and responses to the one that sends and receives. */
export interface RealmMessages {
  Request: new (input: unknown, init?: object) => RequestLike;
  receive: (message: ResponseMessage) => unknown;
  peek: RealmBody['peek'];
}

export interface HeadersLike extends Iterable<[name: string, value: string]> {
  set: (name: string, value: string) => void;
  has: (name: string) => boolean;
  append: (name: string, value: string) => void;
}

export interface SignalLike {
  readonly aborted: boolean;
  readonly reason: unknown;
  addEventListener: (type: 'abort', listener: () => void) => void;
  removeEventListener: (type: 'abort', listener: () => void) => void;
}

/** A response as the process tells the engine of it; its body is held outside under `bodyId`. */
export interface ResponseMessage {
  status: number;
  statusText: string;
  url: string;
  redirected: boolean;
  headers: [name: string, value: string][];
  bodyId: number | null;
  bodyBytes: number;
}

export interface SearchParams {
  toString: () => string;
}

/** Handed from the part that makes parameters to the one that makes addresses. */
export interface RealmParams {
  URLSearchParams: new (init: string) => SearchParams;
  /** Has the callback called after each change. */
  follow: (params: SearchParams, changed: () => void) => void;
  /** Replaces what they hold, without telling of a change. */
  reset: (params: SearchParams, query: string) => void;
}

/** A response, as the realm's own parts use it. */
export interface ResponseLike extends Body {
  readonly ok: boolean;
  readonly status: number;
  readonly url: string;
  readonly headers: HeadersLike & { get: (name: string) => string | null };
}

export type RealmFetch = (url: string, init: object) => Promise<ResponseLike>;

/** A call of `paginate`, its options checked and completed. */
export interface Pagination {
  strategy: 'link-header' | 'cursor' | 'page' | 'offset';
  url: string;
  method: string;
  headers: unknown;
  /** Of a JSON body that takes parameters, its text; else the body as it was given. */
  body: unknown;
  inBody: boolean;
  plan: number;
  /** Pages on their way at once. */
  concurrency: number;
  /** Where the first parameter and the page size go; absent where they go nowhere. */
  param?: string;
  sizeParam?: string;
  /** The first value of `param`, in `page` and `offset`. */
  start: number;
  size?: number;
  /** Whether the options tell of the remote's own count of records. */
  counts: boolean;
}

/** Handed from the part that checks the options to the one that turns the pages. */
export interface RealmPagination {
  /** Throws a TypeError that names every fault. */
  check: (url: unknown, options: unknown) => Pagination;
}

export interface RealmKit {
  HttpError: new (status: number, url: string, body: string, method?: string) => Error;
}

/** One page to ask for: its address, and the value of its parameter. */
export interface PageStep {
  url: string;
  value: string | number | undefined;
}

/** A page that came. Without a body it is undefined. */
export interface PageRead {
  value: unknown;
  facts: PageFacts;
  response: ResponseLike;
}

/** Why a page is the last one, or where the next one is. */
export type PageVerdict = { stop: string } | { next: PageStep };

/** `seen`: the records of all pages so far, this one included. */
export type RealmJudge = (
  how: Pagination,
  page: PageRead,
  step: PageStep,
  seen: number,
) => PageVerdict;
