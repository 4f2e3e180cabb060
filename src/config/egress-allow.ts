import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';
import { parseAuthority } from '../common/host-name.js';

/** An entry of EGRESS_ALLOW: a name or an IP address (as `normalizeHost` writes it), or a range. */
export type EgressAllowRule =
  { kind: 'host'; host: string; port?: number } | { kind: 'range'; address: string; bits: number };

/**
 * Reads EGRESS_ALLOW: entries between commas, each a name or an IP address (any port),
 * `host:port`, `[v6]:port`, or a CIDR range. Gives every fault at once, by the entry's place and
 * never by its text.
 */
export function parseEgressAllow(text: string): { rules: EgressAllowRule[]; faults: string[] } {
  const rules: EgressAllowRule[] = [];
  const faults: string[] = [];
  text.split(',').forEach((raw, index) => {
    const entry = raw.trim();
    if (entry === '') return;
    const rule = entry.includes('/') ? parseRange(entry) : parseHost(entry);
    if (typeof rule === 'string') faults.push(`entry ${index + 1} ${rule}`);
    else rules.push(rule);
  });
  return { rules, faults };
}

function parseHost(entry: string): EgressAllowRule | string {
  const authority = parseAuthority(entry);
  return typeof authority === 'string' ? authority : { kind: 'host', ...authority };
}

function parseRange(entry: string): EgressAllowRule | string {
  const [address = '', bitsText = ''] = entry.split(/\/(.*)/s);
  const version = isIP(address);
  const bits = /^\d{1,3}$/.test(bitsText) ? Number(bitsText) : Infinity;
  if (version === 0 || address.includes('%') || bits > (version === 4 ? 32 : 128)) {
    return 'is not a CIDR range such as 192.0.2.0/24';
  }
  const parsed = ipaddr.parse(address);
  if (parsed instanceof ipaddr.IPv6 && parsed.isIPv4MappedAddress()) {
    return 'is an IPv4 range written as IPv6';
  }
  const network =
    version === 4
      ? ipaddr.IPv4.networkAddressFromCIDR(entry)
      : ipaddr.IPv6.networkAddressFromCIDR(entry);
  // Whoever writes 10.0.0.5/8 hardly means to open all of 10.0.0.0/8.
  if (network.toString() !== parsed.toString()) return 'has bits set beyond its prefix';
  return { kind: 'range', address: parsed.toString(), bits };
}
