import type { EgressHooks, EgressRequest, EgressResponse } from '../egress.types.js';
import type { KeyAdmission } from './key-admission.js';
import { KeyMask, KeySearch } from './key-search.js';
import { basicText, holdsStandIn, putInHeader, putInUrl, refused } from './put-key.js';
import { putInBody } from './put-key-in-body.js';
import { splitKey, type KeyPart } from './split-key.js';

export interface KeyStandInOptions {
  /** The key itself, not empty. */
  apiKey: string;
  /** Where it may go. */
  admits: KeyAdmission;
}

/**
 * Keeps an API key away from connector code: the code gets a random stand-in, which is replaced by
 * the key in requests that may carry it, and the key by the stand-in in what comes back.
 */
export class KeyStandIn implements EgressHooks {
  /** What the code gets for `apiKey`: the key's structure, with a stand-in for each part. */
  readonly text: string;
  /** The stand-ins of all parts. A digest or a signature made of one would be of no use. */
  readonly standIns: readonly string[];
  readonly #admits: KeyAdmission;
  /** The whole key first, then its parts. */
  readonly #secrets: KeyPart[];
  readonly #key: string;
  // Made where they are needed: most runs end without an error, and some ask for nothing.
  #made: { search?: KeySearch; mask?: KeyMask } = {};

  constructor({ apiKey, admits }: KeyStandInOptions) {
    // Half a surrogate pair has no bytes, and so could never be sent.
    const key = Buffer.from(apiKey).toString();
    const { text, parts, whole } = splitKey(key);
    this.text = text;
    this.standIns = parts.map(({ standIn }) => standIn);
    this.#admits = admits;
    const longestFirst = parts.sort((one, other) => other.secret.length - one.secret.length);
    this.#secrets = [...(whole ? [whole] : []), ...longestFirst];
    this.#key = key;
  }

  /**
   * The request with the key in place of its stand-ins; as it is where it has none. Throws an
   * EgressError where the key may not go there, or can't stand where its stand-in stands.
   */
  outgoing(request: EgressRequest): EgressRequest {
    const url = new URL(request.url);
    if (this.#standsInHost(url)) {
      throw refused("the API key can't be part of a host, for it would be sent to a name server");
    }
    const inBody = this.#standsInBody(request);
    const inUrl = this.#isHeldBy(url.pathname + url.search);
    const inHeaders = request.headers.some(([, value]) => this.#standsInHeader(value));
    if (!inUrl && !inHeaders && !inBody) return request;
    const refusal = this.#admits.refusal(url);
    if (refusal !== undefined) throw refused(refusal);
    const { body } = request;
    const contentType = request.headers.find(([name]) => /^content-type$/i.test(name))?.[1];
    return {
      ...request,
      url: inUrl ? putInUrl(request.url, this.#secrets) : request.url,
      headers: request.headers
        .filter(([name, value]) => !hidesWhatComesBack(name, value))
        .map(([name, value]) => [name, this.#putInHeader(name, value)]),
      ...(body && inBody ? { body: putInBody(body, contentType, this.#secrets) } : {}),
    };
  }

  /**
   * What a redirect to another origin asks for, less the headers with a stand-in. Throws an
   * EgressError where its body has one: neither follows to another origin.
   */
  crossing(request: EgressRequest): EgressRequest {
    if (this.#standsInBody(request)) {
      const { host } = new URL(request.url);
      throw refused(`a redirect to ${host} would take along a body with the API key`);
    }
    const headers = request.headers.filter(([, value]) => !this.#standsInHeader(value));
    return { ...request, headers };
  }

  /**
   * The response with stand-ins in place of the key. Secrets of fewer than 8 characters are
   * replaced in headers only, where they stand alone, and only in answers of hosts that may have
   * got the key: elsewhere it would tell code which guess is right.
   */
  async incoming(response: EgressResponse): Promise<EgressResponse> {
    const mayKnowKey = this.#admits.refusal(new URL(response.url)) === undefined;
    const search = (this.#made.search ??= new KeySearch(this.#secrets.flatMap(withTrimmed)));
    const inText = (text: string, short: boolean) => {
      const long = search.inText(text);
      return short && mayKnowKey ? search.shortInText(long) : long;
    };
    const body = await search.inBody(response.body);
    const headers = response.headers.map(([name, value]): [string, string] => [
      search.inText(name),
      inText(value, !hasFixedVocabulary(name)),
    ]);
    return {
      ...response,
      statusText: inText(response.statusText, true),
      headers:
        body === response.body
          ? headers
          : headers.filter(
              ([name]) => !/^content-(length|md5)$|^(repr-|content-)?digest$/i.test(name),
            ),
      body,
    };
  }

  /** A text for a log or an error with `••••` in place of the key. */
  hide(text: string): string {
    this.#made.mask ??= new KeyMask(this.#key, this.#secrets.flatMap(withTrimmed));
    return this.#made.mask.hide(text);
  }

  #putInHeader(name: string, value: string): string {
    return this.#standsInHeader(value) ? putInHeader(name, value, this.#secrets) : value;
  }

  #standsInHost({ host }: URL): boolean {
    // The URL parser writes hosts in lower case.
    const lower = host.toLowerCase();
    return this.standIns.some((standIn) => lower.includes(standIn.toLowerCase()));
  }

  #standsInHeader(value: string): boolean {
    return this.#isHeldBy(value) || this.#isHeldBy(basicText(value) ?? '');
  }

  #standsInBody({ body }: EgressRequest): boolean {
    if (!body) return false;
    const bytes = Buffer.from(body.buffer, body.byteOffset, body.byteLength);
    return this.standIns.some((standIn) => bytes.includes(standIn));
  }

  #isHeldBy(text: string): boolean {
    return holdsStandIn(text, this.#secrets);
  }
}

/** A pasted key may end in a line break, and a remote give it back without that. */
function withTrimmed(part: KeyPart): KeyPart[] {
  const trimmed = part.secret.trim();
  const differs = trimmed !== '' && trimmed !== part.secret;
  return differs ? [part, { ...part, secret: trimmed }] : [part];
}

/**
 * Headers by which code could get the key back in a form that is not searched: a coding that is
 * not undone here, or a piece that begins within the key. A server may ignore either.
 */
function hidesWhatComesBack(name: string, value: string): boolean {
  return /^accept-encoding$/i.test(name) || (/^range$/i.test(name) && /^\s*bytes\b/i.test(value));
}

/** Headers whose values are numbers, dates and words of a standard, and never somebody's key. */
function hasFixedVocabulary(name: string): boolean {
  return fixedVocabulary.test(name);
}

const fixedVocabulary =
  /^(accept-.*|access-control-.*|age|allow|cache-control|connection|content-(disposition|encoding|language|length|range|type)|date|expires|keep-alive|last-modified|pragma|retry-after|server|strict-transport-security|trailer|transfer-encoding|upgrade|vary|via|(x-)?(total|ratelimit|rate-limit|page|per-page|limit|offset|count|next|prev)(-.*)?|x-(.*-)?(count|limit|page|pages|remaining|reset|total))$/i;
