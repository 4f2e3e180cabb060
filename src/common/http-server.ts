import { createServer, type RequestListener, type Server, type ServerResponse } from 'node:http';
import { ExpressAdapter } from '@nestjs/platform-express';

/** What the server grants to a connection; times in milliseconds. */
export const SERVER_CAPS = {
  /** Of the request line and headers together. */
  maxHeaderSize: 16 * 1024,
  /** To send them. */
  headersTimeout: 20_000,
  /** To send a whole request: a body of 25 MiB needs 350 kbit/s. */
  requestTimeout: 600_000,
  /** Longer than the 60 seconds after which common load balancers leave an idle connection, so that they do first. */
  keepAliveTimeout: 65_000,
  /** How often the first two are looked after. */
  connectionsCheckingInterval: 1_000,
} as const;
const MOST_HEADERS = 100;

/** Express on a server with these caps. */
export class CappedExpressAdapter extends ExpressAdapter {
  override initHttpServer(): void {
    const server = createServer(SERVER_CAPS, this.getInstance<RequestListener>());
    server.maxHeadersCount = MOST_HEADERS;
    this.httpServer = server;
  }
}

/** The answers that a server has not finished yet. */
export class OpenAnswers {
  readonly #answers = new Set<ServerResponse>();
  #isEnding = false;
  #onEmpty: () => void = () => undefined;

  constructor(private readonly server: Server) {
    server.prependListener('request', (_request, response) => {
      this.#answers.add(response);
      if (this.#isEnding) response.setHeader('Connection', 'close');
      response.once('close', () => {
        this.#answers.delete(response);
        if (this.#answers.size === 0) this.#onEmpty();
      });
    });
  }

  /**
   * Ends the server: no connection is taken any more, and those that are there end with their answers. What
   * is not answered after `ms`, or once `hurry` fires, is broken off, so that nobody takes it for whole.
   */
  async end(ms: number, hurry: AbortSignal): Promise<void> {
    this.#isEnding = true;
    const closed = new Promise((resolve) => this.server.close(resolve));
    for (const answer of this.#answers) {
      if (!answer.headersSent) answer.setHeader('Connection', 'close');
    }
    await this.#empty(ms, hurry);
    this.server.closeAllConnections();
    await closed;
  }

  async #empty(ms: number, hurry: AbortSignal): Promise<void> {
    if (this.#answers.size === 0 || hurry.aborted) return;
    let late: NodeJS.Timeout | undefined;
    await new Promise<void>((resolve) => {
      this.#onEmpty = resolve;
      late = setTimeout(resolve, ms);
      hurry.addEventListener(
        'abort',
        () => {
          resolve();
        },
        { once: true },
      );
    });
    clearTimeout(late);
  }
}
