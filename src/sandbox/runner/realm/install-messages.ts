import type {
  HeadersLike,
  Realm,
  RealmBody,
  RealmMessages,
  ResponseMessage,
  SignalLike,
} from './realm.types.js';

interface RequestInit {
  method?: unknown;
  headers?: unknown;
  body?: unknown;
  signal?: SignalLike | null;
  redirect?: unknown;
}
interface ResponseInit {
  status?: unknown;
  statusText?: unknown;
  headers?: unknown;
}

/** Request and Response. Runs inside the engine, from its own text. */
export function installMessages(
  realm: Realm & { body?: RealmBody; messages?: RealmMessages },
): void {
  const { define } = realm;
  const { BodyBase, fill, peek, extract, receive: hold } = realm.body as RealmBody;
  const { stringify } = JSON;
  const globals = globalThis as unknown as {
    Headers: new (init?: unknown) => HeadersLike;
    URL: new (url: unknown) => { href: string; username: string; password: string };
    AbortSignal: new () => SignalLike;
  };
  const { Headers, URL, AbortSignal } = globals;
  const WITHOUT_BODY = [101, 103, 204, 205, 304];
  const toText: (value: unknown) => string = String;

  class Request extends BodyBase {
    readonly method: string;
    readonly url: string;
    readonly headers: HeadersLike;
    readonly redirect: string;
    readonly signal: SignalLike | null;

    constructor(input: unknown, init: RequestInit = {}) {
      super();
      const from = input instanceof Request ? input : undefined;
      const url = new URL(from ? from.url : input);
      if (url.username !== '' || url.password !== '') {
        throw new TypeError('A URL with credentials cannot be fetched: send a header instead');
      }
      this.url = url.href;
      const method = toText(init.method ?? from?.method ?? 'GET');
      if (!/^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/.test(method)) throw new TypeError('Invalid method');
      const known = /^(?:delete|get|head|options|post|put)$/i.test(method);
      this.method = known ? method.toUpperCase() : method;
      this.redirect = toText(init.redirect ?? from?.redirect ?? 'follow');
      if (!['follow', 'error', 'manual'].includes(this.redirect)) {
        throw new TypeError('redirect must be follow, error or manual');
      }
      const signal = init.signal === undefined ? from?.signal : init.signal;
      if (signal && !(signal instanceof AbortSignal)) {
        throw new TypeError('signal must be an AbortSignal');
      }
      this.signal = signal ?? null;
      this.headers = new Headers(init.headers ?? from?.headers);
      const given = init.body ?? (from ? peek(from) : undefined);
      const { content, type } = extract(given);
      if (content !== null && (this.method === 'GET' || this.method === 'HEAD')) {
        throw new TypeError(`A ${this.method} request cannot have a body`);
      }
      fill(this, content);
      if (type !== undefined && !this.headers.has('content-type')) {
        this.headers.append('content-type', type);
      }
    }

    clone(): Request {
      return new Request(this);
    }

    get [Symbol.toStringTag](): string {
      return 'Request';
    }
  }

  let receive!: (message: ResponseMessage) => Response;
  class Response extends BodyBase {
    readonly status: number;
    readonly statusText: string;
    readonly headers: HeadersLike;
    readonly type: string = 'default';
    #url = '';
    #redirected = false;

    constructor(body: unknown = null, init: ResponseInit = {}) {
      super();
      this.status = Number(init.status ?? 200);
      if (!(this.status >= 200 && this.status <= 599)) {
        throw new RangeError('The status must be from 200 to 599');
      }
      this.statusText = toText(init.statusText ?? '');
      this.headers = new Headers(init.headers);
      const { content, type } = extract(body);
      if (content !== null && WITHOUT_BODY.includes(this.status)) {
        throw new TypeError(`A response of status ${this.status} cannot have a body`);
      }
      fill(this, content);
      if (type !== undefined && !this.headers.has('content-type')) {
        this.headers.append('content-type', type);
      }
    }

    static json(data: unknown, init: ResponseInit = {}): Response {
      const response = new Response(stringify(data), {
        ...init,
        headers: new Headers(init.headers),
      });
      if (!new Headers(init.headers).has('content-type')) {
        response.headers.set('content-type', 'application/json');
      }
      return response;
    }

    static {
      receive = (message: ResponseMessage) => {
        const response = new Response(null, { statusText: message.statusText });
        // Not through the constructor, which a status of 1xx or a strange header would upset.
        const made = response as { -readonly [K in keyof Response]: Response[K] };
        made.status = message.status;
        for (const [name, value] of message.headers) {
          try {
            made.headers.append(name, value);
          } catch {
            // A header that can't be held is left out, as undici does.
          }
        }
        response.#url = message.url;
        response.#redirected = message.redirected;
        if (message.bodyId !== null) fill(response, hold(message.bodyId, message.bodyBytes));
        return response;
      };
    }

    get ok(): boolean {
      return this.status >= 200 && this.status <= 299;
    }

    get url(): string {
      return this.#url;
    }

    get redirected(): boolean {
      return this.#redirected;
    }

    clone(): Response {
      const bytes = peek(this);
      const copy = new Response(null, { statusText: this.statusText, headers: this.headers });
      (copy as { -readonly [K in keyof Response]: Response[K] }).status = this.status;
      copy.#url = this.#url;
      copy.#redirected = this.#redirected;
      if (bytes) fill(copy, bytes);
      return copy;
    }

    get [Symbol.toStringTag](): string {
      return 'Response';
    }
  }
  realm.messages = { Request, receive, peek };

  define('Request', Request);
  define('Response', Response);
}
