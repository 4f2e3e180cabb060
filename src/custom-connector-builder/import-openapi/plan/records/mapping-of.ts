import type { MappingConfig } from '../../../../mapping/mapping.types.js';
import { dottedPath } from './dotted-path.js';
import type { TablePlan } from '../plan.types.js';

/** The mapping of a table's pages to its records. */
export function mappingOf({ records, id, fields }: TablePlan): MappingConfig {
  return {
    recordArrayPath: dottedPath(records.path),
    idPath: id === undefined ? '@key' : dottedPath([id]),
    fields: fields.map(({ name, path, type }) => ({ path: dottedPath(path), type, name })),
  };
}
