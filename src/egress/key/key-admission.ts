import { findAllowedHost } from '../allowed-hosts.js';
import type { AllowedHost } from '../egress.types.js';

/** Says which requests may carry a connector's API key. */
export class KeyAdmission {
  private constructor(
    private readonly hosts: AllowedHost[],
    private readonly origins: ReadonlySet<string>,
  ) {}

  /** The key may go where an entry of `allowedHosts` admits the URL; without entries, nowhere. */
  static toHosts(entries: AllowedHost[]): KeyAdmission {
    return new KeyAdmission(entries, new Set());
  }

  /** The key may go to exactly these origins, such as `https://api.example.com`. */
  static toOrigins(origins: string[]): KeyAdmission {
    const valid = origins.filter((origin) => URL.canParse(origin));
    return new KeyAdmission([], new Set(valid.map((origin) => originOf(new URL(origin)))));
  }

  /** The key may go nowhere. */
  static toNone(): KeyAdmission {
    return new KeyAdmission([], new Set());
  }

  /**
   * Why a request to a URL may not carry the key, with the entry of `allowedHosts` that would admit
   * it; undefined where it may. Over plain http an entry counts only where it names `http://` or a
   * port.
   */
  refusal(url: URL): string | undefined {
    const plain = url.protocol === 'http:';
    const entries = plain ? this.hosts.filter(namesPlainHttp) : this.hosts;
    if (findAllowedHost(entries, url) || this.origins.has(originOf(url))) return undefined;
    if (!plain) {
      return `the request to ${url.host} carries the API key, which goes to allowedHosts only; add ${url.host} there to allow it`;
    }
    const entry = url.port === '' ? `http://${url.host} or ${url.host}:80` : url.host;
    return `the request to ${url.host} carries the API key over plain http, which goes only where allowedHosts name http:// or a port; add ${entry} there to allow it`;
  }
}

function namesPlainHttp({ scheme, port }: AllowedHost): boolean {
  return scheme === 'http' || port !== undefined;
}

function originOf(url: URL): string {
  return url.origin.replace(/\.(?=(:\d+)?$)/, '');
}
