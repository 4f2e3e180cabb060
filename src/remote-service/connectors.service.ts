import { Injectable } from '@nestjs/common';
import { CustomConnectorService } from '../custom-connector/custom-connector.service.js';
import { Connector } from './connector.js';
import { RunService } from './run.service.js';

/** Instantiates connectors for data operations, each for its owner alone. */
@Injectable()
export class ConnectorsService {
  constructor(
    private readonly connectors: CustomConnectorService,
    private readonly runs: RunService,
  ) {}

  /** The user's connector, ready to run as its present version. */
  async open(userId: string, connectorId: string): Promise<Connector> {
    return new Connector(await this.connectors.forRun(userId, connectorId), this.runs);
  }
}
