import { isObject } from '../../../completeness/find-list.js';
import type { RecordPlace } from './find-records.js';
import { ownIdName } from './record-names.js';
import { type Steps, writeDottedPath, writeJsonPath } from '../write-path.js';

/** Nobody looks for one record among more. */
const MOST_MEMBERS = 256;

/**
 * The `recordArrayPath` by which a mapping finds records at this place; undefined where none finds
 * them alone. A path to an object gives its members, so that a single record is found as the only
 * member of what holds it, or as the only one that has an id. The root can't be found as a record: the
 * empty path fits `getRecord`, and a `pollRecords` that gives it in an array.
 */
export function pathToRecords(sample: unknown, place: RecordPlace): string | undefined {
  const { holding, location } = place;
  if (holding === 'root') return '';
  if (holding === 'rows') return query(location, '[1:]');
  if (holding === 'lists') return query(location, '[*][*]');
  if (holding !== 'member') return writeDottedPath(location);
  const above = location.slice(0, -1);
  const holder = above.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown>)[step],
    sample,
  );
  const names = Object.keys(holder as object);
  if (names.length === 1) return writeDottedPath(above);
  if (names.length > MOST_MEMBERS) return undefined;
  const members = Object.values(holder as object).filter(isObject);
  const id = ownIdName(place.value as Record<string, unknown>);
  const found = members.filter((member) => id !== undefined && Object.hasOwn(member, id));
  if (id === undefined || found.length !== 1) return undefined;
  return query(above, `[?@[${JSON.stringify(id)}]]`);
}

function query(location: Steps, selectors: string): string | undefined {
  const path = writeJsonPath(location);
  return path === undefined ? undefined : path + selectors;
}
