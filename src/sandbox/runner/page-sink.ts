import { ByteWriter } from '../../json/byte-writer.js';
import type { JsonPart } from '../../json/json-document.js';
import { compileMapping } from '../../mapping/compile-mapping.js';
import type { RecordList } from '../../mapping/records/list-records.js';
import { RecordMapper } from '../../mapping/map-records.js';
import type { MappingConfig, MappingCounts } from '../../mapping/mapping.types.js';
import { BATCH_AIM_BYTES, BATCH_BYTES, BATCH_WINDOW } from '../child-messages.js';

/** For the records of a page, to begin with; and what is kept for the next page at most. */
const ROOM_BYTES = 512 * 1024;
const MOST_KEPT_BYTES = 4 * 1024 * 1024;

interface Batch {
  bytes: Uint8Array;
  count: number;
}

/** One record came out of the mapping larger than a whole page may be. */
export class RecordTooLargeError extends Error {
  override readonly name = 'RecordTooLargeError';
}

/**
 * Turns the pages of a read into batches of mapped records and sends them on, no more of them at a
 * time than the taker keeps up with.
 */
export class PageSink {
  readonly #mapper: RecordMapper;
  readonly #maxRecords: number;
  readonly #maxRecordBytes: number;
  readonly #send: (batch: Uint8Array, count: number) => void;
  readonly #queue: Batch[] = [];
  /** The records of a page, as it is mapped. */
  #lines = new ByteWriter(ROOM_BYTES);
  #inFlight = 0;
  #taken = 0;
  #whenFree: (() => void) | undefined;

  constructor(
    mapping: MappingConfig | undefined,
    limits: { maxRecords?: number | undefined; maxRecordBytes: number },
    send: (batch: Uint8Array, count: number) => void,
  ) {
    this.#mapper = new RecordMapper(mapping ? compileMapping(mapping) : null);
    this.#maxRecords = limits.maxRecords ?? Infinity;
    this.#maxRecordBytes = limits.maxRecordBytes;
    this.#send = send;
  }

  /** What the read came to; of the records only those that were handed on. */
  get counts(): MappingCounts {
    return { ...this.#mapper.counts, records: this.#taken };
  }

  /** That came so far. */
  get pages(): number {
    return this.#mapper.counts.pages;
  }

  /** Whether the next page should wait for `whenFree`. */
  get full(): boolean {
    return this.#inFlight >= BATCH_WINDOW || this.#queue.length > 0;
  }

  get drained(): boolean {
    return this.#inFlight === 0 && this.#queue.length === 0;
  }

  /** Called once, after the next ack that changes how much there is room for. */
  onAck(callback: () => void): void {
    this.#whenFree = callback;
  }

  /**
   * Maps a page; `list` is where its records were, `more` whether there were more of them than the
   * read may give.
   */
  page(page: JsonPart): { list: RecordList | undefined; more: boolean } {
    const lines = this.#lines;
    lines.length = 0;
    const batches: Batch[] = [];
    let [start, end, count, taken, more] = [0, 0, 0, 0, false];
    const cut = (): void => {
      if (count > 0) batches.push({ bytes: lines.slice(start, end), count });
      start = end;
      count = 0;
    };
    const room = this.#maxRecords - this.#taken;
    const written = (): void => {
      more = taken === room;
      if (more) return;
      if (lines.length - end - 1 > this.#maxRecordBytes) throw new RecordTooLargeError();
      if (lines.length - start > BATCH_BYTES) cut();
      end = lines.length;
      count += 1;
      taken += 1;
      if (end - start >= BATCH_AIM_BYTES) cut();
    };
    this.#mapper.mapPage(page, lines, written, room + 1);
    cut();
    if (lines.bytes.length > MOST_KEPT_BYTES) this.#lines = new ByteWriter(ROOM_BYTES);
    // All at once, for a page with a record that can't be given gives none.
    this.#queue.push(...batches);
    this.#taken += taken;
    this.#flush();
    return { list: this.#mapper.lastList, more };
  }

  ack(): void {
    this.#inFlight -= 1;
    this.#flush();
    this.#whenFree?.();
  }

  #flush(): void {
    while (this.#inFlight < BATCH_WINDOW) {
      const batch = this.#queue.shift();
      if (!batch) return;
      this.#inFlight += 1;
      this.#send(batch.bytes, batch.count);
    }
  }
}
