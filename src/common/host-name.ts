import { isIP } from 'node:net';

/**
 * Writes a host as hosts are compared everywhere: lower case, ASCII, without a trailing dot,
 * an address in its usual form and without brackets. Undefined where it is no host.
 */
export function normalizeHost(text: string): string | undefined {
  const bare = text.replace(/^\[(.*)\]$/s, '$1');
  // What the URL parser would read as something else than the host, decode or drop.
  if (bare === '' || /[\s/?#@\\%[\]]/.test(bare)) return undefined;
  const bracketed = bare.includes(':') ? `[${bare}]` : bare;
  const url = `http://${bracketed}/`;
  return URL.canParse(url) ? hostOf(new URL(url)) : undefined;
}

/** The host of a URL in the form of `normalizeHost`; undefined where no such host can exist. */
export function hostOf(url: URL): string | undefined {
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1').replace(/\.$/, '');
  if (isIP(host) !== 0) return host;
  const labels = host.split('.');
  const fits = host.length <= 253 && labels.every((label) => /^[a-z0-9_-]{1,63}$/.test(label));
  // The last label of a name is never a number: it would be half an address.
  return fits && !/^\d+$/.test(labels.at(-1) ?? '') ? host : undefined;
}

/** The port that a URL means, its scheme's own where it names none. */
export function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'https:' ? 443 : 80;
}

/**
 * Splits `host`, `host:port`, `[v6]`, `[v6]:port` or a bare IPv6 address, and normalises the host.
 * A string says what is wrong, without repeating the text.
 */
export function parseAuthority(text: string): { host: string; port?: number } | string {
  if (isIP(text) === 6) return withHost(text, undefined);
  const parts = /^(\[[^\]]*\]|[^:]*)(?::(.*))?$/s.exec(text);
  if (!parts || parts[2]?.includes(':'))
    return 'has a wrong port, or an IPv6 address without brackets';
  return withHost(parts[1] ?? '', parts[2]);
}

function withHost(hostText: string, portText: string | undefined) {
  const host = normalizeHost(hostText);
  if (host === undefined || (hostText.startsWith('[') && isIP(host) !== 6)) {
    return 'is not a host name or an IP address';
  }
  if (portText === undefined) return { host };
  const port = /^\d{1,5}$/.test(portText) ? Number(portText) : 0;
  return port >= 1 && port <= 65_535 ? { host, port } : 'has a port that is not from 1 to 65535';
}
