import type { Operation } from '../read/operation.types.js';
import type { FixedParameters } from './fixed-parameters.js';
import type { RecordList } from './records/find-records.js';
import type { PlannedField } from './records/plan-fields.js';
import type { PagingPlan } from './paging/plan-paging.js';

/** One call of an operation: what is the same each time. */
export interface CallPlan {
  operation: Operation;
  fixed: FixedParameters;
  /** Whether it goes without the connector's key. */
  open: boolean;
}

export type ListPlan = CallPlan & { paging: PagingPlan };

/** A call for one record; `envelope` are the names that lead to it in the answer. */
export type GetPlan = CallPlan & { envelope: string[] };

/** Where a value of a record goes in a body. */
export interface Place {
  /** The name of the field. */
  name: string;
  path: string[];
  /** Whether the remote takes dates without a time there. */
  date: boolean;
}

export interface BodyPlan {
  kind: 'json' | 'form';
  type: string;
  /** The names that lead to the record inside the body. */
  wrapper: string[];
  /** Undefined where the document does not say what belongs there: then all is sent. */
  places: Place[] | undefined;
  /** The field of the id, where the body must have it. */
  id?: { name: string; isNumber: boolean };
  /** What is in it beside the record, as JSON. */
  constants: { path: string[]; value: string | number | boolean }[];
}

export type UpdatePlan = CallPlan & { body: BodyPlan };

/** `id`: the names that lead to the new id in the answer; `location`: it ends the Location header. */
export type CreatePlan = CallPlan & {
  body: BodyPlan;
  id: { from: 'answer'; path: string[] } | { from: 'location' } | { from: 'record'; name: string };
};

/** One table: the list of its records, and what can be done with one. */
export interface TablePlan {
  /** A word of the list's path, unique among the tables beside it. */
  name: string;
  /** Its parents' names and its own, joined by `/`. */
  kind: string;
  /** The collections and their parameters in which it lies; none where it has a place of its own. */
  parents: ParentPlan[];
  records: RecordList;
  /** The name of the records' id; undefined where it is their key. */
  id: string | undefined;
  fields: PlannedField[];
  list: ListPlan;
  get?: GetPlan;
  create?: CreatePlan;
  update?: UpdatePlan;
  remove?: CallPlan;
}

/** A table whose records hold others, and the member of each that stands in their path. */
export interface ParentPlan {
  table: TablePlan;
  value: string;
}
