import { parseJson } from '../../json/parse-json.js';
import type { Values } from './judge-change.js';
import type { Change, JournalChange } from './publication.types.js';
import type { ChangeOp } from './judge-change.js';

/** A staged change as it stands in the database; jsonb as text, in which no digit is lost. */
export interface ChangeRow {
  changeId: string;
  tableId: string;
  id: string;
  op: string;
  fields: string;
  base: string;
}

export interface JournalRow extends ChangeRow {
  position: number;
  idempotencyKey: string;
  theirs: string | null;
}

/** Parses a staged change. */
export function readChange({ changeId, tableId, id, op, fields, base }: ChangeRow): Change {
  return {
    ...{ changeId, tableId, id, op: op as ChangeOp },
    ...{ fields: readValues(fields), base: readValues(base) },
  };
}

/** Parses a change of a publication. */
export function readJournalChange(row: JournalRow): JournalChange {
  const { position, idempotencyKey, theirs } = row;
  return {
    ...readChange(row),
    ...{ position, idempotencyKey, theirs: theirs === null ? null : readValues(theirs) },
  };
}

/** Parses the values of a record. */
export function readValues(text: string): Values {
  return parseJson(text) as Values;
}

/** Every ExactNumber of it becomes its digits as text: functions get plain JSON. */
export function plainValues(values: Values): Record<string, unknown> {
  return JSON.parse(JSON.stringify(values)) as Record<string, unknown>;
}

const UNSTORABLE_ESCAPES =
  /\\\\|\\u0000|\\ud[89ab][0-9a-f]{2}\\ud[c-f][0-9a-f]{2}|\\ud[89a-f][0-9a-f]{2}/gi;

/** A JSON text with U+FFFD in place of what PostgreSQL can't hold: NUL, and halves of surrogate pairs. */
export function storableJson(text: string): string {
  const clean = text.toWellFormed();
  if (!clean.includes('\\u')) return clean;
  return clean.replace(UNSTORABLE_ESCAPES, (escape) => (escape.length === 6 ? '\\ufffd' : escape));
}
