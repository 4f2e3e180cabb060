import { Injectable } from '@nestjs/common';
import { newId } from '../../common/ids.js';
import { DbService } from '../../db/db.service.js';
import { writeJson } from '../../json/write-json.js';
import { SnapshotJobs } from '../snapshot-jobs.js';
import { PUBLISH_JOB } from '../snapshot.types.js';
import { judgeChange } from './judge-change.js';
import { Planner } from './planner.js';
import { PublicationStore } from './publication-store.js';
import type { OnConflict, Planned } from './publication.types.js';
import { PublishGuard } from './publish-guard.js';
import { UnresolvedChangesError } from './publish.errors.js';

/** Changes whose values are in memory at once. */
const BATCH = 200;

/** Begins publications, and says what they would do. */
@Injectable()
export class PublishService {
  constructor(
    private readonly db: DbService,
    private readonly guard: PublishGuard,
    private readonly jobs: SnapshotJobs,
    private readonly store: PublicationStore,
    private readonly planner: Planner,
  ) {}

  /** Has everything that is staged published in the background. */
  async publish(userId: string, id: string, onConflict: OnConflict): Promise<{ id: string }> {
    const connector = await this.guard.open(userId, id);
    return this.db.transaction(async (tx) => {
      await this.guard.lockIdle(tx, userId, id);
      await this.guard.requireCurrent(tx, connector, userId, id);
      const unresolved = await this.store.unresolved(tx, userId, id);
      if (unresolved !== null) throw new UnresolvedChangesError(unresolved);
      const publicationId = newId('pub');
      const { version } = connector;
      await tx.publication.create({
        data: {
          ...{ id: publicationId, userId, snapshotId: id, version, onConflict, state: 'pending' },
        },
      });
      await this.store.takeUp(tx, { userId, snapshotId: id, publicationId });
      await this.jobs.add(tx, {
        userId,
        kind: PUBLISH_JOB,
        subjectId: id,
        data: { publicationId },
      });
      return { id: publicationId };
    });
  }

  /** What publishing now would come to: the JSON text of `{ plan }`. Ends once the signal fires. */
  async plan(userId: string, id: string, signal: AbortSignal): Promise<string> {
    const connector = await this.guard.open(userId, id);
    await this.guard.requireCurrent(this.db, connector, userId, id);
    const ids = await this.store.stagedIds(userId, id);
    const items: string[] = [];
    for (let start = 0; start < ids.length && !signal.aborted; start += BATCH) {
      const batch = await this.store.staged(userId, id, ids.slice(start, start + BATCH));
      const scope = { userId, snapshotId: id };
      const planned = await this.planner
        .plan(connector, scope, batch, signal)
        .catch((error: unknown) => unlessGone(error, signal));
      items.push(...planned.map(writePlanned));
    }
    return `{"plan":[${items.join(',')}]}`;
  }
}

function writePlanned({ change, outcome, theirs, error }: Planned): string {
  const { changeId, tableId, id, op } = change;
  const { fields } = judgeChange(change, theirs);
  const failure = error === null ? {} : { error };
  return writeJson({ changeId, tableId, id, op, outcome, fields, ...failure });
}

/** Where nobody waits for the plan any more, nothing can be wrong with it. */
function unlessGone(error: unknown, signal: AbortSignal): Planned[] {
  if (signal.aborted) return [];
  throw error;
}
