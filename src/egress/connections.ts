import { setMaxListeners } from 'node:events';
import { Agent } from 'undici';
import type { AddressPolicy } from './address-policy.js';
import { EgressError } from './egress.errors.js';
import { guardedConnector, type Lookup } from './guarded-connector.js';

const headersTimeoutMs = 120_000;
const silenceTimeoutMs = 60_000;

/** The connections of one run, to whichever hosts it talks. No other run has them at the same time. */
export class Connections {
  readonly agent: Agent;
  readonly #closing = new AbortController();
  #open = 0;

  constructor(policy: AddressPolicy, lookup?: Lookup) {
    const { signal } = this.#closing;
    // Each connection listens to it.
    setMaxListeners(0, signal);
    const connect = guardedConnector({ policy, lookup, signal });
    this.agent = new Agent({
      connect: (target, callback) => {
        connect(target, (...[error, socket]) => {
          if (error) {
            callback(error, null);
            return;
          }
          this.#open += 1;
          socket.once('close', () => {
            this.#open -= 1;
          });
          callback(null, socket);
        });
      },
      headersTimeout: headersTimeoutMs,
      bodyTimeout: silenceTimeoutMs,
    });
  }

  /** How many there are. */
  get open(): number {
    return this.#open;
  }

  /** Ends them all, those in the making included, and whatever is under way on them. */
  async destroy(): Promise<void> {
    const destroyed = this.agent.destroy();
    this.#closing.abort(new EgressError('run.cancelled', 'the run is over'));
    await destroyed;
  }
}
