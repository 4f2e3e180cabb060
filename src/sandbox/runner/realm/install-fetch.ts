import type {
  Realm,
  RealmFetch,
  RealmMessages,
  RequestLike,
  ResponseMessage,
} from './realm.types.js';

interface Pending {
  resolve: (response: unknown) => void;
  reject: (error: unknown) => void;
}
interface Settlers {
  settle?: (id: number, responseJson: string) => void;
  reject?: (id: number, errorJson: string) => void;
}

/** fetch. Runs inside the engine, from its own text. */
export function installFetch(
  realm: Realm & { messages?: RealmMessages; fetch?: RealmFetch } & Settlers,
): void {
  const { host, parse, define, remoteErrors } = realm;
  const { Request, receive, peek } = realm.messages as RealmMessages;
  const { stringify } = JSON;
  /** The service knows of this many at a time; the others wait in here, in the code's own memory. */
  const MOST_AT_ONCE = 64;
  const MAX_BODY_BYTES = 32 * 1024 * 1024;

  const pending = new Map<number, Pending>();
  const waiting: (() => void)[] = [];
  let lastId = 0;

  const send = (
    request: RequestLike,
    resolve: Pending['resolve'],
    reject: Pending['reject'],
  ): void => {
    const { signal } = request;
    if (signal?.aborted) return;
    const body = peek(request);
    if (body && body.byteLength > MAX_BODY_BYTES) {
      reject(new TypeError('The body of a request can be at most 32 MiB'));
      return;
    }
    const id = ++lastId;
    const { method, url, redirect } = request;
    const meta = stringify({ method, url, redirect, headers: [...request.headers] });
    const settled = (): void => {
      pending.delete(id);
      signal?.removeEventListener('abort', abort);
      waiting.shift()?.();
    };
    const abort = (): void => {
      host.abortFetch(id);
      settled();
    };
    signal?.addEventListener('abort', abort);
    pending.set(id, {
      resolve: (response) => {
        settled();
        resolve(response);
      },
      reject: (error) => {
        settled();
        reject(error);
      },
    });
    host.fetch(id, meta, body);
  };

  const fetch = async (input: unknown, init?: object): Promise<unknown> => {
    // An error that comes later has no frame of the user's: it is told where the call stood.
    const { stack } = new Error();
    const request = new Request(input, init);
    const { signal } = request;
    return await new Promise((resolve, reject) => {
      const abort = (): void => {
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- as in Fetch
        reject(signal?.reason);
      };
      if (signal?.aborted) {
        abort();
        return;
      }
      signal?.addEventListener('abort', abort);
      const answered = (response: unknown): void => {
        // A signal may outlive many requests, and would hold the response of each.
        signal?.removeEventListener('abort', abort);
        resolve(response);
      };
      const failed = (error: unknown): void => {
        signal?.removeEventListener('abort', abort);
        if (error instanceof Error) {
          Object.defineProperty(error, 'stack', {
            value: stack,
            writable: true,
            configurable: true,
          });
        }
        // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors -- is one
        reject(error);
      };
      const go = (): void => {
        if (signal?.aborted) waiting.shift()?.();
        else send(request, answered, failed);
      };
      if (pending.size < MOST_AT_ONCE) go();
      else waiting.push(go);
    });
  };

  realm.settle = (id, responseJson) => {
    pending.get(id)?.resolve(receive(parse(responseJson) as ResponseMessage));
  };
  realm.reject = (id, errorJson) => {
    const { code, message } = parse(errorJson) as { code: string; message: string };
    const error = code.startsWith('remote.') ? new TypeError(message) : new Error(message);
    Object.defineProperty(error, 'code', { value: code, writable: true, configurable: true });
    remoteErrors.set(error, code);
    pending.get(id)?.reject(error);
  };

  realm.fetch = fetch as RealmFetch;

  define('fetch', fetch);
}
