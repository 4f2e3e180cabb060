import type { Realm, RealmKit } from './realm.types.js';

/** HttpError and sleep. Runs inside the engine, from its own text. */
export function installKit(realm: Realm & { kit?: RealmKit }): void {
  const { define, schedule } = realm;
  const Later = Promise;
  const asNumber: (value: unknown) => number = Number;

  class HttpError extends Error {
    readonly status: number;
    readonly url: string;
    readonly body: string;

    constructor(status: number, url: string, body = '', method = 'GET') {
      super(`${method} ${url} answered ${status}`);
      this.status = status;
      this.url = url;
      this.body = body;
    }
  }
  Object.defineProperty(HttpError.prototype, 'name', {
    value: 'HttpError',
    writable: true,
    configurable: true,
  });
  realm.kit = { HttpError };

  define('HttpError', HttpError);
  define('sleep', function sleep(ms: unknown): Promise<void> {
    const delayMs = asNumber(ms);
    if (!(delayMs >= 0)) throw new TypeError('sleep takes a number of milliseconds');
    return new Later((resolve) => {
      schedule(resolve, delayMs);
    });
  });
}
