import type {
  PageRead,
  PageStep,
  PageVerdict as Verdict,
  Pagination,
  Realm,
  RealmJudge,
} from './realm.types.js';

/** Says what a page means for the pages after it. Runs inside the engine, from its own text. */
export function judgePage(realm: Realm & { judge?: RealmJudge }): void {
  const { host, quote } = realm;
  const { URL } = globalThis as unknown as {
    URL: new (url: string, base?: string) => { href: string };
  };

  const byLink = (page: PageRead): Verdict => {
    const link = page.response.headers.get('link');
    const next = link === null ? undefined : host.nextLink(quote(link));
    if (next === undefined) return { stop: 'no rel="next" in the Link header' };
    return { next: { url: new URL(next, page.response.url).href, value: undefined } };
  };
  const byCursor = (page: PageRead, step: PageStep): Verdict => {
    const { cursor, nextUrl, hasMore } = page.facts;
    if (hasMore === false) return { stop: 'hasMorePath is false' };
    if (nextUrl !== null) {
      return { next: { url: new URL(nextUrl, page.response.url).href, value: undefined } };
    }
    if (cursor === null) return { stop: 'no next cursor' };
    return { next: { url: step.url, value: cursor } };
  };
  const byNumber = (how: Pagination, page: PageRead, step: PageStep, seen: number): Verdict => {
    const { records, hasMore, total, totalPages } = page.facts;
    const at = step.value as number;
    const byOffset = how.strategy === 'offset';
    if (hasMore === false) return { stop: 'hasMorePath is false' };
    if (!byOffset && totalPages !== null && at - how.start + 1 >= totalPages) {
      return { stop: 'totalPagesPath is reached' };
    }
    if (total !== null && (byOffset ? at + (records ?? 0) : seen) >= total) {
      return { stop: 'totalPath is reached' };
    }
    if (records === 0) return { stop: 'a page without records' };
    if (records === null) return { stop: 'a page without a list of records' };
    const size = how.size ?? 0;
    if (byOffset && records < size && hasMore === null && total === null) {
      return { stop: 'fewer records than the limit' };
    }
    return { next: { url: step.url, value: at + (byOffset ? records : 1) } };
  };

  realm.judge = (how, page, step, seen) => {
    if (how.strategy === 'link-header') return byLink(page);
    return how.strategy === 'cursor' ? byCursor(page, step) : byNumber(how, page, step, seen);
  };
}
