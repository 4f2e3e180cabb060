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

  /** The user's connector, ready to run as its present version. */
  async open(userId: string, connectorId: string): Promise<Connector> {
    const connector = await this.connectors.forRun(userId, connectorId);
    return new Connector(connector, this.runs, this.turns);
  }
}
