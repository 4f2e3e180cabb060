import type { EgressRequest, EgressResponse } from '../../egress/egress.types.js';
import { MAX_HEADER_BYTES } from '../protocol.js';
import type { HostFunctions } from './engine.js';
import type { ResponseMessage } from './realm/realm.types.js';
import type { ReadWatch } from './read-watch.js';
import type { Send } from './send.types.js';
import { asBytes, asText } from './stateless-host.js';

type BridgeFunctions = Pick<
  HostFunctions,
  'fetch' | 'abortFetch' | 'takeText' | 'takeBytes' | 'dropBody'
>;

/**
 * The requests of a run that are on their way, and the bodies that its code has not read yet: those
 * stay outside of the engine until it does.
 */
export class FetchBridge {
  readonly #send: Send;
  readonly #open = new Set<number>();
  readonly #bodies = new Map<number, Uint8Array>();
  readonly #watch: ReadWatch | undefined;

  /** `watch` is told what is asked, and what comes back. */
  constructor(send: Send, watch?: ReadWatch) {
    this.#send = send;
    this.#watch = watch;
  }

  /** Whether an answer is to come. */
  get waits(): boolean {
    return this.#open.size > 0;
  }

  /** True where the request was open; it no longer is. */
  forget(id: number): boolean {
    return this.#open.delete(id);
  }

  /** Keeps the body and gives what the engine is told; undefined where nobody waits for it. */
  receive(id: number, response: EgressResponse): string | undefined {
    if (!this.forget(id)) return undefined;
    const { body, ...rest } = response;
    this.#watch?.answered(id, rest);
    const bodyId = body.length > 0 ? id : null;
    if (body.length > 0) this.#bodies.set(id, body);
    return JSON.stringify({ ...rest, bodyId, bodyBytes: body.length } satisfies ResponseMessage);
  }

  host(refuse: (id: number, code: string, message: string) => void): BridgeFunctions {
    return {
      fetch: (id, meta, body) => {
        const key = Number(id);
        const json = asText(meta);
        this.#open.add(key);
        if (Buffer.byteLength(json) > MAX_HEADER_BYTES / 2) {
          setImmediate(refuse, key, 'remote.bad_request', 'The URL or the headers are too large.');
          return undefined;
        }
        const request = JSON.parse(json) as Omit<EgressRequest, 'body'>;
        const payload = body === undefined ? undefined : asBytes(body);
        const hasBody = payload !== undefined;
        this.#watch?.asked(key, { ...request, ...(payload ? { body: payload } : {}) });
        this.#send({ type: 'fetch', id: key, hasBody, ...request }, payload);
        return undefined;
      },
      abortFetch: (id) => {
        if (this.forget(Number(id))) this.#send({ type: 'abort', id: Number(id) });
        return undefined;
      },
      takeText: (id) => {
        const body = this.#taken(Number(id));
        return body && new TextDecoder().decode(body);
      },
      takeBytes: (id) => this.#taken(Number(id)),
      dropBody: (id) => {
        this.#bodies.delete(Number(id));
        return undefined;
      },
    };
  }

  #taken(id: number): Uint8Array | undefined {
    const body = this.take(id);
    if (body) this.#watch?.taken(id, body);
    return body;
  }

  /** The body of a response, which is then forgotten. */
  take(id: number): Uint8Array | undefined {
    const body = this.#bodies.get(id);
    this.#bodies.delete(id);
    return body;
  }
}
