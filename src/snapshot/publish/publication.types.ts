import type { StoredProblem } from '../snapshot.types.js';
import type { ChangeOp, PlanOutcome, StagedChange, Values } from './judge-change.js';

/** What is done about conflicts: nothing at all is written, they are left out, or carried out. */
export const CONFLICT_RULES = ['stop', 'skip', 'overwrite'] as const;
export type OnConflict = (typeof CONFLICT_RULES)[number];

export const PUBLICATION_STATES = ['pending', 'active', 'completed', 'stopped', 'failed'] as const;
export type PublicationState = (typeof PUBLICATION_STATES)[number];

/** What became of a change. */
export const CHANGE_OUTCOMES = [
  ...['waiting', 'done', 'failed', 'skipped', 'conflict', 'unknown'],
] as const;
export type ChangeOutcome = 'waiting' | 'done' | 'failed' | 'skipped' | 'conflict' | 'unknown';

/** A staged change, read from the database: its numbers may be ExactNumbers. */
export interface Change extends StagedChange {
  changeId: string;
  tableId: string;
  /** Of the record. */
  id: string;
}

/** A change of a publication. */
export interface JournalChange extends Change {
  position: number;
  idempotencyKey: string;
  /** What the remote had when it was planned; null where no record, or not planned yet. */
  theirs: Values | null;
}

/** What a change would come to. */
export interface Planned<C extends Change = Change> {
  change: C;
  outcome: PlanOutcome;
  theirs: Values | null;
  /** Why it can't be carried out, or not be judged by what the remote has now. */
  error: StoredProblem | null;
}

/** Whose publication, and of which snapshot. */
export interface Scope {
  userId: string;
  snapshotId: string;
  publicationId: string;
}

/** What a call has come to. */
export interface ChangeEnd {
  position: number;
  outcome: 'done' | 'failed' | 'unknown' | 'waiting';
  createdId?: string;
  error?: StoredProblem;
}

/** A publication as a list has it. */
export interface PublicationSummary {
  id: string;
  state: PublicationState;
  onConflict: OnConflict;
  version: number;
  createdAt: Date;
  finishedAt: Date | null;
  error: StoredProblem | null;
  counts: Record<ChangeOutcome, number>;
}

export type { ChangeOp, PlanOutcome };
