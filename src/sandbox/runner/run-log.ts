import { cutText, LOG_TEXT_BYTES } from '../cut-text.js';
import type { LogLine } from '../sandbox.types.js';
import type { HostValue } from './engine-values.js';
import type { Send } from './send.types.js';
import type { RunClock } from './run-clock.js';
import { unquote } from './stateless-host.js';

/** Sends what the code logs, line by line, up to the limit; counts what is above it. */
export class RunLog {
  readonly #maxLines: number;
  readonly #clock: RunClock;
  readonly #send: Send;
  #lines = 0;
  dropped = 0;

  constructor(maxLines: number, clock: RunClock, send: Send) {
    this.#maxLines = maxLines;
    this.#clock = clock;
    this.#send = send;
  }

  add(level: HostValue, quoted: HostValue): void {
    if (this.#lines >= this.#maxLines) {
      this.dropped += 1;
      return;
    }
    this.#lines += 1;
    const text = cutText(unquote(quoted), LOG_TEXT_BYTES);
    const line = { atMs: this.#clock.elapsedMs, level: level as LogLine['level'], text };
    this.#send({ type: 'log', line });
  }
}
