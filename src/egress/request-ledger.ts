import { EgressError } from './egress.errors.js';
import type { RequestRecord } from './egress.types.js';
import { redactUrl } from './redact-url.js';

/** What is known of the newest response of a run. */
export interface LastResponse {
  status: number;
  /** As in the records, without credentials. */
  url: string;
}

const SAFE = /^(GET|HEAD|OPTIONS|TRACE)$/;
/** A gateway gave up: what stands behind it may have done its work. */
const GATEWAY_GAVE_UP = [502, 504];

/** Keeps the record of what a run asked for and got, and the count of what it may ask for. */
export class RequestLedger {
  readonly requests: RequestRecord[] = [];
  /** Of all bodies, decompressed. */
  bytes = 0;
  lastResponse: LastResponse | undefined;
  readonly #unsent = new Set<RequestRecord>();
  #sent = 0;
  #refused = 0;

  constructor(
    private readonly maxRequests: number,
    private readonly now: () => number,
  ) {}

  /**
   * Whether something may have changed at the remote: a request by a method that is not safe was
   * never answered, or the newest such request was not refused (RFC 9110, 9.2.1, says which are safe).
   */
  get mayHaveWritten(): boolean {
    const writes = this.requests.filter(
      (request) => !SAFE.test(request.method) && !this.#unsent.has(request),
    );
    const last = writes.at(-1)?.status;
    const unanswered = writes.some(({ status }) => status === undefined);
    return unanswered || (last !== undefined && (last < 400 || GATEWAY_GAVE_UP.includes(last)));
  }

  /** Notes that nothing of a request can have reached the remote. */
  noteUnsent(record: RequestRecord): void {
    this.#unsent.add(record);
  }

  /** Begins the entry of one try; it shows among `requests` once it is sent or refused. */
  begin(method: string, url: string): LedgerEntry {
    const record: RequestRecord = { method, url: redactUrl(url), durationMs: 0, bytes: 0 };
    return new LedgerEntry(this, record, this.now);
  }

  /** Counts one request on the wire. Throws `run.requests` where there may be no more. */
  countSent(record: RequestRecord): void {
    if (this.#sent >= this.maxRequests) {
      const message = `the run made its ${this.maxRequests} requests, retries and redirects included`;
      throw new EgressError('run.requests', message);
    }
    this.#sent += 1;
    this.requests.push(record);
  }

  /** Keeps a request that never went out; only so many, since nothing else limits those. */
  countRefused(record: RequestRecord): void {
    this.#refused += 1;
    if (this.#refused <= this.maxRequests) this.requests.push(record);
  }
}

/** The entry of one request on the wire, or of one that was kept from it. */
export class LedgerEntry {
  #sent = false;
  readonly #begun: number;

  constructor(
    private readonly ledger: RequestLedger,
    private readonly record: RequestRecord,
    private readonly now: () => number,
  ) {
    this.#begun = now();
  }

  get bytes(): number {
    return this.record.bytes;
  }

  /** The request goes out now. */
  sent(): void {
    this.ledger.countSent(this.record);
    this.#sent = true;
  }

  answered(status: number): void {
    this.record.status = status;
    this.ledger.lastResponse = { status, url: this.record.url };
  }

  received(bytes: number): void {
    this.record.bytes += bytes;
    this.ledger.bytes += bytes;
  }

  /** The try is over, with an error or without. */
  end(error?: EgressError): void {
    this.record.durationMs = this.now() - this.#begun;
    if (error === undefined) return;
    const { code, unsent } = error;
    this.record.error = code;
    const neverLeft = !this.#sent || unsent || code === 'remote.refused';
    if (neverLeft) this.ledger.noteUnsent(this.record);
    if (!this.#sent && code !== 'run.requests') this.ledger.countRefused(this.record);
  }
}
