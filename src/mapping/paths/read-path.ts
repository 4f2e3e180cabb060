import { ExactNumber } from '../../json/exact-number.js';
import type { Location } from '../../common/json-pointer.js';

/**
 * One step of a singular path: a property (`name`), an element counted from the start or, where
 * negative, from the end (`index`), or either, as a dotted name of digits means both.
 */
export interface Step {
  name: string | undefined;
  index: number | undefined;
  /** Whether no array and no prototype has a property of that name, so that none can leak. */
  plain: boolean;
}

/** A path with at most one result. */
export interface SingularPath {
  kind: 'singular';
  source: string;
  steps: Step[];
}

const PROTOTYPES = [Object.prototype, Array.prototype, ExactNumber.prototype];
const DIGITS = /^\d+$/;

/** Makes a step ready for `readPath`. */
export function stepOf(name: string | undefined, index: number | undefined): Step {
  const plain =
    name !== undefined &&
    index === undefined &&
    !DIGITS.test(name) &&
    !PROTOTYPES.some((prototype) => name in prototype);
  return { name, index, plain };
}

/** What a singular path finds in JSON data; undefined where there is nothing. */
export function readPath(path: SingularPath, root: unknown): unknown {
  const { steps } = path;
  let value = root;
  for (let i = 0; i < steps.length; i++) {
    if (typeof value !== 'object' || value === null) return undefined;
    const step = steps[i] as Step;
    value = step.plain
      ? (value as Record<string, unknown>)[step.name as string]
      : take(value, step);
  }
  return value;
}

/** Where a singular path leads in this data, as far as it leads. */
export function locate(path: SingularPath, root: unknown): Location {
  const location: (string | number)[] = [];
  let value = root;
  for (const step of path.steps) {
    const next = typeof value === 'object' && value !== null ? take(value, step) : undefined;
    if (next === undefined) break;
    const { index = 0, name = '' } = step;
    if (Array.isArray(value)) location.push(index < 0 ? value.length + index : index);
    else location.push(name);
    value = next;
  }
  return location;
}

function take(value: object, { name, index }: Step): unknown {
  if (Array.isArray(value)) return index === undefined ? undefined : (value.at(index) as unknown);
  if (name === undefined || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
