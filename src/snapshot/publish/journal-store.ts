import { Injectable } from '@nestjs/common';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import { writeJson } from '../../json/write-json.js';
import type { ChangeOp } from './judge-change.js';
import type { Transaction } from '../snapshot-access.js';
import type { JournalChange, Planned, Scope } from './publication.types.js';
import { readJournalChange, type JournalRow } from './read-change.js';

const COLUMNS = Prisma.sql`c.position, c.change_id as "changeId", c.table_id as "tableId",
  c.record_id as id, c.op, c.fields::text as fields, c.base::text as base,
  c.theirs::text as theirs, c.idempotency_key as "idempotencyKey"`;

/** Which changes are asked for: in order of position, behind one, so many. */
interface Part {
  after: number;
  limit: number;
}

/** The changes of publications as they stand in the journal, and how far each is. */
@Injectable()
export class JournalStore {
  constructor(private readonly db: DbService) {}

  /** Sent by a process that did not come to write down what became of it. */
  inDoubt(scope: Scope, part: Part): Promise<JournalChange[]> {
    return this.read(scope, part, Prisma.sql`c.outcome = 'waiting' and c.sent_at is not null`);
  }

  /** To be carried out still. */
  waiting(scope: Scope, part: Part): Promise<JournalChange[]> {
    return this.read(scope, part, Prisma.sql`c.outcome = 'waiting' and c.sent_at is null`);
  }

  /** To be carried out still, of one kind. */
  toWrite(scope: Scope, op: ChangeOp, part: Part): Promise<JournalChange[]> {
    return this.read(
      scope,
      part,
      Prisma.sql`c.outcome = 'waiting' and c.sent_at is null and c.op = ${op}`,
    );
  }

  /** What is waiting and is staged no longer, or as another kind of change, is left out. */
  async skipDiscarded(tx: Transaction, scope: Scope): Promise<void> {
    const { userId, snapshotId, publicationId } = scope;
    await tx.$executeRaw`
      update snapshot_publication_changes c set outcome = 'skipped'
      where c.user_id = ${userId} and c.publication_id = ${publicationId}
        and c.outcome = 'waiting' and c.sent_at is null and not exists (
          select from snapshot_edits e where e.user_id = c.user_id
            and e.snapshot_id = ${snapshotId} and e.change_id = c.change_id and e.op = c.op)`;
  }

  /** Writes down what changes would come to. */
  async keepPlan(tx: Transaction, scope: Scope, planned: readonly Planned<JournalChange>[]) {
    const { userId, publicationId } = scope;
    const texts = planned.map(({ theirs }) => (theirs === null ? null : writeJson(theirs)));
    const errors = planned.map(({ error }) => (error === null ? null : JSON.stringify(error)));
    await tx.$executeRaw`
      update snapshot_publication_changes c
      set plan = given.plan, theirs = given.theirs::jsonb, error = given.error::json
      from unnest(${planned.map(({ change }) => change.position)}::int[],
        ${planned.map(({ outcome }) => outcome)}::text[], ${texts}::text[], ${errors}::text[])
        as given (position, plan, theirs, error)
      where c.user_id = ${userId} and c.publication_id = ${publicationId}
        and c.position = given.position and c.outcome = 'waiting'`;
  }

  /** Has the waiting changes that conflict end as `conflict`; gives how many they are. */
  endConflicts(tx: Transaction, { userId, publicationId }: Scope): Promise<number> {
    return tx.$executeRaw`
      update snapshot_publication_changes set outcome = 'conflict'
      where user_id = ${userId} and publication_id = ${publicationId}
        and outcome = 'waiting' and sent_at is null and plan = 'conflict' and error is null`;
  }

  /** The waiting changes that need no call: those that can't be carried out, or are so already. */
  async needless(
    tx: Transaction,
    { userId, publicationId }: Scope,
  ): Promise<{ position: number; plan: string; error: Prisma.JsonValue }[]> {
    return tx.$queryRaw`
      select position, plan, error from snapshot_publication_changes
      where user_id = ${userId} and publication_id = ${publicationId} and outcome = 'waiting'
        and sent_at is null and (error is not null or plan in ('same', 'gone'))
      order by position`;
  }

  /**
   * Notes that calls are about to begin; gives the positions of those that may: what was discarded
   * meanwhile is skipped. Null where the publication is to stop, and none may.
   */
  async begin(
    tx: Transaction,
    scope: Scope,
    positions: readonly number[],
  ): Promise<Set<number> | null> {
    const { userId, snapshotId, publicationId } = scope;
    const [publication] = await tx.$queryRaw<{ stop: boolean }[]>`
      select stop_requested as stop from snapshot_publications
      where user_id = ${userId} and id = ${publicationId} for share`;
    if (publication?.stop !== false) return null;
    const rows = await tx.$queryRaw<{ position: number; outcome: string }[]>`
      update snapshot_publication_changes c
      set sent_at = case when staged.id is null then null else now() end,
        outcome = case when staged.id is null then 'skipped' else c.outcome end
      from snapshot_publication_changes own left join lateral (
        select e.change_id as id from snapshot_edits e where e.user_id = own.user_id
          and e.snapshot_id = ${snapshotId} and e.change_id = own.change_id and e.op = own.op
      ) staged on true
      where own.user_id = ${userId} and own.publication_id = ${publicationId}
        and own.position = any(${[...positions]}::int[])
        and c.user_id = own.user_id and c.publication_id = own.publication_id
        and c.position = own.position and c.outcome = 'waiting'
      returning c.position, c.outcome`;
    const begun = rows.filter(({ outcome }) => outcome === 'waiting');
    return new Set(begun.map(({ position }) => position));
  }

  private async read(
    { userId, publicationId }: Scope,
    { after, limit }: Part,
    which: Prisma.Sql,
  ): Promise<JournalChange[]> {
    const rows = await this.db.$queryRaw<JournalRow[]>`
      select ${COLUMNS} from snapshot_publication_changes c
      where c.user_id = ${userId} and c.publication_id = ${publicationId}
        and c.position > ${after} and ${which}
      order by c.position limit ${limit}`;
    return rows.map(readJournalChange);
  }
}
