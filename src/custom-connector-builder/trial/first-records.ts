const MOST_RECORDS = 20;
const MOST_BYTES = 256 * 1024;
const LINE_END = 0x0a;

/** Keeps the first records of a read: at most 20, of 256 KiB together. */
export class FirstRecords {
  readonly #lines: string[] = [];
  #bytesLeft = MOST_BYTES;

  /** Takes a batch: JSON lines, each ended by a line break. */
  take(lines: Uint8Array): void {
    let start = 0;
    while (this.#lines.length < MOST_RECORDS && start < lines.length) {
      const end = lines.indexOf(LINE_END, start);
      if (end < 0 || end - start > this.#bytesLeft) return;
      this.#bytesLeft -= end - start;
      this.#lines.push(Buffer.from(lines.subarray(start, end)).toString());
      start = end + 1;
    }
  }

  values(): unknown[] {
    return this.#lines.map((line) => JSON.parse(line) as unknown);
  }
}
