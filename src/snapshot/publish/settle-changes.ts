import { Prisma } from '../../db/generated/client.js';
import type { Transaction } from '../snapshot-access.js';
import type { ChangeEnd, Scope } from './publication.types.js';

/**
 * Writes down what became of changes, with all that follows from it, in a transaction in which the
 * snapshot is locked: what is done is in the copy and staged no more, what failed says why.
 */
export async function settleChanges(
  tx: Transaction,
  scope: Scope,
  ends: readonly ChangeEnd[],
): Promise<void> {
  const of = (outcome: ChangeEnd['outcome']) => ends.filter((end) => end.outcome === outcome);
  const done = of('done');
  if (done.length > 0) await settleDone(tx, scope, done);
  const failed = [...of('failed'), ...of('unknown')];
  if (failed.length > 0) await settleFailed(tx, scope, failed);
  const unsent = of('waiting');
  if (unsent.length > 0) await takeBack(tx, scope, unsent);
}

async function settleDone(tx: Transaction, scope: Scope, done: readonly ChangeEnd[]) {
  const { userId, publicationId } = scope;
  const positions = done.map(({ position }) => position);
  const ended = await tx.$queryRaw<{ op: string }[]>`
    update snapshot_publication_changes c
    set outcome = 'done', created_id = given.created_id, error = null,
      answered_at = case when c.sent_at is null then null else now() end
    from unnest(${positions}::int[], ${done.map(({ createdId }) => createdId ?? null)}::text[])
      as given (position, created_id)
    where c.user_id = ${userId} and c.publication_id = ${publicationId}
      and c.position = given.position
    returning c.op`;
  const ops = new Set(ended.map(({ op }) => op));
  // Materialized, for they are few: the planner has no statistics of rows that are just being made.
  const changes = Prisma.sql`changes as materialized (
    select * from snapshot_publication_changes
    where user_id = ${userId} and publication_id = ${publicationId}
      and position = any(${positions}::int[]))`;
  if (ops.has('create')) await copyCreated(tx, scope, changes);
  if (ops.has('update')) await copyUpdated(tx, scope, changes);
  if (ops.has('delete')) await copyDeleted(tx, scope, changes);
  await settleEdits(tx, scope, changes);
}

/** The copied tables that changes are of. */
function copiesOf({ snapshotId }: Scope): Prisma.Sql {
  return Prisma.sql`changes c join snapshot_tables t on t.user_id = c.user_id
    and t.snapshot_id = ${snapshotId} and t.table_id = c.table_id and t.generation is not null`;
}

async function copyCreated(tx: Transaction, scope: Scope, changes: Prisma.Sql) {
  // A remote may give the same id twice.
  await tx.$executeRaw`
    with ${changes}, added as (
      insert into snapshot_records (user_id, generation, id, fields)
      select distinct on (t.generation, c.created_id)
        c.user_id, t.generation, c.created_id, c.fields
      from ${copiesOf(scope)} where c.op = 'create' and c.created_id is not null
      order by t.generation, c.created_id, c.position desc
      on conflict (user_id, generation, id) do update set fields = excluded.fields, gone = false
      returning generation, xmax = 0 as is_new
    ), counts as (
      select generation, count(*)::int from added where is_new group by generation
    )
    update snapshot_tables t set records = t.records + counts.count from counts
    where t.user_id = ${scope.userId} and t.snapshot_id = ${scope.snapshotId}
      and t.generation = counts.generation`;
}

async function copyUpdated(tx: Transaction, scope: Scope, changes: Prisma.Sql) {
  // One that the copy took for gone is there after all.
  await tx.$executeRaw`
    with ${changes}, old as materialized (
      select r.generation, r.id, r.gone, c.fields from ${copiesOf(scope)}
      join snapshot_records r on r.user_id = c.user_id and r.generation = t.generation
        and r.id = c.record_id
      where c.op = 'update'
    ), changed as (
      update snapshot_records r set fields = r.fields || old.fields, gone = false from old
      where r.user_id = ${scope.userId} and r.generation = old.generation and r.id = old.id
    ), counts as (
      select generation, count(*)::int from old where gone group by generation
    )
    update snapshot_tables t set records = t.records + counts.count from counts
    where t.user_id = ${scope.userId} and t.snapshot_id = ${scope.snapshotId}
      and t.generation = counts.generation`;
}

