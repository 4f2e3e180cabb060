import { isIP } from 'node:net';
import { getPublicSuffix } from 'tldts';
import type { AllowedHost } from './egress.types.js';
import { hostOf, parseAuthority, portOf } from '../common/host-name.js';

/**
 * Reads one entry of `allowedHosts`: `host`, `host:port` or `*.example.com`, each with or without
 * `http://` or `https://` before it. A string says what is wrong with it.
 */
export function parseAllowedHost(entry: string): AllowedHost | string {
  const parts = /^(?:(https?):\/\/)?(\*\.)?([^*]*)$/is.exec(entry);
  if (entry.includes('*') && parts?.[2] === undefined) {
    return 'has a * that is not the whole first label, as in *.example.com';
  }
  if (!parts) return 'is not a host';
  const [, scheme, star, rest = ''] = parts;
  if (rest.includes('://')) return 'has a scheme that is neither http:// nor https://';
  if (/[/?#]/.test(rest)) return 'has a path or a query; only a host and a port belong here';
  if (rest.includes('@')) return 'has a user name; only a host and a port belong here';
  const authority = parseAuthority(rest);
  if (typeof authority === 'string') return authority;
  const wildcard = star !== undefined;
  if (wildcard && isIP(authority.host) !== 0) return 'has a * before an IP address';
  if (wildcard && coversPublicSuffix(authority.host)) {
    return 'has a * before a public suffix, below which anybody may have a name';
  }
  const named = scheme === undefined ? {} : { scheme: asScheme(scheme) };
  return { ...authority, ...named, wildcard };
}

/**
 * The first entry that admits a URL. An entry without a port admits ports 80 and 443, or the port
 * of its scheme alone where it names one; an entry with a port admits either scheme there.
 */
export function findAllowedHost(entries: AllowedHost[], url: URL): AllowedHost | undefined {
  const host = hostOf(url);
  if (host === undefined) return undefined;
  const port = portOf(url);
  return entries.find((entry) => {
    if (entry.scheme !== undefined && `${entry.scheme}:` !== url.protocol) return false;
    if (!portsOf(entry).includes(port)) return false;
    return entry.wildcard ? host.endsWith(`.${entry.host}`) : host === entry.host;
  });
}

/** Whether a connector with these `allowedHosts` may call a URL. None: any host. */
export function matchesAllowedHost(entries: AllowedHost[], url: URL): boolean {
  return entries.length === 0 || findAllowedHost(entries, url) !== undefined;
}

function portsOf({ port, scheme }: AllowedHost): number[] {
  if (port !== undefined) return [port];
  if (scheme === undefined) return [80, 443];
  return [scheme === 'https' ? 443 : 80];
}

function asScheme(text: string): 'http' | 'https' {
  return text.toLowerCase() === 'https' ? 'https' : 'http';
}

function coversPublicSuffix(host: string): boolean {
  const options = { allowPrivateDomains: true, extractHostname: false, validateHostname: false };
  // The second name finds suffixes that a wildcard of the list makes, as foo.ck does for *.ck.
  return [host, `any-name.${host}`].some((name) => getPublicSuffix(name, options) === name);
}
