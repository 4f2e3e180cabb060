import { Injectable } from '@nestjs/common';
import { ConnectorsService } from '../../remote-service/connectors.service.js';
import type { Connector } from '../../remote-service/connector.js';
import { hashOfMapping } from '../download/copy-store.js';
import { SnapshotAccess, type SnapshotRow, type Transaction } from '../snapshot-access.js';
import { PublicationStore } from './publication-store.js';
import { MappingChangedError } from './publish.errors.js';

/** Knows when a snapshot can be published. */
@Injectable()
export class PublishGuard {
  constructor(
    private readonly access: SnapshotAccess,
    private readonly connectors: ConnectorsService,
    private readonly store: PublicationStore,
  ) {}

  /** The connector of a snapshot of the user's, in its present version. */
  async open(userId: string, id: string): Promise<Connector> {
    const { connectorId } = await this.access.snapshot(userId, id);
    return this.connectors.open(userId, connectorId);
  }

  /** Locks a snapshot for the transaction. Throws a SnapshotBusyError where a job works on it. */
  async lockIdle(tx: Transaction, userId: string, id: string): Promise<SnapshotRow> {
    const snapshot = await this.access.lock(tx, userId, id);
    await this.access.requireIdle(tx, id);
    return snapshot;
  }

  /** Throws a MappingChangedError where what is staged was made on copies of another mapping. */
  async requireCurrent(
    tx: Transaction,
    connector: Connector,
    userId: string,
    snapshotId: string,
  ): Promise<void> {
    const copied = await this.store.copiedTables(tx, userId, snapshotId);
    const changed = copied
      .filter(({ tableId, mappingHash }) => {
        return !hashOfMapping(connector.mappingOf(tableId)).equals(mappingHash);
      })
      .map(({ tableId }) => tableId);
    if (changed.length > 0) throw new MappingChangedError(changed);
  }
}
