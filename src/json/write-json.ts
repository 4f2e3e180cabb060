import { ExactNumber } from './exact-number.js';
import { JsonTooDeepError } from './json.errors.js';

/**
 * `JSON.stringify`, except that an ExactNumber is written as its exact digits and what JSON does
 * not know as `null`. Throws JsonTooDeepError where the value is nested too deeply for the stack.
 */
export function writeJson(value: unknown): string {
  try {
    const before = ExactNumber.serialized;
    const text = JSON.stringify(value) as string | undefined;
    return (ExactNumber.serialized === before ? text : write(value)) ?? 'null';
  } catch (error) {
    if (error instanceof RangeError) throw new JsonTooDeepError({ cause: error });
    throw error;
  }
}

function write(value: unknown): string | undefined {
  if (value instanceof ExactNumber) return value.source;
  if (typeof value !== 'object' || value === null) {
    return JSON.stringify(value);
  }
  if (Array.isArray(value)) return `[${value.map((item) => write(item) ?? 'null').join(',')}]`;
  if ('toJSON' in value && typeof value.toJSON === 'function') {
    return JSON.stringify(value);
  }
  const members: string[] = [];
  for (const [key, member] of Object.entries(value)) {
    const text = write(member);
    if (text !== undefined) members.push(`${JSON.stringify(key)}:${text}`);
  }
  return `{${members.join(',')}}`;
}
