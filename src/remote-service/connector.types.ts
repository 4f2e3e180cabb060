import type { PgType } from '../mapping/mapping.types.js';
import type { ReadSoFar } from '../sandbox/sandbox.types.js';

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

/** How far a read is, and what it has cost. */
export interface ReadProgress extends ReadSoFar {
  requests: number;
  /** Of the remote's response bodies, decompressed. */
  bytes: number;
}

/** Takes a batch of records: JSON lines, each ended by a line break. The read waits for it. */
export type OnRecords = (lines: Uint8Array, count: number, progress: ReadProgress) => Promise<void>;

export interface DownloadOptions {
  limit?: number;
  signal?: AbortSignal;
  onRecords: OnRecords;
}
