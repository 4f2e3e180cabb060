import { own } from './members.js';
import { isSameValue } from '../same-value.js';
import type { Values } from './judge-change.js';
import type { Change } from './publication.types.js';

/** What the remote shows of a change that was sent: carried out, not carried out, or neither. */
export type Sight = 'done' | 'not-done' | 'unknown';

/**
 * Says of an update or deletion that was sent, and of which no answer came, what the remote's record
 * tells of it now. `before` is what the remote had when it was planned. Nothing can be told of a creation.
 */
export function settleDoubt(
  { op, fields, base }: Change,
  before: Values | null,
  now: Values | null,
): Sight {
  if (op === 'create') return 'unknown';
  if (op === 'delete') return now === null ? 'done' : 'not-done';
  if (now === null) return 'unknown';
  const names = Object.keys(fields);
  const has = (values: Values) =>
    names.every((name) => isSameValue(own(now, name), own(values, name)));
  if (has(fields)) return 'done';
  return has(before ?? base) ? 'not-done' : 'unknown';
}
