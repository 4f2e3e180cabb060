import { problemDocument, ProblemError } from '../common/problem.js';
import type { RunnableConnector } from '../custom-connector/custom-connector.types.js';
import { joinId, splitId } from '../common/entity-id.js';
import type { MappingConfig } from '../mapping/mapping.types.js';
import type { DownloadOptions, EntityId, Table, TableSpec } from './connector.types.js';
import { readColumns, readTables } from './read-results.js';
import { FunctionMissingError, TableNotFoundError } from './run.errors.js';
import type { RunService } from './run.service.js';
import type { ReadSummary } from './summary.js';

/** One connector of one user, as an object for data operations. Failures are ProblemErrors. */
export class Connector {
  constructor(
    private readonly connector: RunnableConnector,
    private readonly runs: RunService,
  ) {}

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

  private mappingOf(wsId: string): MappingConfig | null {
    const { mapping, tableMappings } = this.connector.definition;
    const own = tableMappings && Object.hasOwn(tableMappings, wsId) ? tableMappings[wsId] : null;
    return own ?? mapping;
  }
}

function missing(functionName: string, what: string): FunctionMissingError {
  return new FunctionMissingError(functionName, `The connector has ${what}.`);
}

/** How a failed test is told: as the problem that the operation itself would have answered with. */
export function healthOf(problem: ProblemError | null, requestId: string) {
  return problem === null
    ? { health: 'ok' }
    : { health: 'error', error: problemDocument(problem, requestId) };
}
