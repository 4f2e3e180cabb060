import type { PgType } from '../mapping/mapping.types.js';
import type { ReadJob } from '../sandbox/sandbox.types.js';

/** The id of a table or column: as one text, and as the remote's own parts. */
export interface EntityId {
  wsId: string;
  remoteId: string[];
}

export interface Table {
  id: EntityId;
  displayName: string;
}

export interface TableSpec {
  id: EntityId;
  name: string;
  columns: { id: EntityId; name: string; pgType: PgType }[];
}

export interface DownloadOptions {
  limit?: number;
  signal?: AbortSignal;
  onRecords: ReadJob['onRecords'];
}
