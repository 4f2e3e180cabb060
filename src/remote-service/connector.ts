import { problemDocument, ProblemError } from '../common/problem.js';
import type {
  FunctionName,
  RunnableConnector,
} from '../custom-connector/custom-connector.types.js';
import { mappingFor } from '../custom-connector/mapping-for.js';
import { joinId, splitId } from '../common/entity-id.js';
import type { MappingConfig } from '../mapping/mapping.types.js';
import type { JsonValue } from '../sandbox/sandbox.types.js';
import type { DownloadOptions, EntityId, Table, TableSpec } from './connector.types.js';
import { readColumns, readCreatedId, readRecord, readTables } from './read-results.js';
import { FunctionMissingError, TableNotFoundError } from './run.errors.js';
import type { RunService } from './run.service.js';
import type { Call } from './run.types.js';
import type { ReadSummary } from './summary.js';
import { writeBatch } from './writes/write-batch.js';
import type { WriteTurns } from './writes/write-turns.js';
import type { ChangedRecord, NewRecord, RecordResult, WriteOptions } from './writes/write.types.js';

/** One connector of one user, as an object for data operations. Failures are ProblemErrors. */
export class Connector {
  constructor(
    private readonly connector: RunnableConnector,
    private readonly runs: RunService,
    private readonly turns: WriteTurns,
  ) {}

  /** The version that runs. */
  get version(): number {
    return this.connector.version;
  }

  has(functionName: FunctionName): boolean {
    return this.connector.definition[functionName] !== null;
  }

  /**
   * Tries the connector: lists its tables, or else reads the first page of its first table. Gives
   * the problem where that fails; throws only where there is nothing to try.
   */
  async testConnection(signal?: AbortSignal): Promise<ProblemError | null> {
    const { listTables, pollRecords, tables } = this.connector.definition;
    try {
      if (listTables !== null) await this.listTables(signal);
      else if (pollRecords !== null) await this.readFirst(tables?.[0] ?? '', signal);
      else throw missing('listTables', 'neither listTables nor pollRecords');
      return null;
    } catch (error) {
      if (error instanceof ProblemError && !(error instanceof FunctionMissingError)) return error;
      throw error;
    }
  }

  /** The tables as `listTables` gives them, else those that the connector names. */
  async listTables(signal?: AbortSignal): Promise<Table[]> {
    const { listTables, tables } = this.connector.definition;
    if (listTables !== null) {
      const { run, value } = await this.runs.call(this.connector, {
        functionName: 'listTables',
        args: (apiKey) => [apiKey],
        ...(signal ? { signal } : {}),
      });
      return this.runs.judge(run, () => readTables(run, value));
    }
    if (tables === null) throw missing('listTables', 'neither listTables nor tables');
    return tables.map((wsId) => {
      const remoteId = splitId(wsId) ?? [wsId];
      return { id: { wsId, remoteId }, displayName: remoteId.join(' / ') };
    });
  }

  /** The columns as `fetchSchema` gives them, else the connector's schema, else its mapping's. */
  async fetchTableSpec(wsId: string, signal?: AbortSignal): Promise<TableSpec> {
    const table = this.table(wsId);
    const columns = await this.columnsOf(table, signal);
    return {
      id: table,
      name: table.remoteId.join(' / '),
      columns: columns.map(({ id, displayName, type }) => ({
        id: { wsId: joinId([id]), remoteId: [id] },
        name: displayName,
        pgType: type,
      })),
    };
  }

  /** Reads a table; the records go to `onRecords` as they come. */
  async downloadTableRecords(wsId: string, options: DownloadOptions): Promise<ReadSummary> {
    const { limit, signal, onRecords } = options;
    const table = this.table(wsId);
    return this.runs.read(this.connector, {
      ...{ functionName: 'pollRecords', onRecords, mapping: this.mappingOf(wsId) },
      tableId: wsId,
      args: (apiKey) => [apiKey, table.remoteId],
      ...(limit === undefined ? {} : { maxRecords: limit }),
      ...(signal ? { signal } : {}),
    });
  }

  /**
   * One record as `getRecord` gives it, mapped: the JSON text of `{ id, fields }`, in which no number
   * has lost a digit. Null where there is none of this id.
   */
  async getRecord(wsId: string, recordId: string, signal?: AbortSignal): Promise<string | null> {
    const { remoteId } = this.table(wsId);
    const mapping = this.mappingOf(wsId);
    const { run, value } = await this.runs.call(this.connector, {
      functionName: 'getRecord',
      tableId: wsId,
      args: (apiKey) => [recordId, apiKey, remoteId],
      result: { kind: 'record', requestedId: recordId, ...(mapping ? { mapping } : {}) },
      ...(signal ? { signal } : {}),
    });
    return this.runs.judge(run, () => readRecord(run, value));
  }

