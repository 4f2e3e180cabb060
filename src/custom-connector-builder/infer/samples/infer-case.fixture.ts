import type { FieldMapping, PgType } from '../../../mapping/mapping.types.js';

/** A sample of a response, and the mapping that a careful person would accept for it. */
export interface InferCase {
  title: string;
  sample: unknown;
  recordArrayPath: string;
  idPath: string | string[];
  /** How many records the sample holds. */
  records: number;
  /** By path the type, and after a space the name where it is not the path itself. */
  fields: Record<string, string>;
  /** The sample is one record, as `getRecord` gets it. */
  single?: true;
}

/** The fields of a case as a mapping has them. */
export function fieldsOf({ fields }: InferCase): FieldMapping[] {
  return Object.entries(fields).map(([path, told]) => {
    const [type = '', ...name] = told.split(' ');
    return { path, type: type as PgType, name: name.length > 0 ? name.join(' ') : path };
  });
}
