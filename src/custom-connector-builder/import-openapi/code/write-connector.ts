import { joinId } from '../../../common/entity-id.js';
import { MAX_SOURCE_BYTES, MAX_TABLES } from '../../../custom-connector/check-definition.js';
import type { ImportedConnector } from '../import.types.js';
import { mappingOf } from '../plan/records/mapping-of.js';
import type { TablePlan } from '../plan/plan.types.js';
import type { CodeContext } from './connector-code.types.js';
import type { Served } from './source-writer.js';
import { writeGetRecord, writePollRecords } from './write-reads.js';
import { writeFetchSchema, writeListTables } from './write-tables.js';
import { writeCreateRecord, writeDeleteRecord, writeUpdateRecord } from './write-writes.js';

/** A body of `POST /custom-connectors` has 5 MiB; the name and the schemas of answers need some. */
const MAX_BYTES = 4 * 1024 * 1024;

export type ConnectorCode = Omit<ImportedConnector, 'name' | 'allowedHosts'>;

/**
 * The functions, tables and mappings of a connector; where it is larger than one may be, by how much:
 * 2 for twice as large.
 */
export function writeConnector(context: CodeContext): { code: ConnectorCode } | { excess: number } {
  if (context.tables.length === 0) return { code: {} };
  const code = { ...functionsOf(context), ...tablesOf(context) };
  const sources = Object.values(code).filter((value) => typeof value === 'string');
  const excess = Math.max(
    ...sources.map((source) => Buffer.byteLength(source) / MAX_SOURCE_BYTES),
    Buffer.byteLength(JSON.stringify(code)) / MAX_BYTES,
    (code.tables?.length ?? 0) / MAX_TABLES,
  );
  return excess > 1 ? { excess } : { code };
}

function functionsOf(context: CodeContext): ConnectorCode {
  const { tables } = context;
  const served = <T>(planOf: (table: TablePlan) => T | undefined): Served<T>[] =>
    tables.flatMap((table) => {
      const plan = planOf(table);
      return plan === undefined ? [] : [{ table, plan }];
    });
  const [gets, creates, updates, removals] = [
    served(({ get }) => get),
    served(({ create }) => create),
    served(({ update }) => update),
    served(({ remove }) => remove),
  ] as const;
  const isNested = tables.some(({ parents }) => parents.length > 0);
  return {
    ...(isNested ? { listTables: writeListTables(context) } : {}),
    ...(context.mapsInCode ? { fetchSchema: writeFetchSchema(context) } : {}),
    pollRecords: writePollRecords(
      context,
      served(({ list }) => list),
    ),
    ...(gets.length > 0 ? { getRecord: writeGetRecord(context, gets) } : {}),
    ...(creates.length > 0 ? { createRecord: writeCreateRecord(context, creates) } : {}),
    ...(updates.length > 0 ? { updateRecord: writeUpdateRecord(context, updates) } : {}),
    ...(removals.length > 0 ? { deleteRecord: writeDeleteRecord(context, removals) } : {}),
  };
}

/** Ids are known of tables without parents alone; with one kind of others, theirs is the mapping of the rest. */
function tablesOf({ tables, mapsInCode }: CodeContext): ConnectorCode {
  if (mapsInCode) return {};
  const roots = tables.filter(({ parents }) => parents.length === 0);
  const [nested] = tables.filter(({ parents }) => parents.length > 0);
  const ids = nested ? {} : { tables: roots.map(({ name }) => joinId([name])) };
  const [only] = roots;
  if (!nested && roots.length === 1 && only) return { ...ids, mapping: mappingOf(only) };
  const mappings = roots.map((table) => [joinId([table.name]), mappingOf(table)] as const);
  return {
    ...ids,
    ...(nested ? { mapping: mappingOf(nested) } : {}),
    tableMappings: Object.fromEntries(mappings),
  };
}
