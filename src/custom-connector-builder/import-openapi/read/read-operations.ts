import type { SkippedOperation } from '../import.types.js';
import { asMembers, elementsOf, entriesOf, type Members, textOf } from './members.js';
import { labelOf, type Method, METHODS, type Operation } from './operation.types.js';
import { readBody, readFormBody } from './read-body.js';
import { readAnswer } from './read-answer.js';
import { readParameters } from './read-parameters.js';
import { type References, UnusableError } from './references.js';

export interface ReadOperations {
  operations: Operation[];
  /** Those that can't be read, and why. */
  skipped: SkippedOperation[];
}

/** All operations of a document of OpenAPI 3 or Swagger 2.0 that `isTaken` says to take. */
export function readOperations(
  references: References,
  isTaken: (method: Method, path: string, operationId: string | undefined) => boolean,
): ReadOperations {
  const read: ReadOperations = { operations: [], skipped: [] };
  for (const [path, item] of entriesOf(references.root['paths'])) {
    if (path.startsWith('x-')) continue;
    try {
      readPath(references, path, references.resolve(item), isTaken, read);
    } catch (error) {
      if (!(error instanceof UnusableError)) throw error;
      read.skipped.push({ operation: path, reason: error.message });
    }
  }
  return read;
}

function readPath(
  references: References,
  path: string,
  item: Members,
  isTaken: Parameters<typeof readOperations>[1],
  read: ReadOperations,
): void {
  for (const method of METHODS) {
    const given = asMembers(item[method]);
    if (!given) continue;
    const operationId = textOf(given, 'operationId');
    if (!isTaken(method, path, operationId)) continue;
    const named = { method, path, operationId };
    try {
      if (!path.startsWith('/')) throw new UnusableError('has a path that does not begin with "/"');
      if (/[?#]/.test(path)) throw new UnusableError('has a path with "?" or "#" in it');
      read.operations.push({ ...named, ...readOperation(references, item, given) });
    } catch (error) {
      if (!(error instanceof UnusableError)) throw error;
      read.skipped.push({ operation: labelOf(named), reason: error.message });
    }
  }
}

function readOperation(references: References, item: Members, given: Members) {
  const { root } = references;
  const all = readParameters(references, [
    ...elementsOf(item['parameters']),
    ...elementsOf(given['parameters']),
  ]);
  const body =
    root['swagger'] === undefined
      ? readBody(references, given['requestBody'])
      : readFormBody(references, all.bodies, given['consumes'] ?? root['consumes']);
  return {
    parameters: all.parameters,
    body,
    answer: readAnswer(references, given),
    security: elementsOf(given['security'] ?? root['security']),
    servers: given['servers'] ?? item['servers'],
  };
}
