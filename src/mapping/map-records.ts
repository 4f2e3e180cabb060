import type { CompiledMapping } from './compile-mapping.js';
import { jsonPointer } from '../common/json-pointer.js';
import { IdSet } from './id-set.js';
import type { RecordList } from './list-records.js';
import type { MappedRecord, MappingCounts } from './mapping.types.js';
import { locate } from './read-path.js';
import type { FieldMisfit } from './read-fields.js';
import type { IdFault } from './read-id.js';
import { readerFor, type RecordReader } from './record-reader.js';
import { Tally } from './tally.js';

const MAX_SAMPLES = 20;

/** One record as a single answer gave it, and what was wrong with it. */
export interface MappedAnswer {
  /** Absent where the value gives no id that can be trusted; `counts` says why. */
  id?: string;
  fields: Record<string, unknown>;
  counts: MappingCounts;
}

/**
 * Maps the pages of one run, one after the other, and counts what came of them. Without a mapping
 * the pages must be `[{ id, fields }]` already.
 */
export class RecordMapper {
  readonly #mapping: CompiledMapping | null;
  readonly #reader: RecordReader;
  readonly #tally: Tally;
  readonly #seen = new IdSet();
  /** The records of the last page, the rejected ones included; undefined where it had no list. */
  lastList: RecordList | undefined;

  constructor(mapping: CompiledMapping | null, options: { maxSamples?: number } = {}) {
    this.#mapping = mapping;
    this.#reader = readerFor(mapping);
    this.#tally = new Tally(options.maxSamples ?? MAX_SAMPLES);
  }

  /** The counts of all pages so far, as a value that later pages don't change. */
  get counts(): MappingCounts {
    return this.#tally.counts;
  }

  /**
   * The records of a page that are kept, at most `limit` of them; what comes after the last of
   * these is not looked at. Throws BadPageError where the page can't be read at all.
   */
  mapPage(page: unknown, limit = Infinity): MappedRecord[] {
    this.lastList = undefined;
    const list = this.#reader.list(page);
    this.lastList = list;
    this.#tally.pages++;
    const kept: MappedRecord[] = [];
    if (!list) {
      const path = this.#mapping?.records;
      this.#tally.noArray(path?.kind === 'singular' ? jsonPointer(locate(path, page)) : '');
      return kept;
    }
    const misfits: FieldMisfit[] = [];
    for (let index = 0; index < list.values.length && kept.length < limit; index++) {
      const id = this.#reader.id(list, index);
      if (typeof id !== 'string') {
        reject(this.#tally, list, index, id);
      } else if (!this.#seen.add(id)) {
        this.#tally.duplicate(id, jsonPointer(list.locate(index)));
      } else {
        const fields = this.#reader.fields(list, index, misfits);
        if (misfits.length > 0) addMisfits(this.#tally, list, index, id, misfits);
        kept.push({ id, fields });
        this.#tally.records++;
      }
    }
    return kept;
  }
}

/**
 * Maps the answer to a request for one record: ids and fields are read from the value itself, and
 * `@key` is the id asked for. Without a mapping the value must be `{ id, fields }` already, else
 * throws BadPageError.
 */
export function mapRecord(
  mapping: CompiledMapping | null,
  value: unknown,
  requestedId: string,
): MappedAnswer {
  const reader = readerFor(mapping);
  const tally = new Tally(MAX_SAMPLES);
  const list: RecordList = { values: [value], keys: [requestedId], locate: () => [] };
  const misfits: FieldMisfit[] = [];
  const id = reader.id(list, 0);
  const fields = reader.fields(list, 0, misfits);
  // Before the misfits, for only so many samples are kept.
  if (typeof id !== 'string') reject(tally, list, 0, id);
  addMisfits(tally, list, 0, typeof id === 'string' ? id : 0, misfits);
  tally.pages++;
  if (typeof id !== 'string') return { fields, counts: tally.counts };
  tally.records++;
  return { id, fields, counts: tally.counts };
}

function reject(tally: Tally, list: RecordList, index: number, fault: IdFault): void {
  const pointer = jsonPointer([...list.locate(index), ...fault.location]);
  tally.rejected({ record: index, pointer, reason: fault.reason }, fault.unsafe);
}

/** Counts the misfits of one record, and empties the list for the next. */
function addMisfits(
  tally: Tally,
  list: RecordList,
  index: number,
  record: string | number,
  misfits: FieldMisfit[],
): void {
  for (const { field, location, reason } of misfits) {
    const pointer = jsonPointer([...list.locate(index), ...location]);
    tally.invalid({ record, field, pointer, reason });
  }
  misfits.length = 0;
}