  /** As `getRecord`, in a turn of the user's: many at once leave others room. */
  getRecordInTurn(wsId: string, recordId: string, signal?: AbortSignal): Promise<string | null> {
    const { userId } = this.connector;
    return this.turns.take(userId, () => this.getRecord(wsId, recordId, signal));
  }

  /**
   * Makes records, by a call of `createRecord` for each; gives what came of each, in their order.
   * Throws only before the first one, or what a hook of the options threw.
   */
  async createRecords(
    wsId: string,
    records: readonly NewRecord[],
    options: WriteOptions = {},
  ): Promise<RecordResult[]> {
    const { remoteId } = this.table(wsId);
    return this.write('createRecord', records, options, ({ fields }) => ({
      tableId: wsId,
      args: (apiKey) => [fields as JsonValue, apiKey, remoteId],
      result: { kind: 'createdId' },
    }));
  }

  /** Changes records, by a call of `updateRecord` for each; gives and throws as `createRecords`. */
  async updateRecords(
    wsId: string,
    records: readonly ChangedRecord[],
    options: WriteOptions = {},
  ): Promise<RecordResult[]> {
    const { remoteId } = this.table(wsId);
    return this.write('updateRecord', records, options, ({ id, fields }) => ({
      tableId: wsId,
      id,
      args: (apiKey) => [id, fields as JsonValue, apiKey, remoteId],
      result: { kind: 'ignored' },
    }));
  }

  /** Removes records, by a call of `deleteRecord` for each; gives and throws as `createRecords`. */
  async deleteRecords(
    wsId: string,
    ids: readonly string[],
    options: WriteOptions = {},
  ): Promise<RecordResult[]> {
    const { remoteId } = this.table(wsId);
    return this.write('deleteRecord', ids, options, (id) => ({
      tableId: wsId,
      id,
      args: (apiKey) => [id, apiKey, remoteId],
      result: { kind: 'ignored' },
    }));
  }

  /** `callOf` says how a record is written, and its id where it has one already. */
  private async write<T>(
    functionName: FunctionName,
    records: readonly T[],
    options: WriteOptions,
    callOf: (record: T) => Pick<Call, 'args' | 'result' | 'tableId'> & { id?: string },
  ): Promise<RecordResult[]> {
    if (this.connector.definition[functionName] === null) throw missing(functionName);
    const { userId } = this.connector;
    const takeTurn = (work: () => Promise<void>) => this.turns.take(userId, work);
    return writeBatch(records.length, { ...options, takeTurn }, async (index, once) => {
      const { id, ...call } = callOf(records[index] as T);
      const named = { functionName, ...once, ...call };
      const { run, value } = await this.runs.call(this.connector, named);
      return id ?? this.runs.judge(run, () => readCreatedId(run, value));
    });
  }

  private async readFirst(wsId: string, signal?: AbortSignal): Promise<void> {
    await this.runs.read(this.connector, {
      functionName: 'pollRecords',
      ...(wsId === '' ? {} : { tableId: wsId }),
      args: (apiKey) => [apiKey, splitId(wsId) ?? []],
      mapping: this.mappingOf(wsId),
      maxRecords: 1,
      onRecords: () => Promise.resolve(),
      ...(signal ? { signal } : {}),
    });
  }

  private async columnsOf(table: EntityId, signal?: AbortSignal) {
    const { fetchSchema, schema } = this.connector.definition;
    if (fetchSchema !== null) {
      const { run, value } = await this.runs.call(this.connector, {
        functionName: 'fetchSchema',
        tableId: table.wsId,
        args: (apiKey) => [apiKey, table.remoteId],
        ...(signal ? { signal } : {}),
      });
      return this.runs.judge(run, () => readColumns(run, value));
    }
    if (schema !== null) return schema;
    const mapping = this.mappingOf(table.wsId);
    if (mapping === null) throw missing('fetchSchema', 'neither fetchSchema, schema nor a mapping');
    return mapping.fields.map(({ name, type }) => ({ id: name, displayName: name, type }));
  }

  /** The ids of a table; where the connector itself names its tables, it must be one of them. */
  private table(wsId: string): EntityId {
    const { listTables, tables } = this.connector.definition;
    const remoteId = splitId(wsId);
    const unlisted = listTables === null && tables !== null && !tables.includes(wsId);
    if (remoteId === null || unlisted) throw new TableNotFoundError();
    return { wsId, remoteId };
  }

  /** The mapping of a table, or null where its pages are records already. */
  mappingOf(wsId: string): MappingConfig | null {
    return mappingFor(this.connector.definition, wsId);
  }
}

function missing(functionName: string, what = `no ${functionName}`): FunctionMissingError {
  return new FunctionMissingError(functionName, `The connector has ${what}.`);
}

/** How a failed test is told: as the problem that the operation itself would have answered with. */
export function healthOf(problem: ProblemError | null, requestId: string) {
  return problem === null
    ? { health: 'ok' }
    : { health: 'error', error: problemDocument(problem, requestId) };
}
