import { once } from 'node:events';
import type { Response } from 'express';

/** A client that takes nothing for so long does not come back. */
const MOST_WAIT_MS = 120_000;

/** The client of a streamed answer went away, or took nothing for two minutes. */
export class ClientLeftError extends Error {
  override readonly name = 'ClientLeftError';
}

/** Sends an answer bit by bit, no faster than its client takes it. */
export class PacedResponse {
  constructor(private readonly response: Response) {}

  /** Resolves when more can be sent. Throws a ClientLeftError. */
  async write(text: string): Promise<void> {
    this.requireClient();
    if (this.response.write(text)) return;
    const waiting = new AbortController();
    const { signal } = waiting;
    const late = setTimeout(() => {
      this.response.destroy();
    }, MOST_WAIT_MS);
    try {
      await Promise.race([
        once(this.response, 'drain', { signal }),
        once(this.response, 'close', { signal }),
      ]);
    } finally {
      clearTimeout(late);
      waiting.abort();
    }
    this.requireClient();
  }

  /** Ends the answer as a whole one. */
  end(text = ''): void {
    this.response.end(text);
  }

  private requireClient(): void {
    if (this.response.destroyed) throw new ClientLeftError();
  }
}
