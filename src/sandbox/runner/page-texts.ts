import type { Send } from './send.types.js';

/** Sends the pages of a read as they are, beside the records that are made of them. */
export class PageTexts {
  readonly #send: Send;
  #bytesLeft: number;

  constructor(maxBytes: number, send: Send) {
    this.#bytesLeft = maxBytes;
    this.#send = send;
  }

  /** Sends a page's JSON, `inSeries` where a generator gave it; nothing from the first too large on. */
  give(write: () => string, inSeries: boolean): void {
    if (this.#bytesLeft === 0) return;
    const text = Buffer.from(write());
    const fits = text.length <= this.#bytesLeft;
    this.#bytesLeft = fits ? this.#bytesLeft - text.length : 0;
    if (fits) this.#send({ type: 'page', inSeries }, text);
  }
}
