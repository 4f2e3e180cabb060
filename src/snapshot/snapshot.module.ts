import { Module } from '@nestjs/common';
import { CustomConnectorModule } from '../custom-connector/custom-connector.module.js';
import { JobsModule, JobWorkerModule } from '../jobs/jobs.module.js';
import { QuotasModule } from '../quotas/quotas.module.js';
import { RemoteServiceModule } from '../remote-service/remote-service.module.js';
import { SandboxModule } from '../sandbox/sandbox.module.js';
import { CopyStore } from './download/copy-store.js';
import { DownloadHandler } from './download/download-handler.js';
import { ReadTurns } from './download/read-turns.js';
import { TableDownload } from './download/table-download.js';
import { TableList } from './download/table-list.js';
import { ChangesService } from './edits/changes.service.js';
import { EditStore } from './edits/edit-store.js';
import { SnapshotEditsController } from './edits/edits.controller.js';
import { EditsService } from './edits/edits.service.js';
import { ExportService } from './records/export.service.js';
import { SnapshotRecordsController } from './records/records.controller.js';
import { RecordsService } from './records/records.service.js';
import { SnapshotEventsController } from './progress/snapshot-events.controller.js';
import { SnapshotEventsService } from './progress/snapshot-events.service.js';
import { SnapshotAccess } from './snapshot-access.js';
import { SnapshotJobs } from './snapshot-jobs.js';
import { SnapshotController } from './snapshot.controller.js';
import { SnapshotService } from './snapshot.service.js';
import { Sweeper } from './sweep/sweeper.js';
import { SweepStore } from './sweep/sweep-store.js';

/** Snapshots: tables copied whole, edited in peace, published by plan. */
@Module({
  imports: [CustomConnectorModule, JobsModule, QuotasModule, RemoteServiceModule],
  controllers: [
    ...[SnapshotController, SnapshotEventsController],
    ...[SnapshotRecordsController, SnapshotEditsController],
  ],
  providers: [
    ...[SnapshotAccess, SnapshotJobs, SnapshotService, SnapshotEventsService],
    ...[RecordsService, ExportService],
    ...[EditStore, EditsService, ChangesService],
  ],
})
export class SnapshotApiModule {}

/** The work on them in the background. */
@Module({
  imports: [JobsModule, JobWorkerModule, QuotasModule, RemoteServiceModule, SandboxModule],
  providers: [
    ...[SnapshotAccess, CopyStore, ReadTurns, TableList, TableDownload, DownloadHandler],
    ...[SweepStore, Sweeper],
  ],
})
export class SnapshotWorkModule {}
