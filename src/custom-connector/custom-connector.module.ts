import { Module } from '@nestjs/common';
import { ApiKeyVault } from './api-key-vault.js';
import { ConnectorVersionController } from './connector-version.controller.js';
import { ConnectorVersionService } from './connector-version.service.js';
import { CustomConnectorController } from './custom-connector.controller.js';
import { CustomConnectorService } from './custom-connector.service.js';

/** Custom connectors as they are stored: the five routes, versions, keys at rest. */
@Module({
  controllers: [CustomConnectorController, ConnectorVersionController],
  providers: [ApiKeyVault, CustomConnectorService, ConnectorVersionService],
  exports: [ApiKeyVault, CustomConnectorService],
})
export class CustomConnectorModule {}
