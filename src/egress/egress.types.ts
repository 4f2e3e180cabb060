/** A request that connector code asks for. Header names may repeat. */
export interface EgressRequest {
  method: string;
  url: string;
  headers: [name: string, value: string][];
  body?: Uint8Array;
  /** As in the Fetch standard. */
  redirect: 'follow' | 'error' | 'manual';
}

/** What came back, decompressed, after redirects and retries. */
export interface EgressResponse {
  status: number;
  statusText: string;
  /** The address that answered, after redirects. */
  url: string;
  redirected: boolean;
  headers: [name: string, value: string][];
  body: Uint8Array;
}

/** One request as it is kept in the record of a run: no header, no body, no secret. */
export interface RequestRecord {
  method: string;
  url: string;
  /** Absent where no response came. */
  status?: number;
  durationMs: number;
  /** Of the body, decompressed. */
  bytes: number;
  /** The code of the error that ended it, where one did. */
  error?: string;
}

export type EgressErrorCode =
  | 'remote.refused'
  | 'remote.unreachable'
  | 'remote.timeout'
  | 'remote.rate_limited'
  | 'remote.bad_request'
  | 'remote.bad_response'
  | 'remote.too_many_redirects'
  | 'run.requests'
  | 'run.response'
  | 'run.cancelled';

/**
 * A place that connector code never reaches: a listener of the service itself, or its database.
 * Without an address, or with `0.0.0.0` or `::`, it is met at every address of this machine.
 */
export interface ForbiddenListener {
  address?: string;
  port: number;
}

/** An entry of a connector's `allowedHosts`, normalised. With `wildcard`, any name below `host`. */
export interface AllowedHost {
  /** Lower case, ASCII, without a trailing dot; an IPv6 address without brackets. */
  host: string;
  /** Only where the entry names one. */
  port?: number;
  /** Only where the entry names one. */
  scheme?: 'http' | 'https';
  wildcard: boolean;
}

/**
 * Rewrites what passes the door, once for each hop. A throw ends the request with that error; it
 * should be an EgressError.
 */
export interface EgressHooks {
  /**
   * Gets what the connector code asked for and gives what goes on the wire. It may change all but
   * the origin. What it gives is used for one try, and never for a record, an error or a redirect.
   */
  outgoing(request: EgressRequest, origin: string): EgressRequest | Promise<EgressRequest>;
  /** Gets what a redirect to another origin asks for, and gives what of it may go there. */
  crossing?(request: EgressRequest): EgressRequest;
  /** Gets what came back, before a redirect is followed; the body of a redirect is left out. */
  incoming(response: EgressResponse): EgressResponse | Promise<EgressResponse>;
}
