import type { CompiledMapping, ValuePath } from '../compile-mapping.js';
import { describe, type Misfit } from '../values/convert.js';
import { ExactNumber } from '../../json/exact-number.js';
import { joinId } from '../../common/entity-id.js';
import type { Location } from '../../common/json-pointer.js';
import { PathEvaluationError } from '../mapping.errors.js';
import { findAll } from '../paths/paths.js';
import { locate, readPath } from '../paths/read-path.js';

/** Why a record has no id. */
export interface IdFault extends Misfit {
  /** An integer beyond 2^53-1 that was read as a number, so that its last digits may be wrong. */
  unsafe: boolean;
}

/** The id of a record, joined from its parts where the mapping names several; or why it has none. */
export function readId(
  mapping: CompiledMapping,
  record: unknown,
  key: string | undefined,
): string | IdFault {
  const [first] = mapping.ids;
  if (!mapping.joined && first) return readPart(first, record, key);
  const parts: string[] = [];
  for (const path of mapping.ids) {
    const part = readPart(path, record, key);
    if (typeof part !== 'string') return part;
    parts.push(part);
  }
  return joinId(parts);
}

/** The id that a value is: a string that is not empty, or a number whose digits are sure. */
export function idOf(value: unknown): string | Omit<IdFault, 'location'> {
  if (typeof value === 'string' && value !== '') return value;
  if (value instanceof ExactNumber) return value.toString();
  if (typeof value === 'number' && Number.isFinite(value)) {
    if (Number.isSafeInteger(value) || !Number.isInteger(value)) return String(value);
    const reason = `the id is an integer beyond 2^53-1 that was read as a number: ${value}`;
    return { unsafe: true, reason };
  }
  const found = value === '' ? 'an empty text' : describe(value);
  return { unsafe: false, reason: `expected a text or a number as id, found ${found}` };
}

function readPart(path: ValuePath, record: unknown, key: string | undefined): string | IdFault {
  if (path.kind === 'singular') {
    const id = idOf(readPath(path, record));
    return typeof id === 'string' ? id : { ...id, location: locate(path, record) };
  }
  if (path.kind === 'key') return at([], idOf(key));
  try {
    const found = findAll(path, record);
    const [first] = found;
    if (found.length < 2) return at(first?.location ?? [], idOf(first?.value));
    return {
      unsafe: false,
      location: [],
      reason: `the path of the id finds ${found.length} values`,
    };
  } catch (error) {
    if (!(error instanceof PathEvaluationError)) throw error;
    return { unsafe: false, location: [], reason: error.message };
  }
}

function at(location: Location, id: ReturnType<typeof idOf>): string | IdFault {
  return typeof id === 'string' ? id : { ...id, location };
}
