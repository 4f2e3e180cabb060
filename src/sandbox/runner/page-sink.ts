import { compileMapping } from '../../mapping/compile-mapping.js';
import type { RecordList } from '../../mapping/list-records.js';
import { RecordMapper } from '../../mapping/map-records.js';
import type { MappedRecord, MappingConfig, MappingCounts } from '../../mapping/mapping.types.js';
import { writeLines } from '../../mapping/write-json.js';
import { BATCH_AIM_BYTES, BATCH_BYTES, BATCH_WINDOW } from '../child-messages.js';

/** Of the first batch of a read; the size of its records tells how many the next ones have. */
const FIRST_BATCH_RECORDS = 100;

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
  #inFlight = 0;
  #taken = 0;
  #perBatch = FIRST_BATCH_RECORDS;
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
  page(page: unknown): { list: RecordList | undefined; more: boolean } {
    const room = this.#maxRecords - this.#taken;
    const records = this.#mapper.mapPage(page, room + 1);
    const kept = records.length > room ? records.slice(0, room) : records;
    for (let at = 0; at < kept.length;) {
      const batch = kept.slice(at, at + this.#perBatch);
      at += batch.length;
      this.#enqueue(batch);
    }
    this.#taken += kept.length;
    this.#flush();
    return { list: this.#mapper.lastList, more: records.length > room };
  }

  ack(): void {
    this.#inFlight -= 1;
    this.#flush();
    this.#whenFree?.();
  }

  /** Cuts what is too much for one batch into several, but never a record. */
  #enqueue(records: MappedRecord[]): void {
    const bytes = Buffer.from(writeLines(records));
    if (bytes.length > BATCH_BYTES && records.length > 1) {
      const half = Math.ceil(records.length / 2);
      this.#enqueue(records.slice(0, half));
      this.#enqueue(records.slice(half));
      return;
    }
    if (records.length === 1 && bytes.length - 1 > this.#maxRecordBytes) {
      throw new RecordTooLargeError();
    }
    this.#perBatch = Math.max(1, Math.floor((BATCH_AIM_BYTES * records.length) / bytes.length));
    this.#queue.push({ bytes, count: records.length });
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
