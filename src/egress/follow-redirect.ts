import { checkUrl, type CheckedRequest } from './check-request.js';
import { EgressError, isEgressError } from './egress.errors.js';
import type { EgressRequest, EgressResponse } from './egress.types.js';
import { looksLikeCredential } from './redact-url.js';

/** Whether a response asks for another request, and the request asked to have that followed. */
export function isRedirect(
  request: EgressRequest,
  status: number,
  headers: EgressResponse['headers'],
): boolean {
  const moved = [301, 302, 303, 307, 308].includes(status) && locationOf(headers) !== undefined;
  return moved && request.redirect !== 'manual';
}

/**
 * The request that a redirect asks for, as in the Fetch standard's "HTTP-redirect fetch": 303, and
 * 301 and 302 after a POST, become a GET without a body. Credentials stay with their origin.
 * Throws an EgressError where it can't be followed.
 */
export function followRedirect(request: CheckedRequest, response: EgressResponse): EgressRequest {
  const { host, parsed: from } = request;
  if (request.redirect === 'error') {
    throw new EgressError('remote.bad_response', `${host} redirects, which the request rules out`);
  }
  const to = targetOf(locationOf(response.headers) ?? '', request);
  if (from.protocol === 'https:' && to.protocol === 'http:') {
    throw new EgressError('remote.refused', `${host} redirects from https to http`);
  }
  const rewritten = becomesGet(response.status, request.method);
  const headers = request.headers.filter(([name]) => {
    if (rewritten && /^content-(encoding|language|location|type)$/i.test(name)) return false;
    return to.origin === from.origin || !isCredential(name);
  });
  const { body, redirect } = request;
  const next = { url: to.href, headers, redirect };
  if (rewritten) return { ...next, method: 'GET' };
  return { ...next, method: request.method, ...(body && { body }) };
}

function becomesGet(status: number, method: string): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}

function isCredential(name: string): boolean {
  if (/^idempotency-key$/i.test(name)) return false;
  return /cookie|key|session/i.test(name) || looksLikeCredential(name);
}

function locationOf(headers: EgressResponse['headers']): string | undefined {
  return headers.find(([name]) => name.toLowerCase() === 'location')?.[1];
}

function targetOf(location: string, { host, parsed }: CheckedRequest): URL {
  // Header values come as Latin-1, and what a server means by a byte above 127 is UTF-8.
  const text = Buffer.from(location, 'latin1').toString();
  if (!URL.canParse(text, parsed.href)) {
    throw new EgressError('remote.bad_response', `${host} redirects to what is not a URL`);
  }
  try {
    return checkUrl(new URL(text, parsed).href).parsed;
  } catch (error) {
    if (!isEgressError(error)) throw error;
    const code = error.code === 'remote.refused' ? error.code : 'remote.bad_response';
    throw new EgressError(code, `${host} redirects to where it may not: ${error.message}`);
  }
}
