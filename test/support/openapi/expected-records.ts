import { parseDottedPath } from '../../../src/mapping/paths/parse-dotted-path.js';
import { parseTimestamp } from '../../../src/mapping/values/parse-timestamp.js';
import type { Row } from './collection.js';

/** A table's mapping, as far as tests look at it. */
export interface Mapping {
  recordArrayPath: string;
  idPath?: string;
  fields: { path: string; type: string; name: string }[];
}

/** The value at a dotted path; undefined where there is none. */
export function valueAt(row: unknown, path: string): unknown {
  return namesOf(path).reduce<unknown>(
    (at, name) =>
      typeof at === 'object' && at !== null && Object.hasOwn(at, name)
        ? (at as Row)[name]
        : undefined,
    row,
  );
}

function namesOf(path: string): string[] {
  return parseDottedPath(path).map(({ name, index }) => name ?? String(index));
}

/** A record as the service has to give it. */
export function expectedRecord(row: Row, id: string, mapping: Mapping) {
  return { id: String(row[id]), fields: fieldsOf(row, mapping) };
}

/** The fields of some values of a record, by their names in the table; what is absent is left out. */
export function fieldsOf(row: Row, { fields }: Mapping): Row {
  return Object.fromEntries(
    fields.flatMap(({ path, type, name }) => {
      const value = valueAt(row, path);
      if (value === undefined) return [];
      const isTime = type === 'timestamp' && typeof value === 'string';
      return [[name, isTime ? parseTimestamp(value) : value]];
    }),
  );
}

/** The values of a record that no field of the mapping takes, or more than one. */
export function notTakenOnce(row: Row, { fields }: Mapping): string[] {
  const paths = fields.map(({ path }) => namesOf(path));
  return leavesOf(row)
    .filter((leaf) => {
      const taking = paths.filter((path) => path.every((name, at) => leaf[at] === name));
      return taking.length !== 1;
    })
    .map((leaf) => leaf.join('.'));
}

function leavesOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return [[]];
  return Object.entries(value).flatMap(([name, member]) =>
    leavesOf(member).map((rest) => [name, ...rest]),
  );
}

/** A record with some values changed, at any depth. */
export function changed(row: Row, change: Row): Row {
  const copy = { ...row };
  for (const [name, value] of Object.entries(change)) {
    copy[name] = isObject(value) && isObject(copy[name]) ? changed(copy[name], value) : value;
  }
  return copy;
}

function isObject(value: unknown): value is Row {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
