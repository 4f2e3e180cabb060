import { splitId } from '../../../common/entity-id.js';

/** What an object has under a name of its own making; code looks tables up in objects. */
const INHERITED = new Set(Object.getOwnPropertyNames(Object.prototype));
const MAX_NAME = 100;

/**
 * A name for each table, from the segments of its path: the last word that is no parameter, with
 * those before it where several have the same. Names are unique, in the order of the paths.
 */
export function nameTables(paths: readonly (readonly string[])[]): string[] {
  const words = paths.map((segments) => {
    const named = segments.filter((segment) => segment !== '{}').map(wordOf);
    return named.length > 0 ? named : ['records'];
  });
  const names = words.map((own) => {
    for (let count = 1; count < own.length; count += 1) {
      const name = tail(own, count);
      if (words.filter((other) => tail(other, count) === name).length === 1) return name;
    }
    return tail(own, own.length);
  });
  const taken = new Set<string>();
  return names.map((name) => {
    let free = INHERITED.has(name) ? `${name}_` : name;
    for (let count = 2; taken.has(free); count += 1) free = `${name}_${count}`;
    taken.add(free);
    return free;
  });
}

function tail(words: readonly string[], count: number): string {
  return words.slice(-count).join('_').slice(-MAX_NAME);
}

/** A segment as it may stand in a table's id, whatever was in it. */
function wordOf(segment: string): string {
  const word = segment.replace(/[^\p{L}\p{N}_.-]+/gu, '_').replace(/^[._]+(?=.)|[._]+$/g, '');
  return word === '' || splitId(word) === null ? 'records' : word;
}
