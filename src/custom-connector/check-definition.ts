import { jsonPointer } from '../common/json-pointer.js';
import type { Fault } from '../common/problem.js';
import { parseAllowedHost } from '../egress/allowed-hosts.js';
import { checkMapping } from '../mapping/check-mapping.js';
import { PG_TYPES } from '../mapping/mapping.types.js';
import { checkSources } from '../sandbox/source/read-sources.js';
import { FUNCTION_NAMES } from './custom-connector.types.js';
import { splitId } from '../common/entity-id.js';

/** Of one function's source, in characters of UTF-16; in bytes it is checked to be no more. */
export const MAX_SOURCE_BYTES = 256 * 1024;
export const MAX_HOSTS = 200;
export const MAX_TABLES = 10_000;
export const MAX_COLUMNS = 2000;
const MAX_NAME = 1000;

/**
 * The faults of a definition that may come from anybody: whatever is of the right type is looked
 * into, what is not is left to the checks of types. Absent and null are no faults.
 */
export async function checkDefinition(given: object): Promise<Fault[]> {
  const definition = given as Record<string, unknown>;
  const faults = await checkFunctions(definition);
  faults.push(...checkHosts(definition['allowedHosts']));
  faults.push(...checkTables(definition['tables']));
  faults.push(...checkSchema(definition['schema']));
  if (isGiven(definition['mapping'])) {
    faults.push(...checkMapping(definition['mapping'], '/mapping'));
  }
  faults.push(...checkTableMappings(definition['tableMappings']));
  for (const name of ['pollRecordsResponse', 'getRecordResponse']) {
    if (isGiven(definition[name]) && typeof definition[name] !== 'object') {
      faults.push({
        pointer: `/${name}`,
        detail: 'must be a JSON Schema (an object), or a sample of a response (an array)',
      });
    }
  }
  return faults;
}

/** The faults that show only where a whole definition is seen. */
export function checkTogether(definition: {
  exposeApiKey?: unknown;
  allowedHosts?: unknown;
}): Fault[] {
  const { exposeApiKey, allowedHosts } = definition;
  if (exposeApiKey !== true) return [];
  if (Array.isArray(allowedHosts) && allowedHosts.length > 0) return [];
  return [{ pointer: '/exposeApiKey', detail: 'needs allowedHosts to name at least one host' }];
}

function isGiven(value: unknown): boolean {
  return value !== undefined && value !== null;
}

async function checkFunctions(definition: Record<string, unknown>): Promise<Fault[]> {
  const faults: Fault[] = [];
  const sources: Record<string, string> = {};
  for (const name of FUNCTION_NAMES) {
    const source = definition[name];
    if (typeof source !== 'string') continue;
    if (Buffer.byteLength(source) <= MAX_SOURCE_BYTES) sources[name] = source;
    else faults.push({ pointer: `/${name}`, detail: 'is longer than 256 KiB' });
  }
  for (const [name, found] of Object.entries(await checkSources(sources))) {
    faults.push(...found.map((fault) => ({ pointer: `/${name}`, ...fault })));
  }
  return faults;
}

function checkHosts(hosts: unknown): Fault[] {
  if (!Array.isArray(hosts) || hosts.length > MAX_HOSTS) return [];
  return hosts.flatMap((host: unknown, index) => {
    const parsed = typeof host === 'string' ? parseAllowedHost(host) : 'must be text';
    return typeof parsed === 'string'
      ? [{ pointer: jsonPointer(['allowedHosts', index]), detail: parsed }]
      : [];
  });
}

function checkTables(tables: unknown): Fault[] {
  if (!Array.isArray(tables) || tables.length > MAX_TABLES) return [];
  const seen = new Set<unknown>();
  return tables.flatMap((table: unknown, index) => {
    const detail = explainTableId(table) ?? (seen.has(table) ? 'is listed twice' : undefined);
    seen.add(table);
    return detail === undefined ? [] : [{ pointer: jsonPointer(['tables', index]), detail }];
  });
}

function explainTableId(table: unknown): string | undefined {
  if (typeof table !== 'string' || table.length > MAX_NAME || splitId(table) === null) {
    return `must be a table id of 1 to ${MAX_NAME} characters, with % in its parts as %25 and : as %3A`;
  }
  return undefined;
}

function checkSchema(schema: unknown): Fault[] {
  if (!Array.isArray(schema) || schema.length > MAX_COLUMNS) return [];
  const seen = new Set<unknown>();
  return schema.flatMap((column: unknown, index) => {
    if (typeof column !== 'object' || column === null || Array.isArray(column)) {
      return [{ pointer: jsonPointer(['schema', index]), detail: 'must be an object' }];
    }
    const faults: Fault[] = [];
    const { id, displayName, type, ...others } = column as Record<string, unknown>;
    const fault = (key: string, detail: string) =>
      faults.push({ pointer: jsonPointer(['schema', index, key]), detail });
    for (const key of Object.keys(others)) fault(key, 'is not a property of a column');
    if (!isName(id)) fault('id', `must be text of 1 to ${MAX_NAME} characters`);
    else if (seen.has(id)) fault('id', 'is the id of a column before');
    seen.add(id);
    if (!isName(displayName)) fault('displayName', `must be text of 1 to ${MAX_NAME} characters`);
    if (!(PG_TYPES as readonly unknown[]).includes(type)) {
      fault('type', `must be one of ${PG_TYPES.join(', ')}`);
    }
    return faults;
  });
}

function isName(value: unknown): boolean {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME;
}

function checkTableMappings(mappings: unknown): Fault[] {
  if (typeof mappings !== 'object' || mappings === null) return [];
  return Object.entries(mappings).flatMap(([table, mapping]) => {
    const pointer = jsonPointer(['tableMappings', table]);
    const detail = explainTableId(table);
    return [
      ...(detail === undefined ? [] : [{ pointer, detail }]),
      ...checkMapping(mapping, pointer),
    ];
  });
}
