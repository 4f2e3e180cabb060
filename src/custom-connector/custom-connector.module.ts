import { Module } from '@nestjs/common';
import { QuotasModule } from '../quotas/quotas.module.js';
import { ApiKeyVault } from './api-key-vault.js';
import { ConnectorVersionController } from './connector-version.controller.js';
import { ConnectorVersionService } from './connector-version.service.js';
import { CustomConnectorController } from './custom-connector.controller.js';
import { CustomConnectorService } from './custom-connector.service.js';

/** Custom connectors as they are stored, with their keys at rest. */
@Module({
  imports: [QuotasModule],
  providers: [ApiKeyVault, CustomConnectorService],
  exports: [ApiKeyVault, CustomConnectorService],
})
export class CustomConnectorModule {}

/** The five routes, and those of the versions. */
@Module({
  imports: [CustomConnectorModule],
  controllers: [CustomConnectorController, ConnectorVersionController],
  providers: [ConnectorVersionService],
})
export class CustomConnectorApiModule {}
