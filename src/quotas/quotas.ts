import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { DbService } from '../db/db.service.js';
import type { Prisma } from '../db/generated/client.js';
import {
  ConnectorQuotaError,
  CopiedRecordsQuotaError,
  SnapshotQuotaError,
} from './quota.errors.js';

type Transaction = Prisma.TransactionClient;

/** How much of each kind; of limits null where there is none. */
export interface Amounts<T = number> {
  connectors: T;
  snapshots: T;
  /** Of the copies that can be read, without records that are gone. */
  copiedRecords: T;
}

/** A table of a snapshot. */
export interface TableKey {
  userId: string;
  snapshotId: string;
  tableId: string;
}

/** How many records a table's copy may have. */
export interface CopyRoom {
  records: number;
  /** What a copy with more of them is told. */
  refusal: () => CopiedRecordsQuotaError;
}

/** What a user has, and how much of it a user may have. */
@Injectable()
export class Quotas {
  readonly limits: Amounts<number | null>;

  constructor(
    private readonly db: DbService,
    settings: Settings,
  ) {
    this.limits = {
      connectors: settings.MAX_CONNECTORS_PER_USER || null,
      snapshots: settings.MAX_SNAPSHOTS_PER_USER || null,
      copiedRecords: settings.MAX_COPIED_RECORDS_PER_USER || null,
    };
  }

  /** What a user has now. */
  async usage(userId: string): Promise<Amounts> {
    const [usage] = await this.db.$queryRaw<Amounts[]>`
      select
        (select count(*) from custom_connectors where user_id = ${userId})::int as connectors,
        (select count(*) from snapshots where user_id = ${userId})::int as snapshots,
        (select coalesce(sum(records), 0) from snapshot_tables where user_id = ${userId})::float8
          as "copiedRecords"`;
    return usage ?? { connectors: 0, snapshots: 0, copiedRecords: 0 };
  }

  /**
   * Throws a ConnectorQuotaError where the user may have no further connector. Nobody else makes one until
   * the transaction ends, which is to make it; nothing else may be locked in it before.
   */
  async admitConnector(tx: Transaction, userId: string): Promise<void> {
    const { connectors: limit } = this.limits;
    if (limit === null) return;
    await lockUser(tx, userId);
    const used = await tx.customConnector.count({ where: { userId } });
    if (used >= limit) throw new ConnectorQuotaError(limit, used);
  }

  /** The same for a snapshot; throws a SnapshotQuotaError. */
  async admitSnapshot(tx: Transaction, userId: string): Promise<void> {
    const { snapshots: limit } = this.limits;
    if (limit === null) return;
    await lockUser(tx, userId);
    const used = await tx.snapshot.count({ where: { userId } });
    if (used >= limit) throw new SnapshotQuotaError(limit, used);
  }

  /** What the user's other tables leave for a copy; as many records as the present copy has in any case. */
  roomForCopy(table: TableKey): Promise<CopyRoom> {
    return this.room(this.db, table);
  }

  /** The same, with no other copy of the user's coming between until the transaction ends. */
  async lockRoomForCopy(tx: Transaction, table: TableKey): Promise<CopyRoom> {
    if (this.limits.copiedRecords !== null) await lockUser(tx, table.userId);
    return this.room(tx, table);
  }

  private async room(tx: Transaction, { userId, ...key }: TableKey): Promise<CopyRoom> {
    const { copiedRecords: limit } = this.limits;
    if (limit === null) {
      return { records: Infinity, refusal: () => new CopiedRecordsQuotaError(Infinity, 0) };
    }
    const sum = await tx.snapshotTable.aggregate({ where: { userId }, _sum: { records: true } });
    const own = await tx.snapshotTable.findFirst({
      where: { userId, ...key },
      select: { records: true },
    });
    const used = sum._sum.records ?? 0;
    const present = own?.records ?? 0;
    return {
      records: Math.max(present, limit - (used - present)),
      refusal: () => new CopiedRecordsQuotaError(limit, used),
    };
  }
}

/** A lock that others of the user's tables, which refer to the row, don't wait for. */
async function lockUser(tx: Transaction, userId: string): Promise<void> {
  await tx.$queryRaw`select 1 from users where id = ${userId} for no key update`;
}
