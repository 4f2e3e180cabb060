import type { CompiledMapping } from './compile-mapping.js';
import { jsonPointer, type Location } from '../common/json-pointer.js';
import { type ByteWriter, sourceOf } from '../json/byte-writer.js';
import type { JsonPart } from '../json/json-document.js';
import { IdSet } from './records/id-set.js';
import type { RecordList } from './records/list-records.js';
import type { MappingCounts } from './mapping.types.js';
import { locateNode } from './paths/node-path.js';
import { readPlainFields, readPlainId } from './records/plain-reader.js';
import { type FieldMisfit, readFields } from './records/read-fields.js';
import { type IdFault, readId } from './records/read-id.js';
import { readerFor, type RecordReader } from './records/record-reader.js';
import { Tally } from './records/tally.js';

const MAX_SAMPLES = 20;

const BEFORE_ID = sourceOf('{"id":');
const BEFORE_FIELDS = sourceOf(',"fields":');
const AFTER_FIELDS = sourceOf('}\n');

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

  constructor(mapping: CompiledMapping | null) {
    this.#mapping = mapping;
    this.#reader = readerFor(mapping);
    this.#tally = new Tally(MAX_SAMPLES);
  }

  /** The counts of all pages so far, as a value that later pages don't change. */
  get counts(): MappingCounts {
    return this.#tally.counts;
  }

  /**
   * Writes the records of a page that are kept, at most `limit` of them, as NDJSON: a line
   * `{"id":…,"fields":{…}}` for each, after which it calls `written`. What comes after the last of
   * these is not looked at. Throws BadPageError where the page can't be read at all.
   */
  mapPage(page: JsonPart, to: ByteWriter, written: () => void, limit = Infinity): void {
    this.lastList = undefined;
    const list = this.#reader.list(page);
    this.lastList = list;
    this.#tally.pages++;
    if (!list) {
      const path = this.#mapping?.records;
      this.#tally.noArray(path?.kind === 'singular' ? jsonPointer(locateNode(path, page)) : '');
      return;
    }
    const last = this.#tally.records + limit;
    const misfits: FieldMisfit[] = [];
    for (let index = 0; index < list.nodes.length && this.#tally.records < last; index++) {
      const line = to.length;
      to.copy(BEFORE_ID, 0, BEFORE_ID.length);
      const start = to.length;
      const fault = this.#reader.writeId(list, index, to);
      const end = to.length;
      if (fault) {
        to.length = line;
        reject(this.#tally, () => list.locate(index), index, fault);
      } else if (!this.#seen.add(to, start, end)) {
        to.length = line;
        this.#tally.duplicate(textOf(to, start, end), jsonPointer(list.locate(index)));
      } else {
        to.copy(BEFORE_FIELDS, 0, BEFORE_FIELDS.length);
        this.#reader.writeFields(list, index, to, misfits);
        to.copy(AFTER_FIELDS, 0, AFTER_FIELDS.length);
        if (misfits.length > 0) {
          addMisfits(this.#tally, () => list.locate(index), textOf(to, start, end), misfits);
        }
        this.#tally.records++;
        written();
      }
    }
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
  const tally = new Tally(MAX_SAMPLES);
  const misfits: FieldMisfit[] = [];
  const id = mapping ? readId(mapping, value, requestedId) : readPlainId(value, () => []);
  const fields = mapping
    ? readFields(mapping, value, requestedId, misfits)
    : readPlainFields(value);
  // Before the misfits, for only so many samples are kept.
  if (typeof id !== 'string') reject(tally, () => [], 0, id);
  addMisfits(tally, () => [], typeof id === 'string' ? id : 0, misfits);
  tally.pages++;
  if (typeof id !== 'string') return { fields, counts: tally.counts };
  tally.records++;
  return { id, fields, counts: tally.counts };
}

/** The text that was written as a JSON string. */
function textOf({ bytes }: ByteWriter, start: number, end: number): string {
  return JSON.parse(bytes.toString('utf8', start, end)) as string;
}

function reject(tally: Tally, locate: () => Location, index: number, fault: IdFault): void {
  const pointer = jsonPointer([...locate(), ...fault.location]);
  tally.rejected({ record: index, pointer, reason: fault.reason }, fault.unsafe);
}

/** Counts the misfits of one record, and empties the list for the next. */
function addMisfits(
  tally: Tally,
  locate: () => Location,
  record: string | number,
  misfits: FieldMisfit[],
): void {
  for (const { field, location, reason } of misfits) {
    const pointer = jsonPointer([...locate(), ...location]);
    tally.invalid({ record, field, pointer, reason });
  }
  misfits.length = 0;
}
