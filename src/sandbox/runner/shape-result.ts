import { jsonPointer } from '../../common/json-pointer.js';
import { compileMapping } from '../../mapping/compile-mapping.js';
import { describe } from '../../mapping/values/convert.js';
import { ExactNumber } from '../../json/exact-number.js';
import { mapRecord } from '../../mapping/map-records.js';
import { BadPageError } from '../../mapping/mapping.errors.js';
import { idOf } from '../../mapping/records/read-id.js';
import { writeJson } from '../../json/write-json.js';
import type { ResultShape } from '../sandbox.types.js';

/**
 * The JSON text of what a call's value becomes in the shape asked for, exact numbers included.
 * Throws a BadPageError, with a pointer into the value, where that is not as its contract says.
 */
export function shapeResult(shape: ResultShape, value: unknown): string {
  switch (shape.kind) {
    case 'ignored':
      return 'null';
    case 'createdId':
      return JSON.stringify(createdId(value));
    case 'record':
      return value === null ? 'null' : recordJson(shape, value);
    case 'text':
      if (shape.as) shapeResult(shape.as, value);
      return writeJson(value);
  }
}

function recordJson(
  { mapping, requestedId }: Extract<ResultShape, { kind: 'record' }>,
  value: unknown,
): string {
  const compiled = mapping ? compileMapping(mapping) : null;
  const { id, fields, counts } = mapRecord(compiled, value, requestedId);
  if (id !== undefined) return writeJson({ id, fields });
  const { pointer = '', reason = 'no id' } =
    counts.samples.find(({ field }) => field === undefined) ?? {};
  throw new BadPageError(pointer, reason);
}

function createdId(value: unknown): string {
  const isObject = typeof value === 'object' && value !== null && !(value instanceof ExactNumber);
  if (isObject && (Array.isArray(value) || !Object.hasOwn(value, 'id'))) {
    throw new BadPageError('', `expected { id } or an id, found ${describe(value)} without an id`);
  }
  const id = idOf(isObject ? (value as { id: unknown }).id : value);
  if (typeof id === 'string') return id;
  throw new BadPageError(isObject ? jsonPointer(['id']) : '', id.reason);
}
