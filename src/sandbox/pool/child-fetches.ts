import type { EgressRequest } from '../../egress/egress.types.js';
import { FETCH_WINDOW } from '../child-messages.js';
import { ProtocolError } from '../sandbox.errors.js';
import type { RunFetch } from '../sandbox.types.js';
import type { Log, SendToChild } from './child-run.js';
import { egressFailure } from './egress-failure.js';

/** Of the bodies of a run's open requests together: its code can't hold more. */
const MAX_OPEN_BYTES = 128 * 1024 * 1024;

/** A way to a process. */
export interface ChildChannel {
  send: SendToChild;
  /** Resolves once the process has taken most of what was sent; at once where little is left. */
  room: () => Promise<void>;
}

/** Makes the requests of one run, and sends their answers to it no faster than it takes them. */
export class ChildFetches {
  readonly #fetch: RunFetch;
  readonly #channel: ChildChannel;
  readonly #log: Log;
  readonly #open = new Map<number, AbortController>();
  #openBytes = 0;

  constructor(fetch: RunFetch, channel: ChildChannel, log: Log) {
    this.#fetch = fetch;
    this.#channel = channel;
    this.#log = log;
  }

  /** Throws a ProtocolError where there are too many already, or one of this number. */
  begin(id: number, request: EgressRequest): void {
    const bytes = request.body?.length ?? 0;
    const many = this.#open.size >= FETCH_WINDOW || this.#openBytes + bytes > MAX_OPEN_BYTES;
    if (many || this.#open.has(id)) {
      throw new ProtocolError('A request came that can be no request of this run.');
    }
    const controller = new AbortController();
    this.#open.set(id, controller);
    this.#openBytes += bytes;
    void this.#answer(id, request, controller.signal).finally(() => {
      this.#openBytes -= bytes;
    });
  }

  abort(id: number): void {
    this.#open.get(id)?.abort();
    this.#open.delete(id);
  }

  /** Breaks all of them off; nothing of them is sent any more. */
  end(): void {
    for (const controller of this.#open.values()) controller.abort();
    this.#open.clear();
  }

  async #answer(id: number, request: EgressRequest, signal: AbortSignal): Promise<void> {
    try {
      // Else the answers for a process that computes would pile up here.
      await this.#channel.room();
      signal.throwIfAborted();
      const { body, ...meta } = await this.#fetch(request, signal);
      if (this.#open.delete(id)) this.#channel.send({ type: 'response', id, ...meta }, body);
    } catch (error) {
      const { known, ...failure } = egressFailure(error);
      if (!known && !signal.aborted) this.#log('A request of connector code failed.', { error });
      if (this.#open.delete(id)) this.#channel.send({ type: 'failure', id, ...failure });
    }
  }
}
