import { Injectable } from '@nestjs/common';
import type { HeldJob } from '../../jobs/jobs.types.js';
import type { Connector } from '../../remote-service/connector.js';
import { CallResults } from './call-results.js';
import { JournalStore } from './journal-store.js';
import { JournalWriter, StopRequestedError } from './journal-writer.js';
import { PlanPublication } from './plan-publication.js';
import { PublicationStates } from './publication-states.js';
import type { Scope } from './publication.types.js';
import { ConflictsFoundError } from './publish.errors.js';
import { eachOf } from './remote-records.js';
import { WriteChanges, type Writing } from './write-changes.js';

/** Changes in doubt whose values are in memory at once, and that are asked for at once. */
const BATCH = 200;
const CONCURRENCY = 4;

/** Takes a publication from where it is to its end. */
@Injectable()
export class PublicationRun {
  constructor(
    private readonly states: PublicationStates,
    private readonly store: JournalStore,
    private readonly results: CallResults,
    private readonly plan: PlanPublication,
    private readonly writes: WriteChanges,
  ) {}

  /** Rejects where it has not come to its end: it is to be begun again, by whatever process. */
  async run(job: HeldJob, scope: Scope, connector: Connector): Promise<void> {
    const { onConflict, stop } = await this.states.activate(job, scope);
    const journal = new JournalWriter(this.states, this.store, job, scope);
    const writing = { job, scope, connector, journal };
    await this.settleDoubts(writing);
    if (stop) {
      await this.states.end(job, scope, null);
      return;
    }
    const conflicts = await this.plan.run(job, scope, connector, onConflict);
    if (conflicts > 0 && onConflict === 'stop') {
      await this.states.end(job, scope, new ConflictsFoundError(conflicts));
      return;
    }
    try {
      await this.writes.run(writing);
    } catch (error) {
      if (!(error instanceof StopRequestedError)) throw error;
    }
    await this.states.end(job, scope, null);
  }

  /** Finds out what became of calls that were begun by a process which has died. */
  private async settleDoubts({ job, scope, connector, journal }: Writing): Promise<void> {
    for (let after = 0; ;) {
      const changes = await this.store.inDoubt(scope, { after, limit: BATCH });
      const last = changes.at(-1);
      if (last === undefined) return;
      await eachOf(changes, CONCURRENCY, async (change) => {
        await journal.end(await this.results.afterCrash(connector, change, job.signal));
      });
      after = last.position;
    }
  }
}
