import type { Fault } from '../../common/problem.js';
import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import type { MappingConfig } from '../../mapping/mapping.types.js';

/** What is to be imported: a parsed document or its text, and where relative servers begin. */
export interface ImportTask {
  document: unknown;
  /** Where the document was fetched from. */
  url?: string;
  /** The server to call: one of the document's, or an absolute URL. */
  server?: string;
  /** What to take, by operationId or as `GET /pets`; all where it is absent. */
  operations?: string[];
}

/** An operation that the connector has no use for, as `GET /pets (listPets)`, and why. */
export interface SkippedOperation {
  operation: string;
  reason: string;
}

/** What an import sets of a connector: a body for `POST /custom-connectors`. */
export type ImportedConnector = {
  [name in FunctionName]?: string;
} & {
  name: string;
  allowedHosts?: string[];
  tables?: string[];
  mapping?: MappingConfig;
  tableMappings?: Record<string, MappingConfig>;
  pollRecordsResponse?: object;
  getRecordResponse?: object;
};

export interface Imported {
  connector: ImportedConnector;
  skipped: SkippedOperation[];
}

/** Faults by their place in the request's body, where the document can't be imported. */
export type ImportOutcome = Imported | { faults: Fault[] };

/** What keeps a document from being imported; its pointers lead into the request's body. */
export class ImportFault extends Error {
  constructor(readonly fault: Fault) {
    super(fault.detail);
  }
}
