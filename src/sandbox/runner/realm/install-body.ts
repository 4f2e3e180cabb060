import type {
  Body,
  HeldContent,
  Realm,
  RealmBody,
  RealmHolders,
  RealmReferences,
} from './realm.types.js';

/**
 * The class under Request and Response. A response's bytes stay outside of the engine until the
 * code reads them. Runs inside the engine, from its own text.
 */
export function installBody(
  realm: Realm & { body?: RealmBody; holders?: RealmHolders; references?: RealmReferences },
): void {
  const { host, quote, parse, bytesOf } = realm;
  const { hold } = realm.holders as RealmHolders;
  const { open } = realm.references as RealmReferences;
  const Params = (globalThis as unknown as { URLSearchParams: new () => object }).URLSearchParams;
  type Content = string | ArrayBuffer | HeldContent | null;

  const toText: (value: unknown) => string = String;
  const encode = (text: string): ArrayBuffer => host.encodeText(quote(text));

  let fill!: (body: BodyBase, content: Content) => void;
  let peek!: (body: BodyBase) => ArrayBuffer | undefined;
  class BodyBase implements Body {
    #content: Content = null;
    #used = false;

    static {
      fill = (body: BodyBase, content: Content) => {
        body.#content = content;
      };
    }

    /** The content as bytes, without using the body up. */
    static {
      peek = (body: BodyBase) => {
        if (body.#used) throw new TypeError('Body is unusable: it has been read already');
        const content = body.#content;
        if (content === null) return undefined;
        let bytes: ArrayBuffer;
        if (typeof content === 'string') bytes = encode(content);
        else if ('hostId' in content) {
          // A copy of the engine's own making counts towards when it looks for garbage.
          bytes = host.takeBytes(content.hostId)?.slice(0) ?? new ArrayBuffer(0);
        } else bytes = content;
        body.#content = bytes;
        return bytes;
      };
    }

    #take(): Content {
      if (this.#used) throw new TypeError('Body is unusable: it has been read already');
      const content = this.#content;
      if (content !== null) this.#used = true;
      this.#content = null;
      return content;
    }

    #text(content = this.#take()): string {
      if (content === null) return '';
      if (typeof content === 'string') return content.toWellFormed();
      if ('hostId' in content) return host.takeText(content.hostId) ?? '';
      return host.decodeText('utf-8', false, false, content) ?? '';
    }

    get body(): null {
      if (this.#content === null) return null;
      throw new TypeError('Streams are not available here: read text(), json() or arrayBuffer()');
    }

    get bodyUsed(): boolean {
      return this.#used;
    }

    /* Promises that reject, where a plain function would throw. */
    /* eslint-disable @typescript-eslint/require-await -- they reject, where a plain function would throw */
    async text(): Promise<string> {
      return this.#text();
    }

    async json(): Promise<unknown> {
      const content = this.#take();
      const outside = content !== null && typeof content === 'object' && 'hostId' in content;
      return outside ? open(content.hostId, content.bytes) : parse(this.#text(content));
    }

    async arrayBuffer(): Promise<ArrayBuffer> {
      const bytes = peek(this) ?? new ArrayBuffer(0);
      this.#take();
      return bytes;
    }

    async bytes(): Promise<Uint8Array> {
      return new Uint8Array(await this.arrayBuffer());
    }

    async blob(): Promise<never> {
      throw new TypeError('Blob is not available here: use arrayBuffer()');
    }

    async formData(): Promise<never> {
      throw new TypeError('FormData is not available here: use text()');
    }
    /* eslint-enable @typescript-eslint/require-await */
  }

  const extract = (value: unknown): { content: Content; type?: string } => {
    if (value === undefined || value === null) return { content: null };
    if (value instanceof Params) {
      const type = 'application/x-www-form-urlencoded;charset=UTF-8';
      return { content: toText(value), type };
    }
    const bytes = bytesOf(value);
    if (bytes) return { content: bytes };
    if (typeof value === 'object' && Symbol.asyncIterator in value) {
      throw new TypeError('A stream cannot be sent from here: collect it first');
    }
    return { content: toText(value), type: 'text/plain;charset=UTF-8' };
  };

  const receive = (hostId: number, bytes: number): HeldContent => ({
    ...{ hostId, bytes },
    holder: hold(bytes, () => {
      host.dropBody(hostId);
    }),
  });
  realm.body = { BodyBase, fill, peek, extract, receive } as unknown as RealmBody;
}
