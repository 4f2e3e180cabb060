import { joinId } from '../../../common/entity-id.js';
import { sourceOf } from '../../../json/byte-writer.js';
import { IdSet } from '../../../mapping/records/id-set.js';
import { compilePath } from '../../../mapping/paths/paths.js';
import { idOf } from '../../../mapping/records/read-id.js';
import { readPath, type SingularPath } from '../../../mapping/paths/read-path.js';
import type { FieldDraft } from '../fields/field-draft.js';
import { rankIds } from './rank-ids.js';

/** Fields that are tried as ids alone, and those that are tried together. */
const MOST_TRIED = 40;
const MOST_PARTS = 6;
/** A mapping takes no more. */
const MOST_JOINED = 20;
const DEFAULT_ID = 'id';

/**
 * The path of a value that is there in all records and different in each, the likeliest by its name;
 * where there is none, the paths of two or three, or of as many as it takes. Where no values do, the
 * likeliest path by its name alone. Yields between records.
 */
export function* chooseId(
  drafts: readonly FieldDraft[],
  records: readonly unknown[],
  listName: string,
): Generator<void, string | string[]> {
  const ranked = rankIds(drafts, records.length, listName);
  for (const { path } of ranked.slice(0, MOST_TRIED)) {
    if (yield* isUnique([path], records)) return path;
  }
  const parts = ranked.filter(({ standing }) => standing !== 'nested');
  const inOrder = drafts.filter((draft) => parts.includes(draft)).map(({ path }) => path);
  for (const paths of togetherOf(inOrder.slice(0, MOST_PARTS))) {
    if (yield* isUnique(paths, records)) return paths;
  }
  const all = inOrder.slice(0, MOST_JOINED);
  if (all.length > 3 && (yield* isUnique(all, records))) return all;
  const present = drafts.filter(
    ({ shape }) => shape && shape.counts.string + shape.counts.number > 0,
  );
  const [likeliest] = rankIds(present, records.length, listName);
  return likeliest?.path ?? DEFAULT_ID;
}

function* togetherOf(paths: readonly string[]): Generator<string[]> {
  for (const [at, first] of paths.entries()) {
    for (const second of paths.slice(at + 1)) yield [first, second];
  }
  for (const [at, first] of paths.entries()) {
    for (const [next, second] of paths.entries()) {
      if (next <= at) continue;
      for (const third of paths.slice(next + 1)) yield [first, second, third];
    }
  }
}

const RECORDS_BETWEEN_YIELDS = 256;

function* isUnique(
  paths: readonly string[],
  records: readonly unknown[],
): Generator<void, boolean> {
  const compiled = paths.map((path) => compilePath(path) as SingularPath);
  const seen = new IdSet();
  for (const [index, record] of records.entries()) {
    if (index % RECORDS_BETWEEN_YIELDS === 0) yield;
    const parts: string[] = [];
    for (const path of compiled) {
      const value = readPath(path, record);
      const id = idOf(value);
      if (typeof id === 'string') parts.push(id);
      // In a read its digits are kept: that two look the same here is for want of them.
      else if (id.unsafe) parts.push(`${String(value)} ${index}`);
      else return false;
    }
    const id = sourceOf(JSON.stringify(joinId(parts)));
    if (!seen.add(id, 0, id.length)) return false;
  }
  return true;
}
