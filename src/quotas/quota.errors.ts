import { ProblemError, problemType } from '../common/problem.js';

/** The user has as many connectors as MAX_CONNECTORS_PER_USER allows. */
export class ConnectorQuotaError extends ProblemError {
  static readonly type = problemType('quota.connectors', 403, 'No room for a connector');
  constructor(limit: number, used: number) {
    super(
      ConnectorQuotaError.type,
      `You may have ${limit} custom connectors. Remove one to make another.`,
      { members: { limit, used } },
    );
  }
}

/** The user has as many snapshots as MAX_SNAPSHOTS_PER_USER allows. */
export class SnapshotQuotaError extends ProblemError {
  static readonly type = problemType('quota.snapshots', 403, 'No room for a snapshot');
  constructor(limit: number, used: number) {
    super(SnapshotQuotaError.type, `You may have ${limit} snapshots. Remove one to make another.`, {
      members: { limit, used },
    });
  }
}

/** A copy would have more records than MAX_COPIED_RECORDS_PER_USER leaves for it. */
export class CopiedRecordsQuotaError extends ProblemError {
  static readonly type = problemType('quota.copied_records', 403, 'No room for the records');
  constructor(limit: number, used: number) {
    super(
      CopiedRecordsQuotaError.type,
      `Your snapshots may hold ${limit} records in all, and this table has more than are left. ` +
        'Remove a snapshot, or copy fewer tables, and download again.',
      { members: { limit, used } },
    );
  }
}
