import { Module } from '@nestjs/common';
import { CustomConnectorModule } from '../custom-connector/custom-connector.module.js';
import { EgressModule } from '../egress/egress.module.js';
import { SandboxModule } from '../sandbox/sandbox.module.js';
import { ConnectorsService } from './connectors.service.js';
import { RemoteController } from './remote.controller.js';
import { RunKeys } from './run-keys.js';
import { RunService } from './run.service.js';

/** Data operations: a stored connector, run in the sandbox, its records mapped. */
@Module({
  imports: [CustomConnectorModule, EgressModule, SandboxModule],
  controllers: [RemoteController],
  providers: [ConnectorsService, RunKeys, RunService],
  exports: [ConnectorsService],
})
export class RemoteServiceModule {}
