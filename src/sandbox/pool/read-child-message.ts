import type { MappingCounts, MappingSample, ReadWarning } from '../../mapping/mapping.types.js';
import type { ChildOutcome, FromChild } from '../child-messages.js';
import { cutText, LOG_TEXT_BYTES, MESSAGE_BYTES } from '../cut-text.js';
import { ProtocolError } from '../sandbox.errors.js';
import type { LimitCode, LogLine } from '../sandbox.types.js';

type Fields = Record<string, unknown>;

const MAX_SAMPLES = 20;
const LEVELS: readonly LogLine['level'][] = ['debug', 'info', 'warn', 'error'];
const LIMIT_CODES: readonly LimitCode[] = [
  'run.time',
  'run.cpu',
  'run.memory',
  'run.stalled',
  'run.requests',
  'run.response',
  'run.result',
];

/**
 * A message as a process sent it, checked member by member: the process may have been taken over by
 * the code it runs. Throws a ProtocolError at anything the protocol does not know.
 */
export function readChildMessage(header: Fields): FromChild {
  switch (header['type']) {
    case 'ready':
    case 'pong':
      return { type: header['type'] };
    case 'fetch':
      return {
        type: 'fetch',
        id: natural(header['id']),
        method: text(header['method']),
        url: text(header['url']),
        headers: list(header['headers']).map(pair),
        redirect: oneOf(header['redirect'], ['follow', 'error', 'manual']),
        hasBody: header['hasBody'] === true,
      };
    case 'abort':
      return { type: 'abort', id: natural(header['id']) };
    case 'log':
      return { type: 'log', line: logLine(object(header['line'])) };
    case 'page':
      return { type: 'page', inSeries: header['inSeries'] === true };
    case 'records':
      return {
        type: 'records',
        count: natural(header['count']),
        pages: natural(header['pages']),
        ...(header['total'] === undefined ? {} : { total: natural(header['total']) }),
      };
    case 'done':
      return {
        type: 'done',
        outcome: outcome(object(header['outcome'])),
        logDropped: natural(header['logDropped']),
        cpuMs: natural(header['cpuMs']),
        ...(header['counts'] === undefined ? {} : { counts: counts(object(header['counts'])) }),
      };
    default:
      throw new ProtocolError('A message of an unknown type came.');
  }
}

function outcome(fields: Fields): ChildOutcome {
  if (fields['kind'] === 'ok') {
    return { kind: 'ok', stop: oneOf(fields['stop'], ['end', 'cut']) };
  }
  const message = cutText(text(fields['message']), MESSAGE_BYTES);
  const position = {
    ...(fields['line'] === undefined ? {} : { line: natural(fields['line']) }),
    ...(fields['column'] === undefined ? {} : { column: natural(fields['column']) }),
  };
  switch (fields['kind']) {
    case 'limit':
      return { kind: 'limit', code: oneOf(fields['code'], LIMIT_CODES), message };
    case 'syntax':
      return { kind: 'syntax', message, ...position };
    case 'type':
      return { kind: 'type', message, ...optionalText('pointer', fields['pointer']) };
    case 'remote':
      return { kind: 'remote', code: cutText(text(fields['code']), 64), message, ...position };
    case 'thrown': {
      const status = fields['status'] === undefined ? {} : { status: natural(fields['status']) };
      return { kind: 'thrown', message, ...status, ...position };
    }
    case 'missing':
      return { kind: 'missing', message };
    default:
      throw new ProtocolError('An outcome of an unknown kind came.');
  }
}

function counts(fields: Fields): MappingCounts {
  return {
    records: natural(fields['records']),
    pages: natural(fields['pages']),
    duplicates: natural(fields['duplicates']),
    rejected: natural(fields['rejected']),
    invalid: natural(fields['invalid']),
    samples: list(fields['samples'], MAX_SAMPLES).map((item) => sample(object(item))),
    warnings: list(fields['warnings'], MAX_SAMPLES).map((item) => warning(object(item))),
  };
}

function sample(fields: Fields): MappingSample {
  const { record } = fields;
  return {
    record: typeof record === 'number' ? natural(record) : cutText(text(record), MESSAGE_BYTES),
    ...optionalText('field', fields['field']),
    pointer: cutText(text(fields['pointer']), MESSAGE_BYTES),
    reason: cutText(text(fields['reason']), MESSAGE_BYTES),
  };
}

function warning(fields: Fields): ReadWarning {
  return {
    code: cutText(text(fields['code']), MESSAGE_BYTES),
    detail: cutText(text(fields['detail']), MESSAGE_BYTES),
    ...optionalText('request', fields['request']),
    ...optionalText('pointer', fields['pointer']),
    ...optionalText('header', fields['header']),
  };
}

function logLine(fields: Fields): LogLine {
  return {
    atMs: natural(fields['atMs']),
    level: oneOf(fields['level'], LEVELS),
    text: cutText(text(fields['text']), LOG_TEXT_BYTES),
  };
}

function object(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new ProtocolError('A message has a member that is not an object.');
}

function list(value: unknown, most = Infinity): unknown[] {
  if (Array.isArray(value) && value.length <= most) return value;
  throw new ProtocolError('A message has a member that is not a list, or one too long.');
}

function text(value: unknown): string {
  if (typeof value === 'string') return value;
  throw new ProtocolError('A message has a member that is not text.');
}

function optionalText<K extends string>(key: K, value: unknown): Partial<Record<K, string>> {
  if (value === undefined) return {};
  return { [key]: cutText(text(value), MESSAGE_BYTES) } as Record<K, string>;
}

function natural(value: unknown): number {
  if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
  throw new ProtocolError('A message has a member that is not a natural number.');
}

function pair(value: unknown): [name: string, value: string] {
  const [name, content] = list(value, 2);
  return [text(name), text(content)];
}

function oneOf<T extends string>(value: unknown, allowed: readonly T[]): T {
  const found = allowed.find((item) => item === value);
  if (found !== undefined) return found;
  throw new ProtocolError('A message has a member that is not one of its allowed values.');
}
