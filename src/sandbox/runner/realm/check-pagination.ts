import type { HeadersLike, Pagination, Realm, RealmPagination } from './realm.types.js';

/** Checks what `paginate` is called with. Runs inside the engine, from its own text. */
export function checkPagination(realm: Realm & { pagination?: RealmPagination }): void {
  const { host } = realm;
  const { stringify, parse } = JSON;
  const { isInteger } = Number;
  const { keys } = Object;
  const globals = globalThis as unknown as {
    URL: new (url: unknown) => { href: string };
    Headers: new (init?: unknown) => HeadersLike;
  };
  const { URL, Headers } = globals;
  const asText: (value: unknown) => string = String;

  type Kind = 'path' | 'name' | 'count' | 'start' | 'any';
  const COMMON: Record<string, Kind> = {
    strategy: 'any',
    method: 'any',
    headers: 'any',
    body: 'any',
    in: 'any',
    recordsPath: 'path',
  };
  const ENDS: Record<string, Kind> = { hasMorePath: 'path' };
  const COUNTED: Record<string, Kind> = {
    ...ENDS,
    totalPath: 'path',
    totalPagesPath: 'path',
    concurrency: 'count',
  };
  const STRATEGIES: Record<Pagination['strategy'], Record<string, Kind>> = {
    'link-header': {},
    cursor: { ...ENDS, cursorPath: 'path', cursorParam: 'name', nextUrlPath: 'path' },
    page: {
      ...COUNTED,
      pageParam: 'name',
      startPage: 'start',
      pageSizeParam: 'name',
      pageSize: 'count',
    },
    offset: { ...COUNTED, offsetParam: 'name', limitParam: 'name', limit: 'count' },
  };
  const NEEDS: Record<Kind, string> = {
    any: '',
    path: 'must be a path, as text',
    name: 'must be the name of a parameter',
    count: 'must be a whole number of at least 1',
    start: 'must be a whole number of at least 0',
  };
  const fits = (value: unknown, kind: Kind): boolean => {
    if (kind === 'any') return true;
    if (kind === 'path') return typeof value === 'string';
    if (kind === 'name') return typeof value === 'string' && value !== '';
    return isInteger(value) && (value as number) >= (kind === 'count' ? 1 : 0);
  };

  type Options = Record<string, unknown>;
  const faultsOf = (given: Options, known: Record<string, Kind>): string[] => {
    const faults: string[] = [];
    for (const name of keys(given)) {
      const kind = known[name];
      if (kind === undefined) {
        faults.push(`${name} is not an option of the strategy ${asText(given['strategy'])}`);
      } else if (given[name] !== undefined && !fits(given[name], kind)) {
        faults.push(`${name} ${NEEDS[kind]}`);
      }
    }
    const { cursorPath, cursorParam, nextUrlPath, concurrency } = given;
    if (given['strategy'] === 'cursor' && nextUrlPath === undefined) {
      if (cursorPath === undefined) faults.push('cursorPath is missing, or nextUrlPath');
      if (cursorParam === undefined) faults.push('cursorParam is missing, or nextUrlPath');
    }
    if (nextUrlPath !== undefined && (cursorPath ?? cursorParam) !== undefined) {
      faults.push('nextUrlPath goes without cursorPath and cursorParam');
    }
    if (typeof concurrency === 'number' && concurrency > 64) {
      faults.push('concurrency must be at most 64');
    }
    if (given['in'] !== undefined && given['in'] !== 'query' && given['in'] !== 'body') {
      faults.push('in must be query or body');
    }
    return faults;
  };

  const isPlain = (value: unknown): boolean => {
    if (typeof value !== 'object' || value === null) return false;
    const prototype: unknown = Object.getPrototypeOf(value);
    return prototype === Object.prototype || prototype === Array.prototype || prototype === null;
  };
  const bodyOf = (given: Options, inBody: boolean, faults: string[]): unknown => {
    const { body } = given;
    if (!inBody) return isPlain(body) ? stringify(body) : body;
    if (body === undefined) return '{}';
    try {
      const text = typeof body === 'string' ? body : stringify(body);
      if (isPlain(parse(text))) return text;
    } catch {
      // Told below.
    }
    faults.push('body must be JSON where in is body');
    return undefined;
  };

  const check = (url: unknown, options: unknown): Pagination => {
    const given = (typeof options === 'object' && options !== null ? options : {}) as Options;
    const strategy = given['strategy'] as Pagination['strategy'];
    const own = keys(STRATEGIES).includes(strategy) ? STRATEGIES[strategy] : undefined;
    const refuse = (faults: string[]): never => {
      throw new TypeError(`paginate: ${faults.join('; ')}`);
    };
    if (!own) return refuse([`strategy must be one of ${keys(STRATEGIES).join(', ')}`]);
    const faults = faultsOf(given, { ...COMMON, ...own });
    const inBody = given['in'] === 'body';
    const body = bodyOf(given, inBody, faults);
    const plan = host.planPages(
      stringify({
        records: given['recordsPath'],
        cursor: given['cursorPath'],
        nextUrl: given['nextUrlPath'],
        hasMore: given['hasMorePath'],
        total: given['totalPath'],
        totalPages: given['totalPagesPath'],
      }),
    );
    if (typeof plan === 'string') faults.push(plan);
    if (faults.length > 0 || typeof plan === 'string') return refuse(faults);
    const headers = new Headers(given['headers']);
    if ((inBody || isPlain(given['body'])) && !headers.has('content-type')) {
      headers.append('content-type', 'application/json');
    }
    const { totalPath, totalPagesPath, hasMorePath } = given;
    const method = given['method'] ?? (body === undefined ? 'GET' : 'POST');
    return {
      ...{ strategy, url: new URL(url).href, method: asText(method), headers, body, inBody, plan },
      concurrency: (given['concurrency'] as number | undefined) ?? 1,
      counts: (totalPath ?? totalPagesPath ?? hasMorePath) !== undefined,
      ...parametersOf(strategy, given),
    };
  };
  const parametersOf = (
    strategy: Pagination['strategy'],
    given: Record<string, unknown>,
  ): Pick<Pagination, 'param' | 'sizeParam' | 'start' | 'size'> => {
    const text = (name: string, usual: string): string =>
      (given[name] as string | undefined) ?? usual;
    const count = given[strategy === 'page' ? 'pageSize' : 'limit'] as number | undefined;
    if (strategy === 'cursor') return { param: text('cursorParam', ''), start: 0 };
    if (strategy === 'page') {
      const start = (given['startPage'] as number | undefined) ?? 1;
      const sizeParam = given['pageSizeParam'] as string | undefined;
      return {
        ...{ param: text('pageParam', 'page'), start },
        ...(sizeParam === undefined ? {} : { sizeParam }),
        ...(count === undefined ? {} : { size: count }),
      };
    }
    if (strategy === 'offset') {
      const [param, sizeParam] = [text('offsetParam', 'offset'), text('limitParam', 'limit')];
      return { param, sizeParam, start: 0, size: count ?? 100 };
    }
    return { start: 0 };
  };

  realm.pagination = { check };
}
