import { Injectable } from '@nestjs/common';
import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import type { Connector } from '../../remote-service/connector.js';
import { FunctionMissingError } from '../../remote-service/run.errors.js';
import type { StoredProblem } from '../snapshot.types.js';
import { storedProblem } from '../stored-problem.js';
import { judgeChange, type ChangeOp, type PlanOutcome } from './judge-change.js';
import type { Change, Planned } from './publication.types.js';
import { RemoteRecords } from './remote-records.js';

const FUNCTIONS = {
  create: 'createRecord',
  update: 'updateRecord',
  delete: 'deleteRecord',
} satisfies Record<ChangeOp, FunctionName>;

/** Says what changes would come to, were they carried out now. */
@Injectable()
export class Planner {
  constructor(private readonly records: RemoteRecords) {}

  /** Judges each change by what the remote has, in their order. Rejects once the signal fires. */
  async plan<C extends Change>(
    connector: Connector,
    scope: { userId: string; snapshotId: string },
    changes: readonly C[],
    signal: AbortSignal,
  ): Promise<Planned<C>[]> {
    const theirs = await this.records.theirsOf(connector, scope, changes, signal);
    return changes.map((change, place) => {
      const { record = null, error } = theirs[place] ?? {};
      const { outcome } = judgeChange(change, record);
      const problem = error ? storedProblem(error) : missing(connector, change.op, outcome);
      return { change, outcome, theirs: record, error: problem };
    });
  }
}

/** That the connector has no function for a change which would need it. */
function missing(connector: Connector, op: ChangeOp, outcome: PlanOutcome): StoredProblem | null {
  const name = FUNCTIONS[op];
  const needed = outcome === 'apply' || outcome === 'conflict';
  if (!needed || connector.has(name)) return null;
  return storedProblem(new FunctionMissingError(name, `The connector has no ${name}.`));
}
