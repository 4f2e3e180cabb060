import { splitId } from '../../common/entity-id.js';
import type { Fault } from '../../common/problem.js';
import { checkDefinition } from '../../custom-connector/check-definition.js';
import type { ExecuteBody } from './execute.types.js';

const MOST_PARTS = 100;
const MOST_PART_LENGTH = 1_000;

/** The faults of a trial that may come from anybody; what is not of the right type is left out. */
export async function checkTrial(body: ExecuteBody): Promise<Fault[]> {
  const { functionName, sourceProperty, allowedHosts, mapping } = body;
  const source: unknown = body[sourceProperty];
  const found = await checkDefinition({ [functionName]: source, allowedHosts, mapping });
  const faults = found.map((fault) =>
    fault.pointer === `/${functionName}` ? { ...fault, pointer: `/${sourceProperty}` } : fault,
  );
  if (allowedHosts && !body.apiKey && body.connectorId) {
    const detail = 'needs apiKey beside it: the key of a connector goes to its own hosts alone';
    faults.push({ pointer: '/allowedHosts', detail });
  }
  return [...faults, ...checkTableId(body.tableId)];
}

/** The parts of a table's id, which may be given as its `wsId`. */
export function tableParts(tableId: string | string[]): string[] {
  return typeof tableId === 'string' ? (splitId(tableId) ?? [tableId]) : tableId;
}

function checkTableId(tableId: unknown): Fault[] {
  if (tableId === undefined || tableId === null) return [];
  const parts = typeof tableId === 'string' ? splitId(tableId) : tableId;
  const valid =
    Array.isArray(parts) &&
    parts.length > 0 &&
    parts.length <= MOST_PARTS &&
    parts.every(
      (part) => typeof part === 'string' && part !== '' && part.length <= MOST_PART_LENGTH,
    );
  if (valid) return [];
  const detail = `must be an array of 1 to ${MOST_PARTS} texts of 1 to ${MOST_PART_LENGTH} characters, or a wsId`;
  return [{ pointer: '/tableId', detail }];
}
