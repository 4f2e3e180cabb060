import { parseAllowedHost } from '../allowed-hosts.js';
import type { EgressSession } from '../egress-session.js';
import type { AllowedHost } from '../egress.types.js';
import { KeyAdmission } from './key-admission.js';
import { KeyStandIn } from './key-stand-in.js';
import { startSession, type LocalServer } from '../session.fixture.js';

/** A stand-in for a key that may go to these servers, and a session that may reach any of 127.0.0.1. */
export function standInFor(
  apiKey: string,
  ...admitted: LocalServer[]
): { key: KeyStandIn; session: EgressSession } {
  const entries = admitted.map(({ port }) => parseAllowedHost(`127.0.0.1:${port}`) as AllowedHost);
  const key = new KeyStandIn({ apiKey, admits: KeyAdmission.toHosts(entries) });
  return { key, session: startSession({ hooks: key, maxRequests: 100_000 }) };
}

/** What `ask` needs for a body. */
export function bodyOf(text: string, contentType?: string) {
  return {
    method: 'POST',
    body: new TextEncoder().encode(text),
    headers: (contentType === undefined ? [] : [['content-type', contentType]]) as [
      string,
      string,
    ][],
  };
}