async function copyDeleted(tx: Transaction, scope: Scope, changes: Prisma.Sql) {
  await tx.$executeRaw`
    with ${changes}, old as materialized (
      select c.user_id, t.generation, c.record_id from ${copiesOf(scope)} where c.op = 'delete'
    ), removed as (
      delete from snapshot_records r using old
      where r.user_id = old.user_id and r.generation = old.generation and r.id = old.record_id
      returning r.generation, r.gone
    ), counts as (
      select generation, count(*)::int from removed where not gone group by generation
    )
    update snapshot_tables t set records = t.records - counts.count from counts
    where t.user_id = ${scope.userId} and t.snapshot_id = ${scope.snapshotId}
      and t.generation = counts.generation`;
}

/**
 * What was published is staged no more. What was staged anew meanwhile stays, made on the published
 * values; of a record that was created, as an update of it.
 */
async function settleEdits(
  tx: Transaction,
  { userId, snapshotId }: Scope,
  changes: Prisma.Sql,
): Promise<void> {
  const edits = Prisma.sql`e.user_id = ${userId} and e.snapshot_id = ${snapshotId}
    and e.change_id = c.change_id`;
  await tx.$executeRaw`
    with ${changes} delete from snapshot_edits e using changes c
    where ${edits} and (e.revision = c.revision
      or (c.op = 'delete' and e.op = 'delete')
      or (c.op = 'create' and (c.created_id is null or e.op = 'delete')))`;
  const [left] = await tx.$queryRaw<{ count: number }[]>`
    with ${changes} select count(*)::int from changes c join snapshot_edits e on ${edits}`;
  if (left?.count === 0) return;
  await tx.$executeRaw`
    with ${changes} update snapshot_edits e
    set op = 'update', record_id = c.created_id, error = null,
      fields = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(e.fields)
        where value is distinct from c.fields -> key),
      base = (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(c.fields)
        where jsonb_exists(e.fields, key) and value is distinct from e.fields -> key)
    from changes c
    where ${edits} and c.op = 'create' and e.op = 'create' and not exists (
      select from snapshot_edits o where o.user_id = e.user_id
        and o.snapshot_id = e.snapshot_id and o.table_id = e.table_id
        and o.record_id = c.created_id)`;
  await tx.$executeRaw`
    with ${changes} update snapshot_edits e set error = null,
      base = e.base || (select coalesce(jsonb_object_agg(key, value), '{}') from jsonb_each(c.fields)
        where e.op = 'delete' or jsonb_exists(e.fields, key))
    from changes c where ${edits} and c.op = 'update'`;
  await tx.$executeRaw`
    with ${changes} delete from snapshot_edits e using changes c
    where ${edits} and c.op = 'create' and e.op = 'update' and e.fields = '{}'::jsonb`;
}

async function settleFailed(tx: Transaction, scope: Scope, failed: readonly ChangeEnd[]) {
  const { userId, snapshotId, publicationId } = scope;
  const errors = failed.map(({ error }) => (error ? JSON.stringify(error) : null));
  await tx.$executeRaw`
    with ended as (
      update snapshot_publication_changes c
      set outcome = given.outcome, error = given.error::json,
        answered_at = case when c.sent_at is null then null else now() end
      from unnest(${failed.map(({ position }) => position)}::int[],
        ${failed.map(({ outcome }) => outcome)}::text[], ${errors}::text[])
        as given (position, outcome, error)
      where c.user_id = ${userId} and c.publication_id = ${publicationId}
        and c.position = given.position
      returning c.change_id, c.error
    )
    update snapshot_edits e set error = ended.error from ended
    where e.user_id = ${userId} and e.snapshot_id = ${snapshotId}
      and e.change_id = ended.change_id`;
}

/** Of what turned out not to have been done, as if it had never been sent. */
async function takeBack(tx: Transaction, scope: Scope, unsent: readonly ChangeEnd[]) {
  const { userId, publicationId } = scope;
  await tx.$executeRaw`
    update snapshot_publication_changes
    set outcome = 'waiting', sent_at = null, answered_at = null, error = null
    where user_id = ${userId} and publication_id = ${publicationId}
      and position = any(${unsent.map(({ position }) => position)}::int[])`;
}
