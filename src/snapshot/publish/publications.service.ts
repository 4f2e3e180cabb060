import { Injectable } from '@nestjs/common';
import { isId } from '../../common/ids.js';
import { behind, pageOf, type Page, type PageRequest } from '../../common/paging.js';
import { DbService } from '../../db/db.service.js';
import type { Prisma } from '../../db/generated/client.js';
import { writeJson } from '../../json/write-json.js';
import { SnapshotAccess, type Transaction } from '../snapshot-access.js';
import type { StoredProblem } from '../snapshot.types.js';
import { judgeChange } from './judge-change.js';
import {
  CHANGE_OUTCOMES,
  type ChangeOutcome,
  type OnConflict,
  type PublicationState,
  type PublicationSummary,
} from './publication.types.js';
import { PublicationNotFoundError } from './publish.errors.js';
import { readJournalChange, type JournalRow } from './read-change.js';

type Row = Prisma.PublicationGetPayload<object>;

interface ShownRow extends JournalRow {
  outcome: ChangeOutcome;
  sentAt: Date | null;
  answeredAt: Date | null;
  createdId: string | null;
  error: StoredProblem | null;
}

/** Changes whose values are in memory at once. */
const BATCH = 200;

/** Publications and their changes; each method sees those of one user alone. */
@Injectable()
export class PublicationsService {
  constructor(
    private readonly db: DbService,
    private readonly access: SnapshotAccess,
  ) {}

  /** Newest first. */
  async list(userId: string, snapshotId: string, page: PageRequest): Promise<Page<object>> {
    await this.access.snapshot(userId, snapshotId);
    const rows = await this.db.publication.findMany({
      where: { userId, snapshotId, ...(page.after ? { OR: behind(page.after) } : {}) },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
      take: page.limit + 1,
    });
    const { items, ...rest } = pageOf(rows, page.limit);
    return { items: await this.summarize(userId, items), ...rest };
  }

  /** A publication with its changes: the JSON text, in which no digit is lost. */
  async get(userId: string, snapshotId: string, id: string): Promise<string> {
    const row = await this.find(this.db, userId, snapshotId, id);
    const [summary] = await this.summarize(userId, [row]);
    const items: string[] = [];
    for (let after = 0; ;) {
      const rows = await this.rows(this.db, userId, id, after, BATCH);
      const last = rows.at(-1);
      if (last === undefined) break;
      items.push(...rows.map(write));
      after = last.position;
    }
    return `${JSON.stringify(summary).slice(0, -1)},"changes":[${items.join(',')}]}`;
  }

  /** One change, as in its publication. */
  async change(tx: Transaction, userId: string, id: string, position: number): Promise<string> {
    return (await this.rows(tx, userId, id, position - 1, 1)).map(write).join('');
  }

  /** Throws a SnapshotNotFoundError or a PublicationNotFoundError. */
  async find(tx: Transaction, userId: string, snapshotId: string, id: string): Promise<Row> {
    await this.access.snapshot(userId, snapshotId, tx);
    const row = isId('pub', id)
      ? await tx.publication.findFirst({ where: { id, userId, snapshotId } })
      : null;
    if (row === null) throw new PublicationNotFoundError();
    return row;
  }

  private async summarize(userId: string, rows: Row[]): Promise<PublicationSummary[]> {
    const counted = await this.db.publicationChange.groupBy({
      by: ['publicationId', 'outcome'],
      where: { userId, publicationId: { in: rows.map(({ id }) => id) } },
      _count: true,
    });
    return rows.map(({ id, version, createdAt, finishedAt, ...row }) => {
      const own = counted.filter(({ publicationId }) => publicationId === id);
      const countOf = (outcome: string) => own.find((o) => o.outcome === outcome)?._count ?? 0;
      return {
        id,
        state: row.state as PublicationState,
        onConflict: row.onConflict as OnConflict,
        ...{ version, createdAt, finishedAt, error: row.error as StoredProblem | null },
        counts: Object.fromEntries(
          CHANGE_OUTCOMES.map((outcome) => [outcome, countOf(outcome)]),
        ) as PublicationSummary['counts'],
      };
    });
  }

  private rows(
    tx: Transaction,
    userId: string,
    id: string,
    after: number,
    limit: number,
  ): Promise<ShownRow[]> {
    return tx.$queryRaw`
      select position, change_id as "changeId", table_id as "tableId", record_id as id, op, outcome,
        fields::text as fields, base::text as base, theirs::text as theirs, error,
        idempotency_key as "idempotencyKey", sent_at as "sentAt", answered_at as "answeredAt",
        created_id as "createdId"
      from snapshot_publication_changes
      where user_id = ${userId} and publication_id = ${id} and position > ${after}
      order by position limit ${limit}`;
  }
}

function write(row: ShownRow): string {
  const change = readJournalChange(row);
  const { changeId, tableId, id, op, theirs } = change;
  const { outcome, sentAt, answeredAt, createdId, error } = row;
  const { fields } = judgeChange(change, theirs);
  return writeJson({
    ...{ changeId, tableId, id, op, outcome, fields },
    ...(error === null ? {} : { error }),
    ...{ sentAt, answeredAt, ...(createdId === null ? {} : { createdId }) },
  });
}
