import type { CompiledField, CompiledMapping } from '../compile-mapping.js';
import { explainMisfit, MISFIT, type Misfit } from '../values/convert.js';
import { PathEvaluationError } from '../mapping.errors.js';
import { findAll, type QueryPath } from '../paths/paths.js';
import { locate, readPath } from '../paths/read-path.js';

/** A value that did not fit the type of its field; the location goes from the record. */
export interface FieldMisfit extends Misfit {
  field: string;
}

/**
 * The fields of one record, in the order of the mapping (but names that are array indices first, as
 * in any object). What is absent in the record is absent here; what does not fit is null, and is
 * added to `misfits`.
 */
export function readFields(
  mapping: CompiledMapping,
  record: unknown,
  key: string | undefined,
  misfits: FieldMisfit[],
): Record<string, unknown> {
  const fields: Record<string, unknown> = {};
  for (const field of mapping.fields) {
    const value = readField(field, record, key, misfits);
    if (value === undefined) continue;
    if (field.name === '__proto__') define(fields, field.name, value);
    else fields[field.name] = value;
  }
  return fields;
}

function readField(
  field: CompiledField,
  record: unknown,
  key: string | undefined,
  misfits: FieldMisfit[],
): unknown {
  const { path } = field;
  if (path.kind === 'query') return readQuery(field, path, record, misfits);
  const found = path.kind === 'key' ? key : readPath(path, record);
  if (found === undefined) return undefined;
  const value = field.convert(found);
  if (value !== MISFIT) return value;
  const { location, reason } = explainMisfit(field.type, found);
  const base = path.kind === 'key' ? [] : locate(path, record);
  misfits.push({ field: field.name, location: [...base, ...location], reason });
  return null;
}

function readQuery(
  field: CompiledField,
  path: QueryPath,
  record: unknown,
  misfits: FieldMisfit[],
): unknown {
  const misfit = (fault: Misfit): null => {
    misfits.push({ field: field.name, ...fault });
    return null;
  };
  try {
    const found = findAll(path, record);
    const takesList = field.type.endsWith('[]') || field.type === 'jsonb';
    if (!takesList && found.length > 1) {
      return misfit({
        location: [],
        reason: `the path finds ${found.length} values where the type takes one`,
      });
    }
    const value = takesList ? found.map((item) => item.value) : found[0]?.value;
    if (value === undefined) return undefined;
    const converted = field.convert(value);
    if (converted !== MISFIT) return converted;
    const { location, reason } = explainMisfit(field.type, value);
    const [index] = takesList ? location : [0];
    return misfit({ location: found[Number(index)]?.location ?? [], reason });
  } catch (error) {
    if (!(error instanceof PathEvaluationError)) throw error;
    return misfit({ location: [], reason: error.message });
  }
}

/** An assignment to `__proto__` would set the prototype. */
function define(fields: Record<string, unknown>, name: string, value: unknown): void {
  Object.defineProperty(fields, name, {
    value,
    writable: true,
    enumerable: true,
    configurable: true,
  });
}
