import type { FunctionName } from '../custom-connector/custom-connector.types.js';
import type { MappingConfig } from '../mapping/mapping.types.js';
import type { JsonValue, ReadJob, ResultShape } from '../sandbox/sandbox.types.js';
import type { OnRecords } from './connector.types.js';

/** A call of one function of a connector. */
export interface Call {
  functionName: FunctionName;
  /** The `wsId` of the table that it is called for. */
  tableId?: string;
  /** The arguments, made from what the code gets for the API key; `''` where there is none. */
  args: (apiKey: string) => JsonValue[];
  /** What is to become of the result; of a read: absent. */
  result?: ResultShape;
  /** Of a write: what stays the same over all tries of one change. */
  idempotencyKey?: string;
  /** Ends the run; so does a client that goes away. */
  signal?: AbortSignal;
  /** Ends the wait for the run; one that has begun goes on. */
  waitSignal?: AbortSignal;
}

/** A call whose result is pages of records. */
export interface Read extends Call {
  mapping: MappingConfig | null;
  maxRecords?: number;
  pages?: NonNullable<ReadJob['pages']>;
  onRecords: OnRecords;
}
