import { Module } from '@nestjs/common';
import { CustomConnectorModule } from '../custom-connector/custom-connector.module.js';
import { EgressModule } from '../egress/egress.module.js';
import { RemoteServiceModule } from '../remote-service/remote-service.module.js';
import { ExecuteController } from './execute/execute.controller.js';
import { ExecuteService } from './execute/execute.service.js';
import { ContractChecks } from './generate/contract-checks.service.js';
import { GenerateController } from './generate/generate.controller.js';
import { GenerateService } from './generate/generate.service.js';
import { LanguageModelService } from './generate/language-model.service.js';
import { TrialTargets } from './generate/trial-targets.service.js';
import { ImportOpenApiController } from './import-openapi/import-openapi.controller.js';
import { ImportOpenApiService } from './import-openapi/import-openapi.service.js';
import { InferController } from './infer/infer.controller.js';
import { InferService } from './infer/infer.service.js';
import { TrialService } from './trial/trial.service.js';
import { UnsavedService } from './trial/unsaved.service.js';

/** Routes that help to make a connector: from a description, a sample or an OpenAPI document. */
@Module({
  imports: [CustomConnectorModule, EgressModule, RemoteServiceModule],
  controllers: [ExecuteController, GenerateController, ImportOpenApiController, InferController],
  providers: [
    ...[ExecuteService, TrialService, UnsavedService],
    ...[GenerateService, LanguageModelService, TrialTargets, ContractChecks],
    ...[ImportOpenApiService, InferService],
  ],
})
export class CustomConnectorBuilderModule {}
