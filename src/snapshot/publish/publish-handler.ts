import { Injectable } from '@nestjs/common';
import { ProblemError } from '../../common/problem.js';
import { DbService } from '../../db/db.service.js';
import { JobWorker } from '../../jobs/job-worker.js';
import type { HeldJob, JobHandler } from '../../jobs/jobs.types.js';
import { ConnectorsService } from '../../remote-service/connectors.service.js';
import type { Connector } from '../../remote-service/connector.js';
import { PUBLISH_JOB } from '../snapshot.types.js';
import type { Scope } from './publication.types.js';
import { PublicationGivenUpError } from './publish.errors.js';
import { PublicationRun } from './publication-run.js';
import { PublicationStates } from './publication-states.js';

/** Publishes what was staged in a snapshot, or what is left of it. */
@Injectable()
export class PublishHandler implements JobHandler {
  readonly kind = PUBLISH_JOB;

  constructor(
    private readonly db: DbService,
    private readonly connectors: ConnectorsService,
    private readonly states: PublicationStates,
    private readonly work: PublicationRun,
    worker: JobWorker,
  ) {
    worker.handle(this);
  }

  async run(job: HeldJob): Promise<void> {
    const scope = scopeOf(job);
    const { userId, publicationId, snapshotId } = scope;
    const [publication, snapshot] = await Promise.all([
      this.db.publication.findFirst({ where: { id: publicationId, userId, snapshotId } }),
      this.db.snapshot.findFirst({ where: { id: snapshotId, userId } }),
    ]);
    if (publication === null || snapshot === null) return;
    let connector: Connector;
    try {
      connector = await this.connectors.open(userId, snapshot.connectorId, publication.version);
    } catch (error) {
      if (!(error instanceof ProblemError)) throw error;
      await this.states.fail(job, scope, error);
      return;
    }
    await this.work.run(job, scope, connector);
  }

  async giveUp(job: HeldJob): Promise<void> {
    await this.states.fail(job, scopeOf(job), new PublicationGivenUpError());
  }
}

function scopeOf({ userId, subjectId: snapshotId, data }: HeldJob): Scope {
  return { userId, snapshotId, publicationId: String(data['publicationId']) };
}
