import { Injectable } from '@nestjs/common';
import { isStorable } from '../../common/check-text.js';
import { ProblemError } from '../../common/problem.js';
import type { Connector } from '../../remote-service/connector.js';
import type { RecordResult } from '../../remote-service/writes/write.types.js';
import { storedProblem } from '../stored-problem.js';
import type { ChangeEnd, JournalChange } from './publication.types.js';
import { CreatedIdError, OutcomeUnknownError } from './publish.errors.js';
import { readRecord, RemoteRecords } from './remote-records.js';
import { settleDoubt, type Sight } from './settle-doubt.js';
import { weighFailure } from './weigh-failure.js';

/** Finds out what calls have come to, where need be by asking the remote. */
@Injectable()
export class CallResults {
  constructor(private readonly records: RemoteRecords) {}

  /**
   * What the result of a call means. To be called in the turn of the call, before which nothing else
   * of the record is done. Rejects once the signal fires where nothing is known by then.
   */
  async endOf(
    connector: Connector,
    change: JournalChange,
    result: RecordResult,
    signal: AbortSignal,
  ): Promise<ChangeEnd> {
    const { position, op, tableId, id } = change;
    if (result.status === 'ok') {
      if (op !== 'create') return { position, outcome: 'done' };
      if (isStorable(result.id)) return { position, outcome: 'done', createdId: result.id };
      return { position, outcome: 'unknown', error: storedProblem(new CreatedIdError()) };
    }
    const error = storedProblem(result.problem);
    const weight = weighFailure(result.problem);
    if (weight === 'unsent') return { position, outcome: 'waiting' };
    if (weight === 'failed') return { position, outcome: 'failed', error };
    signal.throwIfAborted();
    if (op === 'create' || !connector.has('getRecord')) {
      return { position, outcome: 'unknown', error };
    }
    try {
      const { record } = readRecord(await connector.getRecord(tableId, id, signal));
      const sight = settleDoubt(change, change.theirs, record);
      if (sight === 'done') return { position, outcome: 'done' };
      // It is not tried again by itself: why should it go better at once?
      return { position, outcome: sight === 'not-done' ? 'failed' : 'unknown', error };
    } catch (failure) {
      signal.throwIfAborted();
      if (!(failure instanceof ProblemError)) throw failure;
      return { position, outcome: 'unknown', error };
    }
  }

  /**
   * What became of a change whose call was begun by a process that died: what is not done waits again,
   * for no other process is at it.
   */
  async afterCrash(
    connector: Connector,
    change: JournalChange,
    signal: AbortSignal,
  ): Promise<ChangeEnd> {
    const { position } = change;
    const sight = await this.look(connector, change, signal);
    if (sight === 'done') return { position, outcome: 'done' };
    if (sight === 'not-done') return { position, outcome: 'waiting' };
    return { position, outcome: 'unknown', error: storedProblem(new OutcomeUnknownError()) };
  }

  private async look(
    connector: Connector,
    change: JournalChange,
    signal: AbortSignal,
  ): Promise<Sight> {
    const { op, tableId, id, theirs } = change;
    if (op === 'create' || !connector.has('getRecord')) return 'unknown';
    const { record, error } = await this.records.ask(connector, tableId, id, signal);
    return error ? 'unknown' : settleDoubt(change, theirs, record);
  }
}
