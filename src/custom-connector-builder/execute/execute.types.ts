import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import type { MappingConfig } from '../../mapping/mapping.types.js';
import type { JsonValue } from '../../sandbox/sandbox.types.js';

/** The body of any of the trials; which of its members a trial needs, its class says. */
export interface ExecuteBody {
  /** The function that is tried out. */
  readonly functionName: FunctionName;
  /** The member that its source stands in. */
  readonly sourceProperty: 'function' | 'functionString';
  function?: string;
  functionString?: string;
  apiKey?: string | null;
  connectorId?: string | null;
  allowedHosts?: string[] | null;
  mapping?: MappingConfig | null;
  /** The parts of a table's id, or its `wsId`. */
  tableId?: string | string[];
  recordId?: string;
  recordData?: Record<string, JsonValue>;
}
