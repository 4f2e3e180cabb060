import { describe, nestsDeeper } from './convert.js';
import { ExactNumber } from './exact-number.js';
import { type Location, jsonPointer } from '../common/json-pointer.js';
import { BadPageError } from './mapping.errors.js';
import { type IdFault, idOf } from './read-id.js';

type Members = Record<string, unknown>;

/**
 * The id of a record that should be `{ id, fields }` already; other properties are ignored. Throws
 * BadPageError, with a pointer that begins at `location`, where it has another shape; only an id
 * that is missing, null, empty or unsafe comes back as a fault.
 */
export function readPlainId(value: unknown, location: () => Location): string | IdFault {
  const refuse = (place: Location, detail: string): never => {
    throw new BadPageError(jsonPointer([...location(), ...place]), detail);
  };
  if (!isObject(value)) return refuse([], `expected { id, fields }, found ${describe(value)}`);
  const fields = own(value, 'fields');
  if (!isObject(fields)) {
    return refuse(['fields'], `expected an object of fields, found ${describe(fields)}`);
  }
  if (nestsDeeper(fields)) return refuse(['fields'], 'nested too deeply');
  const given = own(value, 'id');
  const id = idOf(given);
  if (typeof id === 'string') return id;
  if (typeof given === 'boolean' || (typeof given === 'object' && given !== null)) {
    return refuse(['id'], id.reason);
  }
  return { ...id, location: given === undefined ? [] : ['id'] };
}

/** The fields of a record whose id `readPlainId` has read. */
export function readPlainFields(value: unknown): Members {
  return (value as { fields: Members }).fields;
}

function own(members: Members, name: string): unknown {
  return Object.hasOwn(members, name) ? members[name] : undefined;
}

function isObject(value: unknown): value is Members {
  if (typeof value !== 'object' || value === null) return false;
  return !Array.isArray(value) && !(value instanceof ExactNumber);
}
