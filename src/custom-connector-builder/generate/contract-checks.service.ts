import { Injectable } from '@nestjs/common';
import { joinId } from '../../common/entity-id.js';
import {
  EMPTY_DEFINITION,
  type FunctionName,
  type RunnableConnector,
} from '../../custom-connector/custom-connector.types.js';
import { mappingFor } from '../../custom-connector/mapping-for.js';
import { TrialService } from '../trial/trial.service.js';
import type { TrialCall } from '../trial/trial.types.js';
import { UnsavedService } from '../trial/unsaved.service.js';
import { DryNetwork } from './dry-network.js';
import type { Check, FailedCheck } from './generate.types.js';
import { judgeDryRun } from './judge-dry-run.js';
import { judgeLiveRun } from './judge-live-run.js';
import { madeUpInput } from './made-up-input.js';
import type { TrialTarget } from './trial-targets.service.js';

/** Of a table that generated code is tried on: enough to see whether it goes on from page to page. */
const MOST_RECORDS = 2_000;

const READS: readonly FunctionName[] = ['listTables', 'fetchSchema', 'pollRecords', 'getRecord'];

/** What code is generated for. */
export interface Purpose {
  userId: string;
  functionName: FunctionName;
  /** Null where there is no connector yet. */
  stored: RunnableConnector | null;
  /** What a read can be tried on; null where it is not to be run against a remote. */
  target: TrialTarget | null;
}

/** Whether there is a remote that generated code may be run against: reads alone, and named hosts. */
export function runsLive(functionName: FunctionName, stored: RunnableConnector | null): boolean {
  return READS.includes(functionName) && (stored?.definition.allowedHosts.length ?? 0) > 0;
}

/** Runs generated code, and holds what it does against its contract. */
@Injectable()
export class ContractChecks {
  constructor(
    private readonly unsaved: UnsavedService,
    private readonly trials: TrialService,
  ) {}

  /**
   * Against the remote where there is a target for it. Else with no network, where only what the
   * code does before its first request can be held against anything.
   */
  async check(
    purpose: Purpose,
    code: string,
    signal: AbortSignal,
  ): Promise<(Check | FailedCheck)[]> {
    const { functionName, target } = purpose;
    const stored = purpose.stored ?? without(purpose.userId);
    const own = await this.unsaved.openGenerated(stored, functionName, code);
    if (target && target.missing === undefined) {
      const { tableId, recordId } = target;
      const trial: TrialCall = {
        ...{ functionName, signal, maxRecords: MOST_RECORDS },
        mapping: mappingFor(stored.definition, joinId(tableId ?? [])),
        ...(tableId === undefined ? {} : { tableId }),
        ...(recordId === undefined ? {} : { recordId }),
      };
      return judgeLiveRun(trial, await this.trials.try(own, trial));
    }
    const network = new DryNetwork();
    const input = madeUpInput(stored.definition);
    const mapping = mappingFor(stored.definition, joinId(input.tableId));
    const trial = { functionName, mapping, signal, ...input };
    const report = await this.trials.try(own, trial, network.around);
    const why = target?.missing ?? whyDry(functionName, purpose.stored);
    return judgeDryRun(trial, report, { asked: network.asked, why });
  }
}

function whyDry(functionName: FunctionName, stored: RunnableConnector | null): string {
  if (!READS.includes(functionName)) return 'writes are not run by themselves';
  return stored === null
    ? 'there is no connector yet that names hosts'
    : 'the connector’s allowedHosts name no host';
}

/** In the place of a connector where there is none. */
function without(userId: string): RunnableConnector {
  return { id: '', userId, version: 0, apiKey: null, definition: EMPTY_DEFINITION };
}
