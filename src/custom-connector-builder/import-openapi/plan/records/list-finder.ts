import type { Operation } from '../../read/operation.types.js';
import type { Schemas } from '../../read/schema-shape.js';
import { findRecords, type RecordList } from './find-records.js';
import { jsonOf } from '../answers/media-types.js';
import { segmentsOf } from '../path-template.js';

/** Tells lists from other operations; each is looked at once. */
export class ListFinder {
  private readonly found = new Map<Operation, RecordList | string>();

  constructor(private readonly schemas: Schemas) {}

  /** Where in its answer an operation lists records; a text says why it does not. */
  recordsOf(operation: Operation): RecordList | string {
    const known = this.found.get(operation);
    if (known !== undefined) return known;
    const found = this.search(operation);
    this.found.set(operation, found);
    return found;
  }

  private search({ method, path, answer }: Operation): RecordList | string {
    if (method !== 'get') return 'reads nothing';
    const segments = segmentsOf(path);
    if (segments.at(-1) === '{}' || segments.length === 0) {
      return 'reads one record of a collection that no operation lists';
    }
    const media = jsonOf(answer?.contents);
    if (!media) {
      const types = [...(answer?.contents.keys() ?? [])].slice(0, 3).join(', ');
      return types === '' ? 'has no answer that is described' : `answers ${types}, and no JSON`;
    }
    const words = segments.filter((segment) => segment !== '{}').slice(-2);
    return findRecords(this.schemas, media.schema, words);
  }
}
