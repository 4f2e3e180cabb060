import { isObject } from '../../../completeness/find-list.js';
import { isKeyed, isKeyedLists } from './is-keyed.js';
import { hasOwnId, isEnvelopeName, isListName, isSideName } from './record-names.js';
import { hasHeader, scoreList } from './score-list.js';
import type { Steps } from '../write-path.js';

/** How the records of a sample are held. */
export type Holding =
  /** They are the elements of an array. */
  | 'list'
  /** They are the members of an object, under their ids. */
  | 'keyed'
  /** They are the elements of the arrays that an object holds under dates or ids. */
  | 'lists'
  /** They are arrays of cells, below a first row with the names of the columns. */
  | 'rows'
  /** There is one, a member of an object. */
  | 'member'
  /** There is one, the sample itself. */
  | 'root';

/** Where the records of a sample are. */
export interface RecordPlace {
  holding: Holding;
  /** From the root to what holds the records, or to the record of a `member`. */
  location: Steps;
  value: object;
  /** Of the object that holds `keyed` records, or their lists. */
  names?: readonly string[];
}

interface Candidate extends RecordPlace {
  /** From the likeliest reason to the least: compared one by one, larger first. */
  score: number[];
}

interface Holder {
  value: Record<string, unknown>;
  location: string[];
  /** Whether nothing above it says anything but how the request went. */
  isWrapped: boolean;
}

/** Envelopes nest this deep at most, and have this many members and objects. */
const MOST_DEPTH = 6;
const MOST_MEMBERS = 256;
const MOST_OBJECTS = 500;
/** A response that is an array of its envelope and its list has no more elements. */
const MOST_PARTS = 4;

/** The records of a sample; undefined where it holds nothing that could be one. Yields. */
export function* findRecords(sample: unknown): Generator<void, RecordPlace | undefined> {
  if (Array.isArray(sample)) return inArray(sample);
  if (!isObject(sample)) return undefined;
  let best: Candidate | undefined;
  for (
    let level: Holder[] = [{ value: sample, location: [], isWrapped: true }],
      depth = 0,
      visited = 0;
    ;
    depth++
  ) {
    const below: Holder[] = [];
    for (const holder of level) {
      if (++visited > MOST_OBJECTS) break;
      yield;
      // Asked for once: of an object with very many members it takes long.
      const names = Object.keys(holder.value);
      if (depth === 0 && names.length === 0) return undefined;
      for (const candidate of candidatesIn(holder, names, depth, below)) {
        if (!best || compare(candidate.score, best.score) > 0) best = candidate;
      }
    }
    if (below.length === 0 || depth >= MOST_DEPTH) break;
    level = below;
  }
  return best ?? { holding: 'root', location: [], value: sample };
}

/** A list, or a page and its list as two elements of an array. */
function inArray(sample: unknown[]): RecordPlace {
  if (sample.length <= MOST_PARTS) {
    const lists = sample.filter(
      (part) => Array.isArray(part) && part.some(isObject),
    ) as unknown[][];
    const [list] = lists;
    if (list && lists.length === 1 && sample.every((part) => part === list || isObject(part))) {
      if (sample.length > 1)
        return { holding: 'list', location: [sample.indexOf(list)], value: list };
    }
  }
  return { holding: hasHeader(sample) ? 'rows' : 'list', location: [], value: sample };
}

/** What could be the records in one object; the objects in it that are looked into next go to `below`. */
function* candidatesIn(
  { value, location, isWrapped }: Holder,
  all: readonly string[],
  depth: number,
  below: Holder[],
): Generator<Candidate> {
  const names = all.slice(0, MOST_MEMBERS);
  const isSide = location.some(isSideName);
  const isRecord = !isSide && hasOwnId(value) && !Object.hasOwn(value, 'jsonrpc');
  if (isRecord && isWrapped) {
    const holding = depth > 0 ? 'member' : 'root';
    yield { holding, location, value, score: [4, 0, 0, -depth] };
  } else if (!isRecord && !isSide) {
    const keyed = isKeyed(value, all) ? 'keyed' : isKeyedLists(value, all) ? 'lists' : undefined;
    if (keyed) {
      const score = [keyed === 'keyed' ? 5 : 6, 0, 0, -depth];
      yield { holding: keyed, location, value, names: all, score };
      return;
    }
  }
  const isEnvelope = names.every((name) => typeof value[name] === 'object' || isEnvelopeName(name));
  for (const name of names) {
    const member = value[name];
    const here = [...location, name];
    if (Array.isArray(member)) {
      // What a record holds are its own parts, but for what is named as a list.
      if (isRecord && !isListName(name)) continue;
      const found = scoreList(member, name, value, names);
      const score = isSide && found ? [1, 0, 0] : found;
      const holding = hasHeader(member) ? 'rows' : 'list';
      if (score) yield { holding, location: here, value: member, score: [...score, -depth] };
    } else if (isObject(member) && (!isRecord || Object.hasOwn(member, 'pageInfo'))) {
      below.push({ value: member, location: here, isWrapped: isWrapped && isEnvelope });
    }
  }
}

function compare(a: readonly number[], b: readonly number[]): number {
  for (let index = 0; index < a.length; index++) {
    const difference = (a[index] ?? 0) - (b[index] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
