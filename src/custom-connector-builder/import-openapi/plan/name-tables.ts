import { splitId } from '../../../common/entity-id.js';

/** What an object has under a name of its own making; code looks tables up in objects. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));
const MAX_NAME = 100;
const MAX_WORDS = 10;

/**
 * A name for each table, from the segments of its path: the last word that is no parameter, with
 * those before it where several have the same. Names are unique, in the order of the paths.
 */
export function nameTables(paths: readonly (readonly string[])[]): string[] {
  const words = paths.map((segments) => {
    const named = segments.filter((segment) => segment !== '{}').map(wordOf);
    return named.length > 0 ? named : ['records'];
  });
  const longest = Math.max(0, ...words.map(({ length }) => length));
  const uses = Array.from({ length: Math.min(longest, MAX_WORDS) }, (_, at) =>
    countOf(words.map((own) => tail(own, at + 1))),
  );
  const names = words.map((own) => {
    const count = uses.findIndex((each, at) => each.get(tail(own, at + 1)) === 1);
    return tail(own, count < 0 ? own.length : count + 1);
  });
  const taken = new Set<string>();
  return names.map((name) => {
    let free = INHERITED.has(name) ? `${name}_` : name;
    for (let count = 2; taken.has(free); count += 1) free = `${name}_${count}`;
    taken.add(free);
    return free;
  });
}

function countOf(names: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1);
  return counts;
}

function tail(words: readonly string[], count: number): string {
  return words.slice(-count).join('_').slice(-MAX_NAME);
}

/** A segment as it may stand in a table's id, whatever was in it. */
function wordOf(segment: string): string {
  const word = segment.replace(/[^\p{L}\p{N}_.-]+/gu, '_').replace(/^[._]+(?=.)|[._]+$/g, '');
  return word === '' || splitId(word) === null ? 'records' : word;
}
