import type { Sign } from './answer.types.js';
import { isObject } from './find-list.js';
import { type Holder, sign } from './holder.js';

const MOST_SHOWN = 120;
const FAILED = new Set(['error', 'fail']);

/**
 * An error that a response with a 2xx status carries at its root: `ok` or `success` false, `status`
 * `error` or `fail`, or an `error` or `errors` that is not empty. None where the root is a record.
 */
export function surveyError(root: unknown, holder: Holder | undefined): Sign | undefined {
  if (!isObject(root) || !holder || holder.isRecord) return undefined;
  for (const [plain, name, value] of holder.members) {
    const isFlag = plain === 'ok' || plain === 'success';
    const isStatus = plain === 'status' && typeof value === 'string';
    const isError = plain === 'error' || plain === 'errors';
    if (isFlag && value === false) return sign([name], `${name} is false`);
    if (isStatus && FAILED.has(value.toLowerCase())) return sign([name], `${name} is ${value}`);
    if (isError && !isEmpty(value)) return sign([name], `${name} is ${shown(value)}`);
  }
  return undefined;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isObject(value)) return Object.keys(value).length === 0;
  return value === null || value === false || value === 0 || value === '';
}

function shown(value: unknown): string {
  const text = JSON.stringify(value);
  return text.length > MOST_SHOWN ? `${text.slice(0, MOST_SHOWN)}…` : text;
}
