import type { Fault } from '../../common/problem.js';
import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import type { MappingConfig } from '../../mapping/mapping.types.js';

/** Of a document, as text or fetched. */
export const MAX_DOCUMENT_BYTES = 10_000_000;

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

/** A request's body as it came, or what was fetched for one. */
export type WorkerTask =
  { body: Uint8Array } | (Omit<ImportTask, 'document'> & { fetched: Uint8Array });

/** `fetch`: what to ask again with, once the document is there. */
export type WorkerAnswer =
  | ImportOutcome
  | { malformed: string }
  | { fetch: Omit<ImportTask, 'document' | 'url'> & { url: string } };

/** What keeps a document from being imported; its pointers lead into the request's body. */
export class ImportFault extends Error {
  constructor(readonly fault: Fault) {
    super(fault.detail);
  }
}
