import type { Answer, AskedRequest } from './answer.types.js';
import { NEUTRAL_PARAMETERS, NUMBERED_PARAMETERS } from './sign-names.js';

/** Whether two requests of a series differ only in which page they ask for. */
export function isPagingAlone(a: AskedRequest, b: AskedRequest): boolean {
  return differing([a, b]).every((name) => NEUTRAL_PARAMETERS.has(name));
}

/** Whether the pages of a series are asked for by number. */
export function isNumbered(requests: readonly AskedRequest[]): boolean {
  return differing(requests).some((name) => NUMBERED_PARAMETERS.has(name));
}

/** Whether a parameter of the requests may select among the records. */
export function hasFilter(requests: readonly AskedRequest[]): boolean {
  return requests.some(({ parameters }) =>
    [...parameters].some(([name, value]) => value !== '' && !NEUTRAL_PARAMETERS.has(name)),
  );
}

/**
 * The answers of one series, apart by the parameters that are not known to choose a page and have one
 * value in several requests: `board=1` of two pages and `board=2` of two pages are two lists.
 */
export function inGroups<A extends Answer>(answers: readonly A[]): A[][] {
  const names = differing(answers.map(({ request }) => request)).filter(
    (name) => !NEUTRAL_PARAMETERS.has(name) && repeats(answers, name),
  );
  const groups = new Map<string, A[]>();
  for (const answer of answers) {
    const key = JSON.stringify(names.map((name) => answer.request.parameters.get(name) ?? null));
    const group = groups.get(key);
    if (group) group.push(answer);
    else groups.set(key, [answer]);
  }
  return [...groups.values()];
}

function repeats(answers: readonly Answer[], name: string): boolean {
  const distinct = new Map(answers.map(({ request }) => [request.identity, request]));
  const values = new Set([...distinct.values()].map(({ parameters }) => parameters.get(name)));
  return values.size < distinct.size;
}

/** The parameters that do not have the same value in all requests. */
function differing(requests: readonly AskedRequest[]): string[] {
  const names = new Set(requests.flatMap(({ parameters }) => [...parameters.keys()]));
  return [...names].filter(
    (name) => new Set(requests.map(({ parameters }) => parameters.get(name))).size > 1,
  );
}
