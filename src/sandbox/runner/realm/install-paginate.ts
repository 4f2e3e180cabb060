import type {
  PageFacts,
  PageRead,
  PageStep,
  Pagination,
  Realm,
  RealmFetch,
  RealmJudge,
  RealmKit,
  RealmPagination,
  RealmReferences,
  ResponseLike,
  SignalLike,
} from './realm.types.js';

/** paginate. Runs inside the engine, from its own text. */
export function installPaginate(
  realm: Realm & {
    fetch?: RealmFetch;
    judge?: RealmJudge;
    kit?: RealmKit;
    pagination?: RealmPagination;
    references?: RealmReferences;
    ends?: WeakSet<object>;
  },
): void {
  const { host, parse, quote, define } = realm;
  const fetch = realm.fetch as RealmFetch;
  const judge = realm.judge as RealmJudge;
  const { HttpError } = realm.kit as RealmKit;
  const { check } = realm.pagination as RealmPagination;
  const { numberOf } = realm.references as RealmReferences;
  const { stringify } = JSON;
  const { ceil, floor, max, min } = Math;
  const globals = globalThis as unknown as {
    URL: new (
      url: string,
      base?: string,
    ) => { href: string; searchParams: { set: (name: string, value: string) => void } };
    AbortController: new () => { signal: SignalLike; abort: () => void };
  };
  const { URL, AbortController } = globals;
  const asText: (value: unknown) => string = String;
  // eslint-disable-next-line @typescript-eslint/unbound-method -- called by `apply` alone
  const later = Promise.prototype.then;
  const { apply, defineProperty } = Reflect;
  /** Of unread pages ahead of the one that the code works on, in bytes. */
  const AHEAD_BYTES = 16 * 1024 * 1024;

  interface Flight {
    step: PageStep;
    response: Promise<ResponseLike>;
  }
  interface End {
    stop: string;
    pages: number;
  }
  const ends = new WeakSet<object>();
  realm.ends = ends;
  const addEnd = ends.add.bind(ends);

  const NO_FACTS: PageFacts = {
    ...{ bytes: 0, records: null, repeated: false, cursor: null, nextUrl: null },
    ...{ hasMore: null, total: null, totalPages: null },
  };

  const request = (how: Pagination, step: PageStep, signal: SignalLike): Promise<ResponseLike> => {
    const { method, headers, body, inBody, param, sizeParam, size } = how;
    const init = { method, headers, signal };
    const parameters: [name: string, value: string | number][] = [];
    if (param && step.value !== undefined) parameters.push([param, step.value]);
    if (sizeParam !== undefined && size !== undefined) parameters.push([sizeParam, size]);
    if (!inBody) {
      if (parameters.length === 0) return fetch(step.url, { ...init, body });
      const url = new URL(step.url);
      for (const [name, value] of parameters) url.searchParams.set(name, asText(value));
      return fetch(url.href, { ...init, body });
    }
    let text = body as string;
    for (const [name, value] of parameters) {
      const changed = host.bodyWith(text, quote(name), stringify(value));
      if (changed === undefined) throw new TypeError(`paginate: the body has no place for ${name}`);
      text = changed;
    }
    return fetch(step.url, { ...init, body: text });
  };

  const read = async (how: Pagination, response: ResponseLike): Promise<PageRead> => {
    if (!response.ok) {
      throw new HttpError(response.status, response.url, await response.text(), how.method);
    }
    const value = response.status === 204 ? undefined : await response.json();
    const number = numberOf(value);
    const facts =
      number === undefined
        ? { ...NO_FACTS, records: value === undefined ? 0 : null }
        : (parse(host.surveyPage(how.plan, number)) as PageFacts);
    return { value, facts, response };
  };

  async function* turn(how: Pagination): AsyncGenerator<unknown, End> {
    let stopper = new AbortController();
    const { strategy } = how;
    const numbered = strategy === 'page' || strategy === 'offset';
    const stride = strategy === 'offset' ? (how.size ?? 1) : 1;
    const asked = new Set<string>();
    const isAsked = (request: string): boolean => {
      const known = asked.has(request);
      asked.add(request);
      return known;
    };
    const flights: Flight[] = [];
    let next: PageStep | undefined = { url: how.url, value: numbered ? how.start : undefined };
    let [pages, seen, firstRecords, largest, last] = [0, 0, 0, 1, Infinity];
    let stop: string | undefined;

    /** Sends what may be on its way by now; of what comes ahead, nothing beyond a known end. */
    const launch = (): void => {
      const known = how.counts && pages === 0 ? 1 : how.concurrency;
      const most = max(1, min(known, floor(AHEAD_BYTES / largest)));
      while (next && flights.length < most) {
        const step: PageStep = next;
        if (flights.length > 0 && (step.value as number) > last) return;
        const response = request(how, step, stopper.signal);
        // Its failure counts only once it is this page's turn.
        void apply(later, response, [undefined, () => undefined]);
        flights.push({ step, response });
        next =
          numbered && how.concurrency > 1
            ? { url: step.url, value: (step.value as number) + stride }
            : undefined;
      }
    };
    /** Takes up what a page said: an end, or a next page that may not be the one on its way. */
    const heed = (page: PageRead, step: PageStep): void => {
      const { total, totalPages } = page.facts;
      const size = how.size ?? firstRecords;
      if (strategy === 'page' && total !== null && size > 0)
        last = how.start + ceil(total / size) - 1;
      if (strategy === 'page' && totalPages !== null) last = how.start + totalPages - 1;
      if (strategy === 'offset' && total !== null) last = total - 1;
      const verdict = judge(how, page, step, seen);
      if ('stop' in verdict) {
        stop = verdict.stop;
        return;
      }
      // Some remotes have one cursor for a whole series, and end it with an empty page.
      const repeats = !numbered && isAsked(stringify(verdict.next));
      if (repeats && (page.facts.records ?? 0) === 0) {
        stop = 'an empty page, and the request for it again';
        return;
      }
      const ahead = flights[0]?.step.value;
      if (ahead === undefined || ahead !== verdict.next.value) {
        stopper.abort();
        stopper = new AbortController();
        flights.length = 0;
        next = verdict.next;
      }
    };

    try {
      isAsked(stringify(next));
      launch();
      for (let flight = flights.shift(); flight; flight = flights.shift()) {
        const page = await read(how, await flight.response);
        if (page.facts.repeated) {
          stop = 'a page that came before';
          break;
        }
        pages += 1;
        seen += page.facts.records ?? 0;
        if (pages === 1) firstRecords = seen;
        largest = max(largest, page.facts.bytes);
        heed(page, flight.step);
        if (stop === undefined) launch();
        if (page.value !== undefined) yield page.value;
        if (stop !== undefined) break;
      }
    } catch (error) {
      stop = 'an error';
      throw error;
    } finally {
      stopper.abort();
      const plural = pages === 1 ? 'page' : 'pages';
      const why = stop ?? 'the code took no more';
      host.log('info', quote(`paginate: ${pages} ${plural}, then: ${why}`));
    }
    const end = { stop: stop ?? 'no page left', pages };
    addEnd(end);
    return end;
  }
  define('paginate', function paginate(url: unknown, options: unknown) {
    // An error that comes later has no frame of the user's: it is told where the call stood.
    const { stack } = new Error();
    const pages = turn(check(url, options));
    return located(pages, stack);
  });
  async function* located(
    pages: AsyncGenerator<unknown, End>,
    stack: string | undefined,
  ): AsyncGenerator<unknown, End> {
    try {
      return yield* pages;
    } catch (error) {
      if (error instanceof Error) {
        const described = { value: stack, writable: true, configurable: true };
        defineProperty(error, 'stack', described);
      }
      throw error;
    }
  }
}
