import type { ProblemDocument } from '../common/problem.js';
import type { PgType } from '../mapping/mapping.types.js';
import type { ReadSummary } from '../remote-service/summary.js';

/**
 * How far a download is. `incomplete`: the read ended or broke off without being complete; `failed`:
 * nothing was read.
 */
export type CopyState = 'pending' | 'active' | 'completed' | 'incomplete' | 'failed';

/** A problem as it is kept: without the request in which it came up. */
export type StoredProblem = Omit<ProblemDocument, 'instance' | 'requestId'>;

/** How far the read of a table is. */
export interface ReadProgress {
  records: number;
  pages: number;
  requests: number;
  /** Of the remote's response bodies, decompressed. */
  bytes: number;
  /** How many records there are, where the remote says so. */
  total?: number;
  startedAt: string;
  /** When this was written. */
  at: string;
}

/** As it is shown. */
export interface ShownProgress extends ReadProgress {
  /** Since the read began. */
  recordsPerSecond: number;
  /** Of the total, where there is one: 100 only at the end. */
  percent?: number;
}

/** A field of a copied table that is known, and its type. */
export interface CopiedColumn {
  name: string;
  type: PgType;
}

export interface SnapshotTable {
  /** The `wsId`. */
  tableId: string;
  name: string;
  state: CopyState;
  /** Of the copy, without those that are gone. */
  records: number;
  /** Whether the copy came from a complete read; false where there is no copy. */
  whole: boolean;
  copiedAt: Date | null;
  /** Of the newest read that came to an end. */
  summary: ReadSummary | null;
  progress: ShownProgress | null;
  /** Why the newest read failed. */
  error: StoredProblem | null;
}

export interface Snapshot {
  id: string;
  connectorId: string;
  name: string;
  /** Of the connector, as the newest download runs it. */
  version: number;
  state: CopyState;
  /** Why the newest download did not come to its tables. */
  error: StoredProblem | null;
  createdAt: Date;
  tables: SnapshotTable[];
}

export interface NewSnapshot {
  connectorId: string;
  name?: string;
  /** The `wsId`s of tables; absent: all that the connector lists. */
  tables?: string[];
}

/** Of a table's id, in UTF-8: PostgreSQL can't index longer ones. */
export const MOST_TABLE_ID_BYTES = 1_000;

/** The kinds of job that work on a snapshot. */
export const DOWNLOAD_JOB = 'snapshot.download';
export const PUBLISH_JOB = 'snapshot.publish';
