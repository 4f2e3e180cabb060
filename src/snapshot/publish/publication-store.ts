import { Injectable } from '@nestjs/common';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import type { Transaction } from '../snapshot-access.js';
import type { Change, Scope } from './publication.types.js';
import { readChange, type ChangeRow } from './read-change.js';

/** Creations first, then updates, then deletions; by the place of the table, then the record's id. */
const ORDER = Prisma.sql`case e.op when 'create' then 0 when 'update' then 1 else 2 end,
  coalesce(t.position, 2147483647), e.table_id, e.record_id collate "C"`;
const STAGED = Prisma.sql`snapshot_edits e left join snapshot_tables t
  on t.user_id = e.user_id and t.snapshot_id = e.snapshot_id and t.table_id = e.table_id`;
/** The same over all tries of a change: 64 hex digits. */
export const NEW_KEY = Prisma.sql`replace(gen_random_uuid()::text || gen_random_uuid()::text, '-', '')`;

/** What is staged in a snapshot, as it is to be published. */
@Injectable()
export class PublicationStore {
  constructor(private readonly db: DbService) {}

  /** Fixes what is staged as the changes of a publication. */
  async takeUp(tx: Transaction, { userId, snapshotId, publicationId }: Scope): Promise<void> {
    await tx.$executeRaw`
      insert into snapshot_publication_changes (user_id, publication_id, position, change_id,
        revision, table_id, record_id, op, fields, base, idempotency_key)
      select e.user_id, ${publicationId}::text, row_number() over (order by ${ORDER}), e.change_id,
        e.revision, e.table_id, e.record_id, e.op,
        case e.op when 'delete' then '{}'::jsonb else e.fields end, e.base, ${NEW_KEY}
      from ${STAGED} where e.user_id = ${userId} and e.snapshot_id = ${snapshotId}`;
  }

  /** The ids of all staged changes, in the order in which they would be carried out. */
  async stagedIds(userId: string, snapshotId: string): Promise<string[]> {
    const rows = await this.db.$queryRaw<{ id: string }[]>`
      select e.change_id as id from ${STAGED}
      where e.user_id = ${userId} and e.snapshot_id = ${snapshotId} order by ${ORDER}`;
    return rows.map(({ id }) => id);
  }

  /** Staged changes, in the order of their ids; without those that are staged no more. */
  async staged(userId: string, snapshotId: string, ids: readonly string[]): Promise<Change[]> {
    const rows = await this.db.$queryRaw<ChangeRow[]>`
      select e.change_id as "changeId", e.table_id as "tableId", e.record_id as id, e.op,
        case e.op when 'delete' then '{}' else e.fields::text end as fields, e.base::text as base
      from unnest(${[...ids]}::text[]) with ordinality as wanted (id, place)
      join snapshot_edits e on e.user_id = ${userId} and e.snapshot_id = ${snapshotId}
        and e.change_id = wanted.id
      order by wanted.place`;
    return rows.map(readChange);
  }

  /** The tables with staged changes that were copied, and the hash of the mapping of each copy. */
  async copiedTables(
    tx: Transaction,
    userId: string,
    snapshotId: string,
  ): Promise<{ tableId: string; mappingHash: Uint8Array }[]> {
    return tx.$queryRaw`
      select t.table_id as "tableId", t.mapping_hash as "mappingHash" from snapshot_tables t
      where t.user_id = ${userId} and t.snapshot_id = ${snapshotId} and t.mapping_hash is not null
        and exists (
          select from snapshot_edits e where e.user_id = t.user_id
            and e.snapshot_id = t.snapshot_id and e.table_id = t.table_id)
      order by t.position, t.table_id`;
  }

  /** The newest publication of the snapshot of which a change is not known to be done or not. */
  async unresolved(tx: Transaction, userId: string, snapshotId: string): Promise<string | null> {
    const [row] = await tx.$queryRaw<{ id: string }[]>`
      select p.id from snapshot_publications p
      where p.user_id = ${userId} and p.snapshot_id = ${snapshotId} and exists (
        select from snapshot_publication_changes c
        where c.user_id = p.user_id and c.publication_id = p.id and (c.outcome = 'unknown'
          or (c.outcome = 'waiting' and c.sent_at is not null)))
      order by p.created_at desc, p.id desc limit 1`;
    return row?.id ?? null;
  }
}
