import { createHash } from 'node:crypto';
import type { Fault } from '../../common/problem.js';
import { isStorable } from '../../common/check-text.js';

/** Where a page begins: behind this record. `key` is what it is sorted by, as text. */
export interface Position {
  id: string;
  key?: string | null;
}

/** Names a list by all that decides what is in it and in which order. */
export function listDigest(list: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(list)).digest('base64url').slice(0, 12);
}

/** The cursor of a position in the list of this digest. */
export function encodeRecordCursor({ id, key }: Position, digest: string): string {
  const parts = { list: digest, id, ...(key === undefined ? {} : { key }) };
  return Buffer.from(JSON.stringify(parts)).toString('base64url');
}

/** Reads a cursor that `encodeRecordCursor` made for a list of this digest; gives any other as a fault. */
export function decodeRecordCursor(
  text: string,
  digest: string,
  isSorted: boolean,
): Position | Fault {
  const position = parsePosition(text, digest);
  if (position !== null && (position.key === undefined) !== isSorted) {
    if (encodeRecordCursor(position, digest) === text) return position;
  }
  return CURSOR_FAULT;
}

export const CURSOR_FAULT: Fault = {
  parameter: 'cursor',
  detail: 'is not a cursor of this list, with this filter, state and sort',
};

function parsePosition(text: string, digest: string): Position | null {
  let parsed: unknown;
  try {
    parsed = JSON.parse(Buffer.from(text, 'base64url').toString());
  } catch {
    return null;
  }
  if (typeof parsed !== 'object' || parsed === null) return null;
  const { list, id, key } = parsed as Record<string, unknown>;
  if (list !== digest || typeof id !== 'string' || !isStorable(id)) return null;
  if (key === undefined || key === null) return { id, ...(key === null ? { key } : {}) };
  return typeof key === 'string' && isStorable(key) ? { id, key } : null;
}
