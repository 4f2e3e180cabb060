import { InvalidRequestError } from '../../common/request.errors.js';
import type { AddressPolicy } from '../../egress/address-policy.js';
import { EgressError } from '../../egress/egress.errors.js';
import { EgressSession } from '../../egress/egress-session.js';
import type { EgressErrorCode, EgressResponse } from '../../egress/egress.types.js';
import { DocumentUnavailableError } from './import-openapi.errors.js';
import { MAX_DOCUMENT_BYTES } from './import.types.js';

const FETCH_MS = 20_000;
/** With redirects and retries. */
const MAX_REQUESTS = 10;
/** What the caller can mend; all else is the remote's. */
const BAD_INPUT: readonly EgressErrorCode[] = [
  'remote.refused',
  'remote.bad_request',
  'run.response',
];

/**
 * The bytes of a document at a URL, and the address that gave it in the end. Throws an
 * InvalidRequestError where the URL can't be asked for or gives too much, else a
 * DocumentUnavailableError.
 */
export async function fetchDocument(
  policy: AddressPolicy,
  url: string,
): Promise<{ body: Uint8Array; url: string }> {
  const session = new EgressSession({
    ...{ policy, allowedHosts: [], maxRequests: MAX_REQUESTS, concurrency: 1 },
    maxResponseBytes: MAX_DOCUMENT_BYTES,
  });
  try {
    const headers: [string, string][] = [
      ['accept', 'application/json, application/yaml;q=0.9, text/yaml;q=0.9, */*;q=0.8'],
    ];
    const request = { method: 'GET', url, headers, redirect: 'follow' } as const;
    const response = await session.fetch(request, AbortSignal.timeout(FETCH_MS));
    return { body: bodyOf(response), url: response.url };
  } catch (error) {
    throw error instanceof EgressError ? problemOf(error) : error;
  } finally {
    await session.close();
  }
}

function bodyOf({ status, body }: EgressResponse): Uint8Array {
  if (status >= 200 && status <= 299) return body;
  throw new DocumentUnavailableError(`The url answered ${status}.`, { remoteStatus: status });
}

function problemOf({ code, message }: EgressError) {
  if (!BAD_INPUT.includes(code)) {
    return new DocumentUnavailableError(`The document could not be fetched: ${message}.`, {
      reason: code,
    });
  }
  const detail = code === 'run.response' ? 'gives more than 10 MB' : `can't be fetched: ${message}`;
  return new InvalidRequestError([{ pointer: '/url', detail }]);
}
