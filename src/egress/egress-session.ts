import { setMaxListeners } from 'node:events';
import { setTimeout as wait } from 'node:timers/promises';
import { Connections } from './connections.js';
import type { ConnectionStock } from './connection-stock.js';
import { checkRequest, type CheckedRequest } from './check-request.js';
import { abortError, EgressError, toEgressError } from './egress.errors.js';
import type { EgressRequest, EgressResponse, RequestRecord } from './egress.types.js';
import { followRedirect } from './follow-redirect.js';
import type { Lookup } from './guarded-connector.js';
import { RequestLedger, type LastResponse } from './request-ledger.js';
import { RetryPlan, type RetryClock } from './retry-plan.js';
import { Slots } from '../common/slots.js';
import { Wire, type WireOptions } from './wire.js';

export interface EgressSessionOptions extends WireOptions {
  /** Requests on the wire, retries and redirects included. */
  maxRequests: number;
  /** Requests at once; further ones wait. */
  concurrency: number;
  /** Where the connections come from and go to when the run is over; without, they are its own. */
  stock?: { of: ConnectionStock; whose: string } | undefined;
  lookup?: Lookup | undefined;
  /** Cancels whatever is under way. */
  signal?: AbortSignal | undefined;
  sleep?: ((ms: number, signal: AbortSignal) => Promise<unknown>) | undefined;
  now?: RetryClock['now'] | undefined;
  random?: RetryClock['random'] | undefined;
}

const maxRedirects = 5;

/**
 * The network as one run of connector code sees it: its limits, its records and its connections,
 * which no other run has at the same time.
 */
export class EgressSession {
  readonly #connections: Connections;
  readonly #wire: Wire;
  readonly #ledger: RequestLedger;
  readonly #slots: Slots;
  readonly #closing = new AbortController();
  readonly #clock: RetryClock;

  constructor(private readonly options: EgressSessionOptions) {
    this.#clock = { now: options.now ?? Date.now, random: options.random ?? Math.random };
    this.#ledger = new RequestLedger(options.maxRequests, this.#clock.now);
    this.#slots = new Slots(options.concurrency);
    // Each request listens to it.
    setMaxListeners(0, this.#closing.signal);
    const { stock, policy, lookup } = options;
    this.#connections = stock?.of.take(stock.whose) ?? new Connections(policy, lookup);
    this.#wire = new Wire(this.#connections.agent, options, this.#ledger);
  }

  /** What went on the wire, or was refused, in that order; a retry and a redirect by themselves. */
  get requests(): readonly RequestRecord[] {
    return this.#ledger.requests;
  }

  /** Of all response bodies so far, decompressed. */
  get bytes(): number {
    return this.#ledger.bytes;
  }

  /** The newest response of all, also one that was followed by a retry. */
  get lastResponse(): LastResponse | undefined {
    return this.#ledger.lastResponse;
  }

  /** Whether something may have changed at the remote, as far as requests and answers tell. */
  get mayHaveWritten(): boolean {
    return this.#ledger.mayHaveWritten;
  }

  /**
   * Makes a request, with retries and redirects. Rejects with an EgressError (with anything else
   * only for a defect of a hook or of this service); when the
   * retries are used up, resolves with the last response as it is. A 404 for a DELETE whose
   * earlier try may have worked is given as an empty 204.
   */
  async fetch(request: EgressRequest, signal: AbortSignal): Promise<EgressResponse> {
    const own = this.options.signal ? [this.options.signal] : [];
    const ended = AbortSignal.any([signal, this.#closing.signal, ...own]);
    const checked = checkRequest(request);
    const release = await this.#slots.take(ended).catch((error: unknown) => {
      throw abortError(error, checked.host);
    });
    try {
      return await this.#follow(checked, ended);
    } catch (error) {
      throw toEgressError(error, checked.host, ended);
    } finally {
      release();
    }
  }

  /**
   * Ends the run's requests with `run.cancelled`. Its connections end at once too, unless all of them
   * are idle and there is a stock for them.
   */
  async close(): Promise<void> {
    // They may be another run's by now.
    if (this.#closing.signal.aborted) return;
    const { stock } = this.options;
    const { idle } = this.#wire;
    this.#closing.abort(new EgressError('run.cancelled', 'the run is over'));
    if (stock && idle) stock.of.giveBack(stock.whose, this.#connections);
    else await this.#connections.destroy();
  }

  async #follow(first: CheckedRequest, signal: AbortSignal): Promise<EgressResponse> {
    const plan = new RetryPlan(this.#clock);
    let request = first;
    for (let followed = 0; ; followed += 1) {
      const { response, redirects } = await this.#answer(request, plan, signal);
      if (!redirects) return { ...response, redirected: followed > 0 };
      const next = followRedirect(request, response);
      if (followed === maxRedirects) {
        const message = `${first.host} redirects more than ${maxRedirects} times`;
        throw new EgressError('remote.too_many_redirects', message);
      }
      const crosses = new URL(next.url).origin !== request.parsed.origin;
      request = checkRequest((crosses && this.options.hooks?.crossing?.(next)) || next);
    }
  }

  async #answer(request: CheckedRequest, plan: RetryPlan, signal: AbortSignal) {
    const sleep = this.options.sleep ?? pause;
    for (;;) {
      signal.throwIfAborted();
      const outcome = await this.#wire.try(request, plan, signal);
      if ('response' in outcome) return outcome;
      await sleep(outcome.waitMs, signal);
    }
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return wait(ms, undefined, { signal });
}
