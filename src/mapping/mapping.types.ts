/** The types that a column of a table can have. */
export const PG_TYPES = [
  'text',
  'text[]',
  'numeric',
  'numeric[]',
  'boolean',
  'boolean[]',
  'jsonb',
  'timestamp',
] as const;

export type PgType = (typeof PG_TYPES)[number];

export interface FieldMapping {
  path: string;
  type: PgType;
  name: string;
}

/** Where in a response the records are, which path gives their id, and which paths their fields. */
export interface MappingConfig {
  recordArrayPath: string;
  idPath?: string | string[];
  fields: FieldMapping[];
}

/** One value that did not fit its field's type, or one record that was not kept. */
export interface MappingSample {
  /** The record's id, where it has one; else its index in the page. */
  record: string | number;
  /** The field's name; absent where the whole record was rejected. */
  field?: string;
  /** RFC 6901 pointer into the page. */
  pointer: string;
  reason: string;
}

/** Why a read is not complete. */
export interface ReadWarning {
  code: string;
  detail: string;
  /** The request whose response shows it: its method, and its URL without credentials. */
  request?: string;
  /** RFC 6901 pointer into the page, or into the response of `request`. */
  pointer?: string;
  /** The name of the response header that shows it. */
  header?: string;
}

/** What a run of pages came to so far. `samples` holds at most 20. */
export interface MappingCounts {
  records: number;
  pages: number;
  duplicates: number;
  rejected: number;
  invalid: number;
  samples: MappingSample[];
  warnings: ReadWarning[];
}
