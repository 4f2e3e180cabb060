import { jsonPointer, type Location } from '../common/json-pointer.js';
import type { Sign } from './answer.types.js';

/** An object of a response that may tell of its page, and where it is. */
export interface Holder {
  members: [plain: string, name: string, value: unknown][];
  location: Location;
  /** Whether it is a record itself: its `total` is then a value like any other. */
  isRecord: boolean;
}

/** Whether a value may be an id. */
export function isScalar(value: unknown): boolean {
  return (typeof value === 'string' && value !== '') || typeof value === 'number';
}

/** A sign that stands in the body. */
export function sign(location: Location, what: string): Sign {
  return { pointer: jsonPointer(location), what };
}
