import { isObject } from '../../completeness/find-list.js';
import type { RecordPlace } from './find-records.js';
import { ownIdName } from './record-names.js';
import { writeDottedPath, writeJsonPath } from './write-path.js';

/**
 * The `recordArrayPath` by which a mapping finds records at this place; undefined where none finds
 * them alone. A path to an object gives its members, so that a single record is found as the only
 * member of what holds it, or as the only one that has an id. The root can't be found as a record: the
 * empty path fits `getRecord`, and a `pollRecords` that gives it in an array.
 */
export function pathToRecords(sample: unknown, place: RecordPlace): string | undefined {
  const { holding, location } = place;
  if (holding === 'root') return '';
  if (holding === 'rows') return `${writeJsonPath(location)}[1:]`;
  if (holding === 'lists') return `${writeJsonPath(location)}[*][*]`;
  if (holding !== 'member') return writeDottedPath(location);
  const above = location.slice(0, -1);
  const holder = above.reduce<unknown>(
    (value, step) => (value as Record<string | number, unknown>)[step],
    sample,
  );
  const members = Object.values(holder as object).filter(isObject);
  if (members.length === Object.keys(holder as object).length && members.length === 1) {
    return writeDottedPath(above);
  }
  const id = ownIdName(place.value as Record<string, unknown>);
  const found = members.filter((member) => id !== undefined && Object.hasOwn(member, id));
  if (id === undefined || found.length !== 1) return undefined;
  return `${writeJsonPath(above)}[?@[${JSON.stringify(id)}]]`;
}
