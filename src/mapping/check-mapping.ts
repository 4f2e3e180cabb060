import { jsonPointer } from '../common/json-pointer.js';
import { type Fault, PathSyntaxError } from './mapping.errors.js';
import { PG_TYPES } from './mapping.types.js';
import { compilePath } from './paths/paths.js';

/** The path that stands for the key of a record that is an object's member. */
export const KEY_PATH = '@key';

const MAX_FIELDS = 1_000;
const MAX_ID_PARTS = 20;
const MAX_PATH_LENGTH = 2_000;
const MAX_NAME_LENGTH = 255;

/** Beyond this many a list of faults helps nobody, and could grow far larger than what it is about. */
const MAX_FAULTS = 1_000;

/**
 * All faults of what should be a MappingConfig, none where it is one, at most 1,000. The pointers
 * begin with `pointer`. Never throws, whatever JSON it is given.
 */
export function checkMapping(value: unknown, pointer = ''): Fault[] {
  const check = new Check(pointer);
  check.mapping(value);
  return check.faults.slice(0, MAX_FAULTS);
}

type Members = Record<string, unknown>;
type Place = (string | number)[];

class Check {
  readonly faults: Fault[] = [];

  constructor(private readonly root: string) {}

  mapping(value: unknown): void {
    const config = this.members(value, [], ['recordArrayPath', 'fields'], ['idPath']);
    if (!config) return;
    if (Object.hasOwn(config, 'recordArrayPath')) {
      const place = ['recordArrayPath'];
      this.path(config['recordArrayPath'], place);
      if (config['recordArrayPath'] === KEY_PATH) {
        this.add(place, `${KEY_PATH} is a path for ids and fields alone`);
      }
    }
    if (Object.hasOwn(config, 'idPath')) this.idPath(config['idPath']);
    if (Object.hasOwn(config, 'fields')) this.fields(config['fields']);
  }

  private idPath(value: unknown): void {
    if (!Array.isArray(value)) {
      this.path(value, ['idPath'], 'a path, or a list of paths');
    } else if (value.length === 0 || value.length > MAX_ID_PARTS) {
      this.add(['idPath'], `must hold 1 to ${MAX_ID_PARTS} paths`);
    } else {
      value.forEach((part, index) => {
        this.path(part, ['idPath', index]);
      });
    }
  }

  private fields(value: unknown): void {
    if (!Array.isArray(value)) {
      this.add(['fields'], 'must be a list');
    } else if (value.length > MAX_FIELDS) {
      this.add(['fields'], `must hold at most ${MAX_FIELDS} fields`);
    } else {
      const names = new Map<string, number>();
      value.forEach((item, index) => {
        if (this.faults.length < MAX_FAULTS) this.field(item, index, names);
      });
    }
  }

  private field(value: unknown, index: number, names: Map<string, number>): void {
    const place = ['fields', index];
    const field = this.members(value, place, ['path', 'type', 'name']);
    if (!field) return;
    if (Object.hasOwn(field, 'path')) this.path(field['path'], [...place, 'path']);
    if (Object.hasOwn(field, 'type') && !(PG_TYPES as readonly unknown[]).includes(field['type'])) {
      this.add([...place, 'type'], `must be one of ${PG_TYPES.join(', ')}`);
    }
    if (Object.hasOwn(field, 'name')) this.name(field['name'], index, names);
  }

  private name(value: unknown, index: number, names: Map<string, number>): void {
    const place = ['fields', index, 'name'];
    if (typeof value !== 'string') {
      this.add(place, 'must be a string');
      return;
    }
    if (value.trim() === '') this.add(place, 'must not be empty');
    if (value.length > MAX_NAME_LENGTH) {
      this.add(place, `must have at most ${MAX_NAME_LENGTH} characters`);
    }
    if (value.includes('\0')) this.add(place, 'must not hold a NUL character');
    const first = names.get(value);
    if (first === undefined) names.set(value, index);
    else this.add(place, `is the name of field ${first} already`);
  }

  private path(value: unknown, place: Place, expected = 'a path'): void {
    if (typeof value !== 'string') {
      this.add(place, `must be ${expected}`);
      return;
    }
    if (value.length > MAX_PATH_LENGTH) {
      this.add(place, `must have at most ${MAX_PATH_LENGTH} characters`);
      return;
    }
    try {
      compilePath(value);
    } catch (error) {
      this.add(place, error instanceof PathSyntaxError ? error.message : 'is not a path');
    }
  }

  private members(
    value: unknown,
    place: Place,
    required: string[],
    optional: string[] = [],
  ): Members | undefined {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      this.add(place, 'must be an object');
      return undefined;
    }
    for (const key of required) {
      if (!Object.hasOwn(value, key)) this.add([...place, key], 'is required');
    }
    for (const key of Object.keys(value)) {
      if (this.faults.length >= MAX_FAULTS) break;
      if (!required.includes(key) && !optional.includes(key)) {
        this.add([...place, key], 'is not a known property');
      }
    }
    return value as Members;
  }

  private add(place: Place, detail: string): void {
    this.faults.push({ pointer: this.root + jsonPointer(place), detail });
  }
}
