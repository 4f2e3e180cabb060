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
