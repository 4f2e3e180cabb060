import { Injectable } from '@nestjs/common';
import type { HeldJob } from '../../jobs/jobs.types.js';
import type { Connector } from '../../remote-service/connector.js';
import type { StoredProblem } from '../snapshot.types.js';
import { storedProblem } from '../stored-problem.js';
import { JournalStore } from './journal-store.js';
import { Planner } from './planner.js';
import { PublicationStates } from './publication-states.js';
import type { ChangeEnd, OnConflict, Scope } from './publication.types.js';
import { RecordGoneError } from './publish.errors.js';
import { settleChanges } from './settle-changes.js';

/** Changes whose values are in memory at once. */
const BATCH = 200;

/** Plans the changes of a publication that wait, before the first of them is carried out. */
@Injectable()
export class PlanPublication {
  constructor(
    private readonly store: JournalStore,
    private readonly planner: Planner,
    private readonly states: PublicationStates,
  ) {}

  /**
   * Judges each change by what the remote has now, and ends those that need no call, unless there are
   * conflicts and nothing is to be done then. Gives how many ended as conflicts.
   */
  async run(
    job: HeldJob,
    scope: Scope,
    connector: Connector,
    onConflict: OnConflict,
  ): Promise<number> {
    await this.states.held(job, scope, (tx) => this.store.skipDiscarded(tx, scope));
    for (let after = 0; ;) {
      const changes = await this.store.waiting(scope, { after, limit: BATCH });
      const last = changes.at(-1);
      if (last === undefined) break;
      const planned = await this.planner.plan(connector, scope, changes, job.signal);
      await this.states.held(job, scope, (tx) => this.store.keepPlan(tx, scope, planned));
      after = last.position;
    }
    return this.states.held(job, scope, async (tx) => {
      const conflicts = onConflict === 'overwrite' ? 0 : await this.store.endConflicts(tx, scope);
      if (conflicts > 0 && onConflict === 'stop') return conflicts;
      const needless = await this.store.needless(tx, scope);
      await settleChanges(
        tx,
        scope,
        needless.map(({ position, plan, error }) => endOf(position, plan, error)),
      );
      return conflicts;
    });
  }
}

/** What becomes of a change without a call for it. */
function endOf(position: number, plan: string, error: unknown): ChangeEnd {
  if (error !== null) return { position, outcome: 'failed', error: error as StoredProblem };
  if (plan === 'same') return { position, outcome: 'done' };
  return { position, outcome: 'failed', error: storedProblem(new RecordGoneError()) };
}
