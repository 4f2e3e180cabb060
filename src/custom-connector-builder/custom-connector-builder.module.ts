import { Module } from '@nestjs/common';
import { CustomConnectorModule } from '../custom-connector/custom-connector.module.js';
import { RemoteServiceModule } from '../remote-service/remote-service.module.js';
import { ExecuteController } from './execute/execute.controller.js';
import { ExecuteService } from './execute/execute.service.js';
import { TrialService } from './trial/trial.service.js';
import { UnsavedService } from './trial/unsaved.service.js';

/** Routes that help to make a connector: from a description, a sample or an OpenAPI document. */
@Module({
  imports: [CustomConnectorModule, RemoteServiceModule],
  controllers: [ExecuteController],
  providers: [ExecuteService, TrialService, UnsavedService],
})
export class CustomConnectorBuilderModule {}
