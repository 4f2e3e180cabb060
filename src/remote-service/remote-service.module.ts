import { Module } from '@nestjs/common';
import { CustomConnectorModule } from '../custom-connector/custom-connector.module.js';
import { EgressModule } from '../egress/egress.module.js';
import { SandboxModule } from '../sandbox/sandbox.module.js';
import { ConnectorsService } from './connectors.service.js';
import { RemoteController } from './remote.controller.js';
import { ResponseChecker } from './responses/response-checker.js';
import { RunKeys } from './run-keys.js';
import { RunService } from './run.service.js';
import { RunRecorder } from './runs/run-recorder.js';
import { RunStore } from './runs/run-store.js';
import { RunWriter } from './runs/run-writer.js';
import { RunsController } from './runs/runs.controller.js';
import { RunsService } from './runs/runs.service.js';
import { IdempotencyService } from './writes/idempotency.service.js';
import { RecordsController } from './writes/records.controller.js';
import { WriteAnswerService } from './writes/write-answer.service.js';
import { WriteStore } from './writes/write-store.js';
import { WriteTurns } from './writes/write-turns.js';

/** Data operations: a stored connector, run in the sandbox, its records mapped; and their record. */
@Module({
  imports: [CustomConnectorModule, EgressModule, SandboxModule],
  controllers: [RemoteController, RecordsController, RunsController],
  providers: [
    ...[ConnectorsService, RunKeys, RunService],
    ...[IdempotencyService, WriteAnswerService, WriteStore, WriteTurns],
    ...[ResponseChecker, RunRecorder, RunStore, RunsService],
    {
      provide: RunWriter,
      useFactory: (store: RunStore) => new RunWriter(store),
      inject: [RunStore],
    },
  ],
  exports: [ConnectorsService],
})
export class RemoteServiceModule {}
