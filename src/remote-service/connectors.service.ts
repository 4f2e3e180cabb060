import { Injectable } from '@nestjs/common';
import { CustomConnectorService } from '../custom-connector/custom-connector.service.js';
import { Connector } from './connector.js';
import { RunService } from './run.service.js';
import { WriteTurns } from './writes/write-turns.js';

/** Instantiates connectors for data operations, each for its owner alone. */
@Injectable()
export class ConnectorsService {
  constructor(
    private readonly connectors: CustomConnectorService,
    private readonly runs: RunService,
    private readonly turns: WriteTurns,
  ) {}

  /**
   * The user's connector, ready to run as this version, or its present one. Throws a
   * ConnectorNotFoundError, or a VersionNotFoundError where the version is kept no longer.
   */
  async open(userId: string, connectorId: string, version?: number): Promise<Connector> {
    const connector = await this.connectors.forRun(userId, connectorId, version);
    return new Connector(connector, this.runs, this.turns);
  }
}
