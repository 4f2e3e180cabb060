import { ProtocolError } from '../sandbox.errors.js';
import type { JsonValue, ResultShape } from '../sandbox.types.js';

/**
 * The value of a call, from the payload of its end. Throws a ProtocolError where it has not the
 * shape that was asked for: the process that made it may have been taken over.
 */
export function readValue(payload: Buffer, shape: ResultShape | undefined): JsonValue {
  if (shape?.kind === 'ignored') return null;
  const text = shape?.kind === 'text' && payload.length === 0 ? 'null' : payload.toString();
  const value = parse(text);
  switch (shape?.kind) {
    case undefined:
      return value;
    case 'text':
      return text;
    case 'createdId':
      if (typeof value === 'string') return value;
      break;
    case 'record':
      if (value === null) return null;
      // The text itself, for parsed its large numbers are others.
      if (isRecord(value)) return text;
      break;
  }
  throw new ProtocolError('The value of a call has another shape than asked for.');
}

function parse(text: string): JsonValue {
  try {
    return JSON.parse(text) as JsonValue;
  } catch {
    throw new ProtocolError('The value of a call is not JSON.');
  }
}

function isRecord(value: JsonValue): boolean {
  if (!isObject(value)) return false;
  const { id, fields, ...others } = value;
  const whole = typeof id === 'string' && fields !== undefined && isObject(fields);
  return whole && Object.keys(others).length === 0;
}

function isObject(value: JsonValue): value is Record<string, JsonValue> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
