import { isStorable } from '../common/check-text.js';
import { jsonPointer } from '../common/json-pointer.js';
import type { Column } from '../custom-connector/custom-connector.types.js';
import { joinId } from '../common/entity-id.js';
import { PG_TYPES, type PgType } from '../mapping/mapping.types.js';
import type { JsonValue } from '../sandbox/sandbox.types.js';
import type { Table } from './connector.types.js';
import { BadResultError, type FailedRun } from './run.errors.js';

/** Reads what `listTables` gave; anything else than `[{ id, displayName }]` is a BadResultError. */
export function readTables(run: FailedRun, value: JsonValue): Table[] {
  const seen = new Set<string>();
  return readObjects(run, value, '[{ id: string[], displayName }]').map((table, index) => {
    const { id, displayName } = table;
    const bad = (key: string, detail: string) =>
      new BadResultError(run, detail, jsonPointer([index, key]));
    const whole = Array.isArray(id) && id.length > 0 && id.every(isName);
    if (!whole) throw bad('id', 'the id of a table must be an array of texts that are not empty');
    if (typeof displayName !== 'string') throw bad('displayName', 'displayName must be text');
    const wsId = joinId(id);
    if (seen.has(wsId)) throw bad('id', 'two tables have the same id');
    seen.add(wsId);
    return { id: { wsId, remoteId: id }, displayName };
  });
}

/** Reads what `fetchSchema` gave; anything else than columns is a BadResultError. */
export function readColumns(run: FailedRun, value: JsonValue): Column[] {
  const seen = new Set<string>();
  return readObjects(run, value, '[{ id, displayName, type }]').map((column, index) => {
    const { id, displayName, type } = column;
    const bad = (key: string, detail: string) =>
      new BadResultError(run, detail, jsonPointer([index, key]));
    if (!isName(id)) throw bad('id', 'the id of a column must be a text that is not empty');
    if (seen.has(id)) throw bad('id', 'two columns have the same id');
    seen.add(id);
    if (typeof displayName !== 'string') throw bad('displayName', 'displayName must be text');
    if (!isType(type)) throw bad('type', `type must be one of ${PG_TYPES.join(', ')}`);
    return { id, displayName, type };
  });
}

/** Of the id of a record that was made, in UTF-16 units: it is kept, and sent back. */
const MAX_ID_LENGTH = 4_096;

/** Reads the id that `createRecord` gave; one that is too long is a BadResultError. */
export function readCreatedId(run: FailedRun, value: JsonValue): string {
  if (typeof value === 'string' && value.length <= MAX_ID_LENGTH) return value;
  throw new BadResultError(run, `the id must be a text of at most ${MAX_ID_LENGTH} characters`);
}

/** Reads the text of a record, as the sandbox has made it of what `getRecord` gave. */
export function readRecord(run: FailedRun, value: JsonValue): string | null {
  if (typeof value === 'string' || value === null) return value;
  throw new BadResultError(run, 'the result must be a record');
}

function readObjects(
  run: FailedRun,
  value: JsonValue,
  shape: string,
): Record<string, JsonValue | undefined>[] {
  if (!Array.isArray(value)) throw new BadResultError(run, `the result must be ${shape}`);
  return value.map((item, index) => {
    if (typeof item !== 'object' || item === null || Array.isArray(item)) {
      throw new BadResultError(run, `the result must be ${shape}`, jsonPointer([index]));
    }
    return item;
  });
}

function isName(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value !== '' && isStorable(value);
}

function isType(value: JsonValue | undefined): value is PgType {
  return (PG_TYPES as readonly unknown[]).includes(value);
}
