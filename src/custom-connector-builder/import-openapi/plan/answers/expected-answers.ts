import type { Schemas } from '../../read/schema-shape.js';
import type { ImportedConnector } from '../../import.types.js';
import { jsonOf } from './media-types.js';
import type { CallPlan, TablePlan } from '../plan.types.js';
import { responseSchema } from './response-schema.js';

/**
 * The schemas of the answers to `pollRecords` and `getRecord`, where there is one table: a connector
 * has one of each, and one that fits the answers of all tables would fit nearly anything.
 */
export function expectedAnswers(
  schemas: Schemas,
  tables: readonly TablePlan[],
): Pick<ImportedConnector, 'pollRecordsResponse' | 'getRecordResponse'> {
  const [table] = tables;
  if (!table || tables.length > 1) return {};
  const [list, get] = [schemaOf(schemas, table.list), table.get && schemaOf(schemas, table.get)];
  return {
    ...(list ? { pollRecordsResponse: list } : {}),
    ...(get ? { getRecordResponse: get } : {}),
  };
}

function schemaOf(schemas: Schemas, { operation }: CallPlan): object | undefined {
  const media = jsonOf(operation.answer?.contents);
  return media?.schema === undefined ? undefined : responseSchema(schemas.references, media.schema);
}
