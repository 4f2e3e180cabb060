import { elementsOf, entriesOf, type Members, memberOf } from './members.js';
import type { Answer } from './operation.types.js';
import { mediaTypeOf, readContents } from './read-body.js';
import type { References } from './references.js';

/**
 * What an operation answers to a success: of the lowest status from 200 to 299 that has a body, else
 * the lowest, else as by default. Undefined where none is described. Throws an UnusableError.
 */
export function readAnswer(references: References, operation: Members): Answer | undefined {
  const answers = entriesOf(operation['responses'])
    .filter(([status]) => /^2(\d\d|XX)$/i.test(status))
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, answer]) => readOne(references, operation, answer));
  const best = answers.find(({ contents }) => contents.size > 0) ?? answers[0];
  const usual = memberOf(operation['responses'], 'default');
  return best ?? (usual === undefined ? undefined : readOne(references, operation, usual));
}

function readOne(references: References, operation: Members, given: unknown): Answer {
  const answer = references.resolve(given);
  const headers = new Set(entriesOf(answer['headers']).map(([name]) => name.toLowerCase()));
  if (references.root['swagger'] === undefined) {
    return { headers, contents: readContents(references, answer['content']) };
  }
  const produced = elementsOf(operation['produces'] ?? references.root['produces'])
    .filter((type) => typeof type === 'string')
    .map(mediaTypeOf);
  const types = produced.length > 0 ? produced : ['application/json'];
  const schema = answer['schema'];
  const contents = schema === undefined ? [] : types.map((type) => [type, schema] as const);
  return { headers, contents: new Map(contents) };
}
