import type { ReadWarning } from '../mapping/mapping.types.js';
import type { ListedAnswer } from './answer.types.js';
import { hasFilter, isNumbered } from './parameters.js';
import { warning } from './warning.js';

/**
 * Whether the remote told of more records than it sent. A total counts only where nothing in the
 * requests selects among the records, for not every remote counts what it selected.
 */
export function judgeTotal(answers: readonly ListedAnswer[]): ReadWarning | undefined {
  const requests = answers.map(({ request }) => request);
  if (hasFilter(requests)) return undefined;
  const told = answers.filter(({ signs }) => signs.total);
  // Records that go while pages are counted off move others to pages that were read already.
  const counted = isNumbered(requests)
    ? told.toSorted((a, b) => (a.signs.total?.value ?? 0) - (b.signs.total?.value ?? 0))
    : told;
  const last = counted.at(-1);
  const total = last?.signs.total;
  if (!last || !total) return undefined;
  const sent = new Map(answers.map(({ request, list }) => [request.identity, list.count]));
  const sum = [...sent.values()].reduce((all, count) => all + count, 0);
  if (total.value <= sum) return undefined;
  const detail = `the remote tells of ${total.value} records and sent ${sum}: ${total.what}`;
  return warning('read.total', detail, last, total);
}
