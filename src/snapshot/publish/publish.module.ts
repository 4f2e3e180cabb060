import { Module } from '@nestjs/common';
import { JobsModule, JobWorkerModule } from '../../jobs/jobs.module.js';
import { RemoteServiceModule } from '../../remote-service/remote-service.module.js';
import { SnapshotAccess } from '../snapshot-access.js';
import { SnapshotJobs } from '../snapshot-jobs.js';
import { CallResults } from './call-results.js';
import { JournalStore } from './journal-store.js';
import { PlanPublication } from './plan-publication.js';
import { Planner } from './planner.js';
import { PublicationControlService } from './publication-control.service.js';
import { PublicationRun } from './publication-run.js';
import { PublicationStates } from './publication-states.js';
import { PublicationStore } from './publication-store.js';
import { PublicationsController } from './publications.controller.js';
import { PublicationsService } from './publications.service.js';
import { PublishController } from './publish.controller.js';
import { PublishGuard } from './publish-guard.js';
import { PublishHandler } from './publish-handler.js';
import { PublishService } from './publish.service.js';
import { RemoteRecords } from './remote-records.js';
import { WriteChanges } from './write-changes.js';

/** What is staged in a snapshot: planned, published, and what became of it. */
@Module({
  imports: [JobsModule, RemoteServiceModule],
  controllers: [PublishController, PublicationsController],
  providers: [
    ...[SnapshotAccess, SnapshotJobs, PublishGuard, PublishService, PublicationStore],
    ...[PublicationsService, PublicationControlService, PublicationStates],
    ...[Planner, RemoteRecords],
  ],
})
export class PublishApiModule {}

/** The work on it in the background. */
@Module({
  imports: [JobsModule, JobWorkerModule, RemoteServiceModule],
  providers: [
    ...[SnapshotAccess, PublishHandler, PublicationRun, PublicationStates, PlanPublication],
    ...[Planner, RemoteRecords, CallResults, JournalStore, WriteChanges],
  ],
})
export class PublishWorkModule {}
