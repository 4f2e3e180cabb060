import type { EgressErrorCode } from '../../egress/egress.types.js';
import { cutText, MESSAGE_BYTES } from '../cut-text.js';

const CODES: readonly string[] = [
  'remote.refused',
  'remote.unreachable',
  'remote.timeout',
  'remote.rate_limited',
  'remote.bad_request',
  'remote.bad_response',
  'remote.too_many_redirects',
  'run.requests',
  'run.response',
  'run.cancelled',
] satisfies EgressErrorCode[];

/**
 * What connector code is told of a request that failed. Only an error with a code of the egress
 * speaks to it: the text of any other may be about this service.
 */
export function egressFailure(error: unknown): { code: string; message: string; known: boolean } {
  if (error instanceof Error && 'code' in error) {
    const { code, message } = error;
    if (typeof code === 'string' && CODES.includes(code)) {
      return { code, message: cutText(message, MESSAGE_BYTES), known: true };
    }
  }
  return { code: 'remote.unreachable', message: 'The request failed.', known: false };
}
