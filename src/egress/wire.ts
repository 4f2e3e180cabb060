import { setImmediate as turn } from 'node:timers/promises';
import type { Agent } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { findAllowedHost } from './allowed-hosts.js';
import { checkRequest, type CheckedRequest } from './check-request.js';
import { EgressError, toEgressError } from './egress.errors.js';
import type { AllowedHost, EgressHooks, EgressResponse } from './egress.types.js';
import { isRedirect } from './follow-redirect.js';
import { portOf } from '../common/host-name.js';
import { readBody } from './read-body.js';
import type { LedgerEntry, RequestLedger } from './request-ledger.js';
import type { RetryPlan } from './retry-plan.js';
import { codingOf, describing, discard, send, valueOf, type Head } from './send-request.js';

export interface WireOptions {
  policy: AddressPolicy;
  allowedHosts: AllowedHost[];
  maxResponseBytes: number;
  hooks?: EgressHooks | undefined;
  userAgent?: string | undefined;
}

/** What one try came to: an answer, to be followed or given; or a wait before the next try. */
export type TryOutcome = { response: EgressResponse; redirects: boolean } | { waitMs: number };

/** By so much a coding may make longer what it can't make shorter. */
const compressionSlack = 64 * 1024;

/** Puts single requests on the wire. */
export class Wire {
  #underWay = 0;
  #brokenOff = false;

  constructor(
    private readonly agent: Agent,
    private readonly options: WireOptions,
    private readonly ledger: RequestLedger,
  ) {}

  /** Whether no request is under way, and none was left before its end. */
  get idle(): boolean {
    return this.#underWay === 0 && !this.#brokenOff;
  }

  /** Makes one try. Throws an EgressError where there is no answer and no further try. */
  async try(request: CheckedRequest, plan: RetryPlan, signal: AbortSignal): Promise<TryOutcome> {
    const entry = this.ledger.begin(request.method, request.url);
    this.#underWay += 1;
    try {
      const outgoing = await this.#admit(request);
      entry.sent();
      const outcome = await this.#exchange(request, outgoing, plan, entry, signal);
      entry.end();
      return outcome;
    } catch (error) {
      this.#brokenOff ||= signal.aborted;
      const failure = toEgressError(error, request.host, signal);
      entry.end(failure);
      const waitMs = failure.retryable ? plan.afterBreak(request.method) : undefined;
      if (waitMs === undefined) throw failure;
      return { waitMs };
    } finally {
      this.#underWay -= 1;
    }
  }

  async #admit(request: CheckedRequest): Promise<CheckedRequest> {
    const { host, parsed } = request;
    const { allowedHosts, hooks, policy } = this.options;
    if (allowedHosts.length > 0 && !findAllowedHost(allowedHosts, parsed)) {
      const message = `${parsed.host} is not among the connector's allowedHosts; add it there to allow it`;
      throw new EgressError('remote.refused', message);
    }
    const refusal = policy.hostRefusal({ host, port: portOf(parsed) });
    if (refusal !== undefined) throw new EgressError('remote.refused', refusal);
    if (!hooks) return request;
    const { method, url, headers, body, redirect } = request;
    const asked = { method, url, headers, redirect, ...(body && { body }) };
    const outgoing = checkRequest(await hooks.outgoing(asked, parsed.origin));
    if (outgoing.parsed.origin === parsed.origin) return outgoing;
    throw new EgressError('remote.refused', `a request to ${host} turned to another origin`);
  }

  async #exchange(
    request: CheckedRequest,
    outgoing: CheckedRequest,
    plan: RetryPlan,
    entry: LedgerEntry,
    signal: AbortSignal,
  ): Promise<TryOutcome> {
    const head = await send(this.agent, outgoing, this.options.userAgent, signal);
    try {
      const { status, statusText, headers } = head;
      entry.answered(status);
      const retryAfter = valueOf(headers, 'retry-after');
      const waitMs = plan.afterResponse(request.method, request.host, status, retryAfter);
      const redirects = isRedirect(request, status, headers);
      const answer = { status, statusText, url: request.url, redirected: false };
      if (waitMs !== undefined || redirects) {
        await discard(head);
        // undici uses a connection again only after a turn of the event loop.
        await turn();
        if (waitMs !== undefined) return { waitMs };
        const response = { ...answer, headers, body: new Uint8Array() };
        return { response: await this.#incoming(request, response), redirects };
      }
      const body = await this.#read(request, head, entry);
      await turn();
      // The record of an earlier try that broke off says nothing of what it did.
      if (request.method === 'DELETE' && status === 404 && plan.mayHaveWorked) {
        const gone = { ...answer, status: 204, statusText: 'No Content' };
        return { response: { ...gone, headers: [], body: new Uint8Array() }, redirects };
      }
      const response = { ...answer, headers: describing(headers), body };
      return { response: await this.#incoming(request, response), redirects };
    } finally {
      head.body.destroy();
    }
  }

  async #read({ host }: CheckedRequest, head: Head, entry: LedgerEntry): Promise<Uint8Array> {
    const { maxResponseBytes } = this.options;
    return readBody(head.body, codingOf(head.headers), host, (bytes) => {
      entry.received(bytes);
      // What lies there still compressed is more than it may be, too: a decoder slower than the wire.
      const unread = head.body.readableLength - compressionSlack;
      if (Math.max(entry.bytes, unread) > maxResponseBytes) throw tooLarge(host, maxResponseBytes);
    });
  }

  async #incoming({ host }: CheckedRequest, response: EgressResponse): Promise<EgressResponse> {
    const { hooks, maxResponseBytes } = this.options;
    if (!hooks) return response;
    const given = await hooks.incoming(response);
    // What a hook puts in place of something shorter counts as well.
    if (given.body.byteLength > maxResponseBytes) throw tooLarge(host, maxResponseBytes);
    return given;
  }
}

function tooLarge(host: string, maxBytes: number): EgressError {
  return new EgressError('run.response', `the response of ${host} has more than ${maxBytes} bytes`);
}
