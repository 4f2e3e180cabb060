import { createHash } from 'node:crypto';
import { writeJson } from '../mapping/write-json.js';

/** Records of a list that are compared, evenly spaced: lists of up to so many are compared whole. */
const COMPARED = 32;

const known = new WeakMap<readonly unknown[], string>();

/** A text that is equal for equal lists of records; undefined for an empty one. */
export function fingerprintOf(values: readonly unknown[]): string | undefined {
  if (values.length === 0) return undefined;
  const before = known.get(values);
  if (before !== undefined) return before;
  const hash = createHash('sha256').update(String(values.length));
  const step = Math.max(1, (values.length - 1) / (COMPARED - 1));
  for (let at = 0; at < values.length; at += step) {
    hash.update(`\n${writeJson(values[Math.round(at)])}`);
  }
  const fingerprint = hash.digest('base64');
  known.set(values, fingerprint);
  return fingerprint;
}
