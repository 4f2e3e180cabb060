import type { Operation } from '../read/operation.types.js';
import type { RecordList } from './records/find-records.js';
import { formOf, jsonOf } from './answers/media-types.js';

/** Why an operation that belongs to no collection is of no use to a connector. */
export function explainSpare(operation: Operation, found: RecordList | string): string {
  const { method, body } = operation;
  if (method === 'get') return typeof found === 'string' ? found : 'lists what another lists';
  if (method === 'head' || method === 'options' || method === 'trace') {
    return `is of the method ${method.toUpperCase()}, which a connector has no use for`;
  }
  const types = [...(body?.contents.keys() ?? [])];
  if (types.length > 0 && !jsonOf(body?.contents) && !formOf(body?.contents)) {
    return `takes ${types.slice(0, 3).join(', ')}, and neither JSON nor a plain form`;
  }
  return method === 'post'
    ? 'is an action, or makes records of a collection that no operation lists'
    : 'changes nothing that is a record of a listed collection';
}
