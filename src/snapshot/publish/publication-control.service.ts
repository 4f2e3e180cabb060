import { Injectable } from '@nestjs/common';
import { InvalidRequestError } from '../../common/request.errors.js';
import { DbService } from '../../db/db.service.js';
import { Prisma } from '../../db/generated/client.js';
import type { Transaction } from '../snapshot-access.js';
import { SnapshotJobs } from '../snapshot-jobs.js';
import { PUBLISH_JOB } from '../snapshot.types.js';
import { PublicationStates } from './publication-states.js';
import { NEW_KEY } from './publication-store.js';
import type { Scope } from './publication.types.js';
import { PublicationsService } from './publications.service.js';
import { PublishGuard } from './publish-guard.js';
import { ChangeNotUnknownError, PublicationEndedError } from './publish.errors.js';
import { settleChanges } from './settle-changes.js';

/** What a person says of a change of which nobody else knows what became of it. */
export interface Resolution {
  changeId: string;
  outcome: 'done' | 'retry';
  /** Of a record that was made: its id at the remote. */
  id?: string;
}

/** Stops publications, has them go on, and takes a person's word for changes that are unknown. */
@Injectable()
export class PublicationControlService {
  constructor(
    private readonly db: DbService,
    private readonly guard: PublishGuard,
    private readonly jobs: SnapshotJobs,
    private readonly publications: PublicationsService,
    private readonly states: PublicationStates,
  ) {}

  /** Has no further change begin; one that waits for its turn ends at once. */
  async stop(scope: Scope): Promise<void> {
    const { userId, snapshotId, publicationId: id } = scope;
    await this.db.transaction(async (tx) => {
      const { state } = await this.publications.find(tx, userId, snapshotId, id);
      if (state === 'pending' && (await this.jobs.withdraw(tx, snapshotId))) {
        await this.states.finish(tx, scope, 'stopped', null);
        return;
      }
      const { count } = await tx.publication.updateMany({
        where: { id, userId, state: { in: ['pending', 'active'] } },
        data: { stopRequested: true },
      });
      if (count === 0) throw new PublicationEndedError('The publication has ended already.');
    });
  }

  /**
   * Has what is left of the snapshot's newest publication carried out, conflicts included: by the
   * connector's present version, and as it is staged now.
   */
  async resume(scope: Scope): Promise<void> {
    const { userId, snapshotId, publicationId: id } = scope;
    const connector = await this.guard.open(userId, snapshotId);
    await this.db.transaction(async (tx) => {
      await this.publications.find(tx, userId, snapshotId, id);
      await this.guard.lockIdle(tx, userId, snapshotId);
      await this.requireResumable(tx, scope);
      await this.guard.requireCurrent(tx, connector, userId, snapshotId);
      await renew(tx, scope);
      await tx.publication.update({
        where: { id, userId },
        data: {
          ...{ state: 'pending', version: connector.version, stopRequested: false },
          ...{ error: Prisma.DbNull, finishedAt: null },
        },
      });
      const data = { publicationId: id };
      await this.jobs.add(tx, { userId, kind: PUBLISH_JOB, subjectId: snapshotId, data });
    });
  }

  /** Ends an unknown change as a person says; gives it as JSON text. */
  async resolve(scope: Scope, { changeId, outcome, id }: Resolution): Promise<string> {
    const { userId, snapshotId, publicationId } = scope;
    return this.db.transaction(async (tx) => {
      await this.publications.find(tx, userId, snapshotId, publicationId);
      await this.guard.lockIdle(tx, userId, snapshotId);
      const change = await tx.publicationChange.findFirst({
        where: { userId, publicationId, changeId, outcome: 'unknown' },
        select: { position: true, op: true },
      });
      if (change === null) throw new ChangeNotUnknownError();
      const { position, op } = change;
      if (id !== undefined && op !== 'create') {
        throw new InvalidRequestError([{ pointer: '/id', detail: 'is for created records alone' }]);
      }
      const made = id === undefined ? {} : { createdId: id };
      const end = outcome === 'done' ? { outcome, ...made } : { outcome: 'waiting' as const };
      await settleChanges(tx, scope, [{ position, ...end }]);
      await this.states.completeIfDone(tx, scope);
      return this.publications.change(tx, userId, publicationId, position);
    });
  }

  private async requireResumable(tx: Transaction, scope: Scope): Promise<void> {
    const { userId, snapshotId, publicationId } = scope;
    const newest = await tx.publication.findFirst({
      where: { userId, snapshotId },
      orderBy: [{ createdAt: 'desc' }, { id: 'desc' }],
    });
    if (newest?.id !== publicationId) {
      throw new PublicationEndedError('A newer publication has taken its place.');
    }
    const left = await tx.publicationChange.count({
      where: { userId, publicationId, outcome: { in: ['waiting', 'conflict'] } },
    });
    if (!['stopped', 'failed'].includes(newest.state) || left === 0) {
      throw new PublicationEndedError('Nothing of the publication is left to be carried out.');
    }
  }
}

/**
 * Has conflicts wait again, and what waits be as it is staged now. Where that has changed, it is another
 * change for the remote: with a key of its own.
 */
async function renew(tx: Transaction, { userId, snapshotId, publicationId }: Scope): Promise<void> {
  await tx.$executeRaw`
    update snapshot_publication_changes
    set outcome = 'waiting', plan = null, theirs = null, error = null
    where user_id = ${userId} and publication_id = ${publicationId} and sent_at is null
      and outcome in ('waiting', 'conflict')`;
  await tx.$executeRaw`
    update snapshot_publication_changes c set revision = e.revision, base = e.base,
      fields = case e.op when 'delete' then '{}'::jsonb else e.fields end,
      idempotency_key =
        case e.revision when c.revision then c.idempotency_key else ${NEW_KEY} end
    from snapshot_edits e
    where c.user_id = ${userId} and c.publication_id = ${publicationId} and c.sent_at is null
      and c.outcome = 'waiting' and e.user_id = c.user_id and e.snapshot_id = ${snapshotId}
      and e.change_id = c.change_id and e.op = c.op`;
}
