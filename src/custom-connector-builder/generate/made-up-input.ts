import { splitId } from '../../common/entity-id.js';
import type { ConnectorDefinition } from '../../custom-connector/custom-connector.types.js';
import type { PgType } from '../../mapping/mapping.types.js';
import type { JsonValue } from '../../sandbox/sandbox.types.js';
import type { TrialInput } from '../trial/trial.types.js';

const MOST_FIELDS = 20;

const VALUES: Record<PgType, JsonValue> = {
  text: 'text',
  'text[]': ['text'],
  numeric: 1,
  'numeric[]': [1],
  boolean: true,
  'boolean[]': [true],
  jsonb: {},
  timestamp: '2020-01-02T03:04:05Z',
};

/** Arguments for a run that reaches no remote: of the connector's own names as far as it has any. */
export function madeUpInput({
  tables,
  schema,
  mapping,
}: ConnectorDefinition): Required<TrialInput> {
  const columns = schema ?? mapping?.fields.map(({ name, type }) => ({ id: name, type })) ?? [];
  const recordData = columns
    .slice(0, MOST_FIELDS)
    .map(({ id, type }): [string, JsonValue] => [id, VALUES[type]]);
  return {
    tableId: splitId(tables?.[0] ?? '') ?? ['table'],
    recordId: '1',
    recordData: Object.fromEntries(recordData.length > 0 ? recordData : [['name', 'text']]),
  };
}
