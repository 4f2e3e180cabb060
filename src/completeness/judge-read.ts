import type { ReadWarning } from '../mapping/mapping.types.js';
import type { Answer, ListedAnswer, Sign } from './answer.types.js';
import { judgeTotal } from './judge-total.js';
import { inGroups, isPagingAlone } from './parameters.js';
import { warning } from './warning.js';

/**
 * Why the answers that a read got do not show that it was complete; empty where nothing speaks against
 * it. They are in the order of their requests. `cut`: the caller wanted no more, so that what was left
 * at the remote is no news.
 */
export function judgeRead(answers: readonly Answer[], cut: boolean): ReadWarning[] {
  const series = countedSeries(answers);
  const warnings = series.flatMap((members) => {
    const listed = members.filter((answer): answer is ListedAnswer => answer.list !== undefined);
    return [
      errorIn(members),
      repeatedIn(listed),
      ...(cut ? [] : inGroups(listed).map(moreIn)),
      ...(cut ? [] : inGroups(listed).map(judgeTotal)),
    ];
  });
  // Where no response gave records, each may be the one that says why.
  if (series.length === 0) warnings.push(errorIn(answers));
  return warnings.filter((warning) => warning !== undefined);
}

/**
 * The answers by series, of those series alone that gave records: as they came, where any did, else
 * those whose lists the code read.
 */
function countedSeries(answers: readonly Answer[]): Answer[][] {
  const series = new Map<string, Answer[]>();
  for (const answer of answers) {
    const members = series.get(answer.request.series) ?? [];
    series.set(answer.request.series, [...members, answer]);
  }
  const all = [...series.values()];
  const given = all.filter((members) => members.some(({ list }) => list?.given === true));
  return given.length > 0 ? given : all.filter((members) => members.some(({ list }) => list));
}

function errorIn(answers: readonly Answer[]): ReadWarning | undefined {
  const found = answers.find(({ signs }) => signs.error);
  if (!found?.signs.error) return undefined;
  const detail = `a response with a status of success carries an error: ${found.signs.error.what}`;
  return warning('read.remote_error', detail, found, found.signs.error);
}

/** The same list from two requests that differ: where the code has read them, in their page alone. */
function repeatedIn(answers: readonly ListedAnswer[]): ReadWarning | undefined {
  const first = new Map<string, ListedAnswer>();
  for (const answer of answers) {
    const { fingerprint, given, pointer } = answer.list;
    if (fingerprint === undefined) continue;
    const before = first.get(fingerprint);
    if (!before) first.set(fingerprint, answer);
    else if (before.request.identity !== answer.request.identity) {
      const isPage = (given && before.list.given) || isPagingAlone(before.request, answer.request);
      const detail = `the records are those that came before, to ${before.request.shown}`;
      if (isPage) return warning('read.repeated_page', detail, answer, { pointer });
    }
  }
  return undefined;
}

/** Whether the last page with records, and the empty ones after it, all say that there is more. */
function moreIn(answers: readonly ListedAnswer[]): ReadWarning | undefined {
  const lastFull = answers.findLastIndex(({ list }) => list.count > 0);
  const tail = answers.slice(Math.max(0, lastFull));
  const distinct = new Set(answers.map(({ request }) => request.identity)).size;
  let sign: Sign | undefined;
  for (const { signs, list } of tail) {
    const { more, ends, pages } = signs;
    const known = more?.next !== undefined && list.count === 0 && wasSaid(answers, more.next);
    const unread = !ends && pages && pages.value > distinct ? pages : undefined;
    sign = (known ? undefined : more) ?? unread;
    if (!sign) return undefined;
  }
  const last = tail.at(-1);
  if (!sign || !last) return undefined;
  return warning('read.has_more', `the remote says that there is more: ${sign.what}`, last, sign);
}

/** Some remotes have one cursor for a whole series, and end it with an empty page. */
function wasSaid(answers: readonly ListedAnswer[], next: string): boolean {
  return answers.filter(({ signs }) => signs.more?.next === next).length > 1;
}
