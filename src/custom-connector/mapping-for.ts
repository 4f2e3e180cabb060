import type { MappingConfig } from '../mapping/mapping.types.js';
import type { ConnectorDefinition } from './custom-connector.types.js';

/** The mapping of a table, by its `wsId`: its own, else the connector's; null where there is none. */
export function mappingFor(
  { mapping, tableMappings }: ConnectorDefinition,
  wsId: string,
): MappingConfig | null {
  const own = tableMappings && Object.hasOwn(tableMappings, wsId) ? tableMappings[wsId] : null;
  return own ?? mapping;
}
