import { Module } from '@nestjs/common';
import { CustomConnectorModule } from '../custom-connector/custom-connector.module.js';
import { EgressModule } from '../egress/egress.module.js';
import { SandboxModule } from '../sandbox/sandbox.module.js';
import { ConnectorsService } from './connectors.service.js';
import { RemoteController } from './remote.controller.js';
import { ResponseChecker } from './responses/response-checker.js';
import { RunExecutor } from './run-executor.js';
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
  providers: [
    ...[ConnectorsService, RunExecutor, RunKeys, RunService, WriteTurns],
    ...[ResponseChecker, RunRecorder, RunStore],
    {
      provide: RunWriter,
      useFactory: (store: RunStore) => new RunWriter(store),
      inject: [RunStore],
    },
  ],
  exports: [ConnectorsService, RunExecutor, RunKeys, RunRecorder],
})
export class RemoteServiceModule {}

/** Their routes. */
@Module({
  imports: [CustomConnectorModule, RemoteServiceModule, SandboxModule],
  controllers: [RemoteController, RecordsController, RunsController],
  providers: [IdempotencyService, WriteAnswerService, WriteStore, RunsService],
})
export class RemoteServiceApiModule {}
