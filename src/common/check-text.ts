import { jsonPointer } from './json-pointer.js';
import type { Fault } from './problem.js';

const MAX_DEPTH = 100;
const MAX_FAULTS = 100;

// With the u flag a surrogate escape matches only one that has no partner.
const UNSTORABLE = /\0|[\ud800-\udfff]/u;

/** Whether PostgreSQL can hold a text: no NUL, no half of a surrogate pair. */
export function isStorable(text: string): boolean {
  return !UNSTORABLE.test(text);
}

/** The text with U+FFFD in place of what PostgreSQL can't hold; as it is where there is nothing. */
export function storable(text: string): string {
  return isStorable(text) ? text : text.replaceAll('\0', '\ufffd').toWellFormed();
}

/**
 * The faults of a parsed JSON value that no route takes: text that cannot be stored, in values and
 * in names, numbers beyond the range of a double, the name `__proto__`, and nesting deeper than 100 levels. At most 100 faults are named.
 */
export function checkText(value: unknown): Fault[] {
  const faults: Fault[] = [];
  const path: (string | number)[] = [];

  function fault(detail: string): void {
    if (faults.length < MAX_FAULTS) faults.push({ pointer: jsonPointer(path), detail });
  }

  function visit(current: unknown): void {
    if (typeof current === 'string') {
      if (!isStorable(current)) fault('holds NUL or half of a surrogate pair');
    } else if (typeof current === 'number') {
      // Too large for a double, it was read as Infinity, which JSON can only write as null.
      if (!Number.isFinite(current)) fault('is a number beyond the range of a double');
    } else if (typeof current === 'object' && current !== null) {
      if (path.length >= MAX_DEPTH) fault(`is nested more than ${MAX_DEPTH} levels deep`);
      else if (Array.isArray(current)) visitItems(current);
      else visitMembers(current as Record<string, unknown>);
    }
  }

  // By index: the names of millions of items take longer to make than all else.
  function visitItems(items: unknown[]): void {
    const depth = path.length;
    for (let at = 0; at < items.length; at += 1) {
      path[depth] = at;
      visit(items[at]);
    }
    path.length = depth;
  }

  function visitMembers(members: Record<string, unknown>): void {
    const depth = path.length;
    for (const key of Object.keys(members)) {
      path[depth] = key;
      if (!isStorable(key)) fault('has a name that holds NUL or half of a surrogate pair');
      // Libraries on the way to the database drop such a member without a word.
      if (key === '__proto__') fault('has the name __proto__, which is not taken');
      visit(members[key]);
    }
    path.length = depth;
  }

  visit(value);
  return faults;
}
