import type { AroundFetch } from '../../remote-service/run-executor.js';
import { EgressError } from '../../egress/egress.errors.js';
import { redactUrl } from '../../egress/redact-url.js';

const MOST_KEPT = 10;

/** A network that sends nothing: it notes what is asked for, and refuses it. */
export class DryNetwork {
  /** The first ten requests, as `GET https://...`. */
  readonly asked: string[] = [];

  readonly around: AroundFetch = () => (request) => {
    if (this.asked.length < MOST_KEPT) {
      this.asked.push(`${request.method} ${redactUrl(request.url)}`);
    }
    const message = 'nothing is sent in a trial without a remote';
    return Promise.reject(new EgressError('remote.refused', message));
  };
}
