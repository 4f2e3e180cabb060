import type { MappingConfig, PgType } from '../mapping/mapping.types.js';

/** The functions that a connector can have. */
export const FUNCTION_NAMES = [
  'listTables',
  'fetchSchema',
  'pollRecords',
  'getRecord',
  'createRecord',
  'updateRecord',
  'deleteRecord',
] as const;

export type FunctionName = (typeof FUNCTION_NAMES)[number];

export interface Column {
  id: string;
  displayName: string;
  type: PgType;
}

/** All of a connector that a version keeps, beside its name. Null where it is not set. */
export interface ConnectorDefinition extends Record<FunctionName, string | null> {
  prompt: string | null;
  allowedHosts: string[];
  exposeApiKey: boolean;
  tables: string[] | null;
  schema: Column[] | null;
  mapping: MappingConfig | null;
  tableMappings: Record<string, MappingConfig> | null;
  pollRecordsResponse: object | null;
  getRecordResponse: object | null;
}

export const EMPTY_DEFINITION: ConnectorDefinition = {
  prompt: null,
  allowedHosts: [],
  exposeApiKey: false,
  listTables: null,
  fetchSchema: null,
  pollRecords: null,
  getRecord: null,
  createRecord: null,
  updateRecord: null,
  deleteRecord: null,
  tables: null,
  schema: null,
  mapping: null,
  tableMappings: null,
  pollRecordsResponse: null,
  getRecordResponse: null,
};

/** A connector as its owner sees it; `apiKey` is the mask of the key. */
export interface CustomConnector extends ConnectorDefinition {
  id: string;
  name: string;
  apiKey: string | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** What a POST or PUT sets: an absent property stays as it is, null clears it. */
export type ConnectorChange = {
  [K in keyof ConnectorDefinition]?: ConnectorDefinition[K] | null;
} & { name?: string; apiKey?: string | null };

export interface VersionSummary {
  version: number;
  name: string;
  createdAt: Date;
}

/** One version of a connector, whole but for the key. */
export type ConnectorVersion = VersionSummary & ConnectorDefinition;

/** A connector as a run needs it, with its key in clear: never to be logged or sent. */
export interface RunnableConnector {
  id: string;
  userId: string;
  version: number;
  apiKey: string | null;
  definition: ConnectorDefinition;
}
