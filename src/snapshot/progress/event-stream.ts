import type { Response } from 'express';

/** Proxies cut connections on which nothing is said for long. */
const COMMENT_MS = 15_000;

/**
 * An answer as server-sent events (https://html.spec.whatwg.org/multipage/server-sent-events.html).
 * Who reads slowly gets only the newest event, so that nothing piles up.
 */
export class EventStream {
  private readonly comments: NodeJS.Timeout;
  private last = '';
  private waiting: string | undefined;

  /** Begins the answer; `onLeave` is called once it is over, whoever ended it. */
  constructor(
    private readonly response: Response,
    onLeave: () => void,
  ) {
    response.writeHead(200, {
      'Content-Type': 'text/event-stream; charset=utf-8',
      // Of nginx, which would hold events back.
      'X-Accel-Buffering': 'no',
    });
    response.flushHeaders();
    this.comments = setInterval(() => {
      if (!response.writableNeedDrain) response.write(':\n\n');
    }, COMMENT_MS).unref();
    response.on('drain', () => {
      const { waiting } = this;
      this.waiting = undefined;
      if (waiting !== undefined && !response.writableEnded) response.write(waiting);
    });
    response.once('close', () => {
      clearInterval(this.comments);
      onLeave();
    });
  }

  /** Sends an event; the same one again is passed over. */
  send(event: string, data: unknown): void {
    const text = frame(event, data);
    if (text === this.last || this.response.writableEnded) return;
    this.last = text;
    if (this.response.writableNeedDrain) this.waiting = text;
    else this.response.write(text);
  }

  /** Ends the answer, with an event where one is given. */
  end(event?: string, data: unknown = {}): void {
    clearInterval(this.comments);
    if (this.response.writableEnded) return;
    this.response.end(event === undefined ? undefined : frame(event, data));
  }
}

/** JSON text holds no line break, so that one line of data is enough. */
function frame(event: string, data: unknown): string {
  return `event: ${event}\ndata: ${JSON.stringify(data)}\n\n`;
}
