import { Injectable } from '@nestjs/common';
import { newId } from '../../common/ids.js';
import { InvalidRequestError } from '../../common/request.errors.js';
import { DbService } from '../../db/db.service.js';
import { SnapshotAccess } from '../snapshot-access.js';
import type { CopiedColumn } from '../snapshot.types.js';
import { applyOps } from './apply-ops.js';
import { EditStore } from './edit-store.js';
import type { EditOp, OpResult } from './edits.types.js';

const NEW_IDS = { record: () => newId('new'), change: () => newId('chg') };

/** Stages changes of copied records; the remote is not asked. */
@Injectable()
export class EditsService {
  constructor(
    private readonly db: DbService,
    private readonly access: SnapshotAccess,
    private readonly store: EditStore,
  ) {}

  /**
   * Stages ops one after another, all of them or none; gives what came of each. An InvalidRequestError
   * names all faults.
   */
  async stage(
    userId: string,
    snapshotId: string,
    tableId: string,
    ops: readonly EditOp[],
  ): Promise<OpResult[]> {
    return this.db.transaction(async (tx) => {
      await this.access.lock(tx, userId, snapshotId);
      const table = await this.access.table(userId, snapshotId, tableId, tx);
      const source = { userId, snapshotId, tableId, generation: table.generation };
      const staged = await this.store.read(tx, source, ops);
      const columns = table.columns as CopiedColumn[] | null;
      const types = columns && new Map(columns.map(({ name, type }) => [name, type]));
      const applied = applyOps(ops, { ...staged, types }, NEW_IDS);
      if (applied.faults.length > 0) throw new InvalidRequestError(applied.faults);
      await this.store.write(tx, source, applied);
      return applied.results;
    });
  }
}
