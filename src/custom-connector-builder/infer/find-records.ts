import { isObject } from '../../completeness/find-list.js';
import { plainName, TOTAL } from '../../completeness/sign-names.js';
import { isKeyed } from './is-keyed.js';
import { hasOwnId, isEnvelopeName, isListName, isSideName } from './record-names.js';

/** How the records of a sample are held. */
export type Holding =
  /** They are the elements of an array. */
  | 'list'
  /** They are the members of an object, under their ids. */
  | 'keyed'
  /** They are arrays of cells, below a first row with the names of the columns. */
  | 'rows'
  /** There is one, a member of an object. */
  | 'member'
  /** There is one, the sample itself. */
  | 'root';

/** Where the records of a sample are. */
export interface RecordPlace {
  holding: Holding;
  /** The members that lead from the root to what holds the records, or to the record of a `member`. */
  location: string[];
  value: object;
}

interface Candidate extends RecordPlace {
  /** From the likeliest reason to the least: compared one by one, larger first. */
  score: number[];
}

/** Envelopes nest this deep at most, and have this many members and objects. */
const MOST_DEPTH = 6;
const MOST_MEMBERS = 256;
const MOST_OBJECTS = 500;
/** Elements that are looked at for what they are. */
const LOOKED_AT = 10;

/** The records of a sample; undefined where it holds nothing that could be one. */
export function findRecords(sample: unknown): RecordPlace | undefined {
  if (Array.isArray(sample)) return { holding: holdingOf(sample), location: [], value: sample };
  if (!isObject(sample)) return undefined;
  const candidates = candidatesIn(sample);
  const best = candidates.reduce<Candidate | undefined>(
    (found, next) => (found && compare(found.score, next.score) >= 0 ? found : next),
    undefined,
  );
  if (best) return best;
  return Object.keys(sample).length === 0
    ? undefined
    : { holding: 'root', location: [], value: sample };
}

function holdingOf(list: readonly unknown[]): 'list' | 'rows' {
  const [first] = list;
  const isTable = list.length > 1 && list.slice(0, LOOKED_AT).every(Array.isArray);
  return isTable && isHeader(first as unknown[]) ? 'rows' : 'list';
}

/** Whether a row could be the names of columns: different texts, that are no numbers or dates. */
function isHeader(row: readonly unknown[]): boolean {
  const isName = (cell: unknown) => typeof cell === 'string' && /^\s*[^\d\s+-]/.test(cell);
  return row.length > 0 && row.every(isName) && new Set(row).size === row.length;
}

function candidatesIn(root: Record<string, unknown>): Candidate[] {
  const candidates: Candidate[] = [];
  let level: { holder: Record<string, unknown>; location: string[] }[] = [
    { holder: root, location: [] },
  ];
  let visited = 0;
  for (let depth = 0; depth <= MOST_DEPTH && level.length > 0; depth++) {
    const below: typeof level = [];
    for (const { holder, location } of level) {
      if (++visited > MOST_OBJECTS) break;
      const names = Object.keys(holder);
      const isRecord = hasOwnId(holder) && !Object.hasOwn(holder, 'jsonrpc');
      const isSide = location.some(isSideName);
      if (isRecord && !isSide) {
        candidates.push({
          holding: depth > 0 ? 'member' : 'root',
          location,
          value: holder,
          score: [4, 0, 0, -depth],
        });
      } else if (!isRecord && !isSide && isKeyed(holder, names)) {
        candidates.push({ holding: 'keyed', location, value: holder, score: [5, 0, 0, -depth] });
        continue;
      }
      for (const name of names.slice(0, MOST_MEMBERS)) {
        const value = holder[name];
        const here = [...location, name];
        if (Array.isArray(value)) {
          // What a record holds are its own parts, but for what is named as a list.
          if (isRecord && !isListName(name)) continue;
          const score = isSide ? [1, 0, 0] : scoreOf(value, name, holder, names);
          if (score)
            candidates.push({
              holding: holdingOf(value),
              location: here,
              value,
              score: [...score, -depth],
            });
        } else if (isObject(value) && !isRecord) below.push({ holder: value, location: here });
      }
    }
    level = below;
  }
  return candidates;
}

/** How likely an array is the list of records; undefined where it is none. */
function scoreOf(
  list: readonly unknown[],
  name: string,
  holder: Record<string, unknown>,
  names: readonly string[],
): number[] | undefined {
  const looked = list.slice(0, LOOKED_AT);
  const hasIds = looked.some((value) => isObject(value) && hasOwnId(value)) ? 1 : 0;
  const isTold = names.some(
    (other) => isCountName(other) && holder[other] === list.length && list.length > 0,
  );
  const rest = [isTold ? 1 : 0, hasIds];
  if (list.length === 0) return [isListName(name) ? 4.5 : 2, 0, 0];
  if (looked.some(isObject)) {
    if (isSideName(name)) return [1, ...rest];
    return [isListName(name) ? 7 : 6, ...rest];
  }
  if (looked.some(Array.isArray)) return [isListName(name) ? 5 : 3, ...rest];
  const isAlone = names.every((other) => other === name || isEnvelopeName(other));
  return isAlone || isListName(name) ? [3, ...rest] : undefined;
}

function isCountName(name: string): boolean {
  const plain = plainName(name);
  return plain === 'count' || plain === 'size' || TOTAL.has(plain);
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
