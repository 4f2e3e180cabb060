import { Injectable } from '@nestjs/common';
import { isStorable } from '../common/check-text.js';
import { isId } from '../common/ids.js';
import { DbService } from '../db/db.service.js';
import type { Prisma } from '../db/generated/client.js';
import { JobQueue } from '../jobs/job-queue.js';
import {
  SnapshotBusyError,
  SnapshotNotFoundError,
  SnapshotTableNotFoundError,
} from './snapshot.errors.js';

export type Transaction = Prisma.TransactionClient;
export type SnapshotRow = Prisma.SnapshotGetPayload<object>;
export type TableRow = Prisma.SnapshotTableGetPayload<object>;

/** Finds snapshots for their owners: for anybody else they do not exist. */
@Injectable()
export class SnapshotAccess {
  constructor(
    private readonly db: DbService,
    private readonly queue: JobQueue,
  ) {}

  /** Throws a SnapshotNotFoundError where the user has no such snapshot. */
  async snapshot(userId: string, id: string, tx: Transaction = this.db): Promise<SnapshotRow> {
    const row = isId('sna', id) ? await tx.snapshot.findFirst({ where: { id, userId } }) : null;
    if (row === null) throw new SnapshotNotFoundError();
    return row;
  }

  /** Throws a SnapshotNotFoundError or a SnapshotTableNotFoundError. */
  async table(
    userId: string,
    id: string,
    tableId: string,
    tx: Transaction = this.db,
  ): Promise<TableRow> {
    await this.snapshot(userId, id, tx);
    const row = isStorable(tableId)
      ? await tx.snapshotTable.findUnique({
          where: { userId_snapshotId_tableId: { userId, snapshotId: id, tableId } },
        })
      : null;
    if (row === null) throw new SnapshotTableNotFoundError();
    return row;
  }

  /**
   * Locks a snapshot for the transaction, so that what is staged, what is copied and what is published
   * change one after another; it can't be deleted meanwhile. Throws a SnapshotNotFoundError.
   */
  async lock(tx: Transaction, userId: string, id: string): Promise<SnapshotRow> {
    if (!isId('sna', id)) throw new SnapshotNotFoundError();
    await tx.$queryRaw`
      select 1 from snapshots where id = ${id} and user_id = ${userId} for no key update`;
    return this.snapshot(userId, id, tx);
  }

  /** Throws a SnapshotBusyError where a download or publication waits or is under way. */
  async requireIdle(tx: Transaction, id: string): Promise<void> {
    if (await this.queue.isPending(tx, id)) throw new SnapshotBusyError();
  }
}
