import { jsonPointer } from '../../common/json-pointer.js';
import type { Fault } from '../../common/problem.js';

export const MAX_RECORDS = 1_000;
/** Of unknown properties a body may hold more than anybody wants to be told of. */
const MAX_FAULTS = 10_000;

const CHECKS = { id: explainId, fields: explainFields };

/** The faults of the records of a body, each of which has these properties and no other. */
export function checkRecords(records: unknown, properties: readonly ('id' | 'fields')[]): Fault[] {
  const faults: Fault[] = [];
  const add = (place: (string | number)[], detail: string | null): void => {
    if (detail === null || faults.length >= MAX_FAULTS) return;
    faults.push({ pointer: jsonPointer(['records', ...place]), detail });
  };
  for (const [index, record] of listOf(records).entries()) {
    if (!isObject(record)) {
      add([index], `must be an object { ${properties.join(', ')} }`);
      continue;
    }
    for (const name of properties) add([index, name], CHECKS[name](own(record, name)));
    for (const name of Object.keys(record)) {
      const isKnown = (properties as readonly string[]).includes(name);
      if (!isKnown) add([index, name], 'is not a property of a record here');
    }
  }
  return faults;
}

/** The faults of the ids of a body. */
export function checkIds(ids: unknown): Fault[] {
  return listOf(ids).flatMap((id, index) => {
    const detail = explainId(id);
    return detail === null ? [] : [{ pointer: jsonPointer(['ids', index]), detail }];
  });
}

/** What is no list, or too long a one, is told of as such and not looked into. */
function listOf(value: unknown): unknown[] {
  return Array.isArray(value) && value.length <= MAX_RECORDS ? value : [];
}

function own(record: Record<string, unknown>, name: string): unknown {
  return Object.hasOwn(record, name) ? record[name] : undefined;
}

function explainId(id: unknown): string | null {
  return typeof id === 'string' && id !== '' ? null : 'must be a text that is not empty';
}

function explainFields(fields: unknown): string | null {
  return isObject(fields) ? null : 'must be an object';
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
