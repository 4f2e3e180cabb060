export type Values = Record<string, unknown>;

export const EDIT_OPS = ['create', 'update', 'delete', 'undelete', 'discard'] as const;

/** What is to be staged, or taken back, for a record; `discard` without an id for all of the table. */
export interface EditOp {
  op: (typeof EDIT_OPS)[number];
  id?: string;
  fields?: Values;
}

/** What is staged for a record. */
export interface StagedEdit {
  changeId: string;
  op: 'create' | 'update' | 'delete';
  /** Kept under a delete. */
  fields: Values;
  /** Null: the copied values of the whole record. */
  base: Values | null;
}

/** A record as it is copied: those of its values that an op or an edit names. */
export interface CopiedRecord {
  isGone: boolean;
  values: Values;
}

export const RESULT_STATES = ['clean', 'created', 'updated', 'deleted', 'gone', 'removed'] as const;

/** What a record is after an op; `removed`: it was to be created, and is not any more. */
export interface OpResult {
  /** Absent where all of the table was discarded. */
  id?: string;
  changeId?: string;
  state: (typeof RESULT_STATES)[number];
}
