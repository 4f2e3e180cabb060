import { compileMapping } from '../../mapping/compile-mapping.js';
import { RecordMapper } from '../../mapping/map-records.js';
import type {
  MappedRecord,
  MappingConfig,
  MappingCounts,
  ReadWarning,
} from '../../mapping/mapping.types.js';
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
  readonly #warnings: ReadWarning[] = [];
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
    const counts = this.#mapper.counts;
    const warnings = [...this.#warnings, ...counts.warnings];
    return { ...counts, records: this.#taken, warnings };
  }

  /** Adds a reason why the read is not complete. */
  warn(warning: ReadWarning): void {
    if (!this.#warnings.some(({ code }) => code === warning.code)) this.#warnings.push(warning);
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

  /** Maps a page; false where there were more records than the read may give. */
  page(page: unknown): boolean {
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
    return records.length <= room;
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
