import { checkMapping, KEY_PATH } from './check-mapping.js';
import { type Converter, CONVERTERS } from './values/convert.js';
import { InvalidMappingError } from './mapping.errors.js';
import type { FieldMapping, MappingConfig, PgType } from './mapping.types.js';
import { type CompiledPath, compilePath } from './paths/paths.js';

/** The path `@key`: the key of a record that is an object's member, or the id asked for. */
export interface KeyPath {
  kind: 'key';
}

export type ValuePath = CompiledPath | KeyPath;

export interface CompiledField {
  name: string;
  type: PgType;
  path: ValuePath;
  convert: Converter;
}

/** A mapping made ready for many pages; made by `compileMapping`. */
export interface CompiledMapping {
  records: CompiledPath;
  ids: ValuePath[];
  /** Whether the id is joined from parts. */
  joined: boolean;
  fields: CompiledField[];
}

/** A column of the table that a mapping gives. */
export interface MappedColumn {
  id: string;
  displayName: string;
  type: PgType;
}

/** Compiles a mapping; throws InvalidMappingError where `checkMapping` finds faults. */
export function compileMapping(config: MappingConfig): CompiledMapping {
  const faults = checkMapping(config);
  if (faults.length > 0) throw new InvalidMappingError(faults);
  const idPath = config.idPath ?? 'id';
  return {
    records: compilePath(config.recordArrayPath),
    ids: (Array.isArray(idPath) ? idPath : [idPath]).map(compileValuePath),
    joined: Array.isArray(idPath),
    fields: config.fields.map(compileField),
  };
}

/** The columns of the table that a mapping gives, in the order of its fields. */
export function columnsOf(config: MappingConfig): MappedColumn[] {
  return config.fields.map(({ name, type }) => ({ id: name, displayName: name, type }));
}

function compileField({ name, type, path }: FieldMapping): CompiledField {
  return { name, type, path: compileValuePath(path), convert: CONVERTERS[type] };
}

function compileValuePath(path: string): ValuePath {
  return path === KEY_PATH ? { kind: 'key' } : compilePath(path);
}
