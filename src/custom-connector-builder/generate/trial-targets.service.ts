import { Injectable } from '@nestjs/common';
import { joinId, splitId } from '../../common/entity-id.js';
import type {
  FunctionName,
  RunnableConnector,
} from '../../custom-connector/custom-connector.types.js';
import { mappingFor } from '../../custom-connector/mapping-for.js';
import { TrialService } from '../trial/trial.service.js';
import { UnsavedService } from '../trial/unsaved.service.js';

/** What a function can be tried on; `missing` says why there is nothing. */
export interface TrialTarget {
  tableId?: string[];
  recordId?: string;
  missing?: string;
}

/** Finds a table, and a record in it, on which a connector's reads can be tried. */
@Injectable()
export class TrialTargets {
  constructor(
    private readonly unsaved: UnsavedService,
    private readonly trials: TrialService,
  ) {}

  /** What that function needs: its first table, and of `getRecord` the first record of it. */
  async find(
    stored: RunnableConnector,
    functionName: FunctionName,
    signal: AbortSignal,
  ): Promise<TrialTarget> {
    if (functionName === 'listTables') return {};
    const tableId = await this.firstTable(stored, signal);
    if (!tableId) return { missing: 'the connector lists no table that it could be tried on' };
    if (functionName !== 'getRecord') return { tableId };
    const recordId = await this.firstRecord(stored, tableId, signal);
    if (recordId === undefined) {
      return { tableId, missing: 'the connector’s pollRecords gives no record to ask for' };
    }
    return { tableId, recordId };
  }

  private async firstTable(
    stored: RunnableConnector,
    signal: AbortSignal,
  ): Promise<string[] | undefined> {
    const { listTables, tables } = stored.definition;
    if (listTables === null) return splitId(tables?.[0] ?? '') ?? undefined;
    const own = await this.unsaved.openGenerated(stored, 'listTables', listTables);
    const trial = { functionName: 'listTables' as const, mapping: null, signal };
    const { result, problem } = await this.trials.try(own, trial);
    if (result === undefined || problem) return undefined;
    return (JSON.parse(result) as { id: string[] }[])[0]?.id;
  }

  private async firstRecord(
    stored: RunnableConnector,
    tableId: string[],
    signal: AbortSignal,
  ): Promise<string | undefined> {
    const { pollRecords } = stored.definition;
    if (pollRecords === null) return undefined;
    const own = await this.unsaved.openGenerated(stored, 'pollRecords', pollRecords);
    const mapping = mappingFor(stored.definition, joinId(tableId));
    const trial = { functionName: 'pollRecords' as const, mapping, tableId, maxRecords: 1, signal };
    const { trace } = await this.trials.try(own, trial);
    return (trace.records?.[0] as { id: string } | undefined)?.id;
  }
}
