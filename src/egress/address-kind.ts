import { isIP } from 'node:net';
import ipaddr from 'ipaddr.js';

/** An IP address, parsed; an IPv4 address that was written as IPv6 is an IPv4 address here. */
export type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Parses an address, and unwraps an IPv4-mapped one; undefined where the text is none. */
export function parseAddress(text: string): Address | undefined {
  // ipaddr.js alone would also take `0177.0.0.1` and the like.
  if (isIP(text) === 0) return undefined;
  return ipaddr.process(text.split('%')[0] ?? '');
}

/** What an address that is not on the public internet is, as "a private"; undefined: public. */
export function privateKind(address: Address): string | undefined {
  const range = address.range();
  if (address instanceof ipaddr.IPv6) {
    // ipaddr.js takes for unicast whatever no range of its names, as ::7f00:1 and 4000::1.
    const global = ((address.parts[0] ?? 0) & 0xe000) === 0x2000;
    if (range === 'unicast' && global) return undefined;
  } else if (range === 'unicast') {
    return undefined;
  }
  return kinds[range] ?? 'a reserved';
}

const kinds: Partial<Record<string, string>> = {
  loopback: 'a loopback',
  private: 'a private',
  linkLocal: 'a link-local',
  uniqueLocal: 'a private (unique-local)',
  carrierGradeNat: 'a carrier NAT',
  multicast: 'a multicast',
  broadcast: 'a broadcast',
  unspecified: 'an unspecified',
  rfc6052: 'a NAT64',
  rfc6145: 'a translated',
  '6to4': 'a 6to4',
  teredo: 'a Teredo',
};

/** Whether two addresses are the same. */
export function sameAddress(one: Address, other: Address): boolean {
  return one.kind() === other.kind() && one.toByteArray().join() === other.toByteArray().join();
}

/** Whether an address lies in a range. */
export function inRange(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}

/**
 * The address itself and the IPv4 addresses that NAT64, 6to4, Teredo and their kin would reach
 * through it (RFC 6052, 3056, 4380, 6145, 4291).
 */
export function reachedThrough(address: Address): Address[] {
  if (address instanceof ipaddr.IPv4) return [address];
  const bytes = address.toByteArray();
  const at = (start: number) => new ipaddr.IPv4(bytes.slice(start, start + 4));
  const range = address.range();
  if (range === '6to4') return [address, at(2)];
  if (range === 'teredo') {
    const client = new ipaddr.IPv4(bytes.slice(12).map((byte) => byte ^ 0xff));
    return [address, at(4), client];
  }
  const compatible = bytes.slice(0, 12).every((byte) => byte === 0);
  const last = range === 'rfc6052' || range === 'rfc6145' || compatible;
  return last ? [address, at(12)] : [address];
}

const metadataRanges = [
  '169.254.169.0/24', // AWS, Google, Azure, Oracle, DigitalOcean and most others
  '169.254.170.0/24', // credentials of AWS containers
  '169.254.0.23/32', // Tencent
  '169.254.42.42/32', // Scaleway
  '100.100.100.200/32', // Alibaba
  '168.63.129.16/32', // Azure's wire server, a public address by its looks
  '192.0.0.192/32', // Oracle, older
  'fd00:ec2::/32', // AWS
  'fd20:ce::254/128', // Google
  'fd00:42::42/128', // Scaleway
  'fe80::a9fe:a9fe/128', // OpenStack
].map((text) => ipaddr.parseCIDR(text));

/** Whether an address is one where a cloud tells its machines their credentials. */
export function isMetadataAddress(address: Address): boolean {
  return metadataRanges.some((range) => inRange(address, range));
}

const metadataNames = new Set([
  'instance-data',
  'instance-data.ec2.internal',
  'metadata',
  'metadata.azure.internal',
  'metadata.goog',
  'metadata.google.internal',
  'metadata.packet.net',
  'metadata.platformequinix.com',
  'metadata.tencentyun.com',
]);

/** Whether a normalised name is that of a cloud's metadata service. */
export function isMetadataName(host: string): boolean {
  return metadataNames.has(host);
}
