import { isIP } from 'node:net';
import { networkInterfaces } from 'node:os';
import {
  inRange,
  isMetadataAddress,
  isMetadataName,
  parseAddress,
  privateKind,
  reachedThrough,
  sameAddress,
  type Address,
} from './address-kind.js';
import type { EgressAllowRule } from '../config/egress-allow.js';
import type { ForbiddenListener } from './egress.types.js';
import { normalizeHost } from '../common/host-name.js';

/** Where a request wants to go; `host` as `normalizeHost` writes it. */
export interface Destination {
  host: string;
  port: number;
}

export interface AddressPolicyOptions {
  /** What an operator opened beyond the public internet. */
  allow: EgressAllowRule[];
  /** The service's own listeners and its database. */
  neverPorts?: ForbiddenListener[];
  /** The addresses of this machine; those of its network interfaces unless given. */
  localAddresses?: () => string[];
}

/**
 * Says which hosts and addresses connector code may reach: the public internet, what an operator
 * opened, and never cloud metadata, the service itself or its database.
 */
export class AddressPolicy {
  readonly #allow: EgressAllowRule[];
  readonly #never: ForbiddenListener[] = [];
  readonly #localAddresses: () => string[];

  constructor(options: AddressPolicyOptions) {
    this.#allow = options.allow;
    this.#localAddresses = options.localAddresses ?? machineAddresses;
    for (const listener of options.neverPorts ?? []) this.forbid(listener);
  }

  /**
   * Closes a listener of the service's own, whatever an operator opened. A name closes that name
   * alone; the caller adds the addresses it resolves to.
   */
  forbid(listener: ForbiddenListener): void {
    const host = listener.address === undefined ? undefined : normalizeHost(listener.address);
    if (listener.address !== undefined && host === undefined) {
      throw new TypeError('a forbidden listener has an address that is no host');
    }
    const { port } = listener;
    this.#never.push(host === undefined ? { port } : { address: host, port });
  }

  /** Why a host may not be asked, before it is resolved; undefined where it may. */
  hostRefusal({ host, port }: Destination): string | undefined {
    if (isIP(host) !== 0) return this.addressRefusal(host, { host, port });
    if (isMetadataName(host)) {
      return `${host} is a cloud metadata service, which connector code never reaches`;
    }
    if (this.#never.some((own) => own.address === host && own.port === port)) {
      return `${host}:${port} belongs to this service itself`;
    }
    if (!isLocalName(host) || this.#namesHost({ host, port })) return undefined;
    return `${host} is a local name; an operator can allow it by name with EGRESS_ALLOW`;
  }

  /** Why an address that `host` resolved to may not be connected to; undefined where it may. */
  addressRefusal(address: string, { host, port }: Destination): string | undefined {
    const parsed = parseAddress(address);
    const is = host === address ? `${host} is` : `${host} resolves to ${address},`;
    if (!parsed) return `${host} did not resolve to an IP address`;
    const reached = reachedThrough(parsed);
    if (reached.some(isMetadataAddress)) {
      return `${is} a cloud metadata address, which connector code never reaches`;
    }
    if (reached.some((each) => this.#isOwn(each, port))) {
      return `${host}:${port} belongs to this service itself`;
    }
    const kind = privateKind(parsed);
    if (kind === undefined || this.#allows(parsed, { host, port })) return undefined;
    return `${is} ${kind} address; an operator can allow it with EGRESS_ALLOW`;
  }

  #allows(address: Address, destination: Destination): boolean {
    return (
      this.#namesHost(destination) ||
      this.#allow.some((rule) => {
        const listed = parseAddress(rule.kind === 'range' ? rule.address : rule.host);
        if (!listed) return false;
        if (rule.kind === 'range') return inRange(address, [listed, rule.bits]);
        return sameAddress(address, listed) && fitsPort(rule, destination.port);
      })
    );
  }

  #namesHost({ host, port }: Destination): boolean {
    return this.#allow.some(
      (rule) => rule.kind === 'host' && rule.host === host && fitsPort(rule, port),
    );
  }

  #isOwn(address: Address, port: number): boolean {
    return this.#never
      .filter((own) => own.port === port)
      .some((own) => {
        const listener = parseAddress(own.address === 'localhost' ? '::1' : (own.address ?? '::'));
        if (!listener) return false;
        // Asked for 0.0.0.0 or ::, the machine connects to itself.
        if (isThisMachine(address) && isThisMachine(listener)) return true;
        if (listener.range() === 'unspecified') return this.#isLocal(address);
        return sameAddress(address, listener);
      });
  }

  #isLocal(address: Address): boolean {
    return this.#localAddresses().some((text) => {
      const local = parseAddress(text);
      return local !== undefined && sameAddress(address, local);
    });
  }
}

function isThisMachine(address: Address): boolean {
  const range = address.range();
  return range === 'loopback' || range === 'unspecified';
}

function fitsPort(rule: { port?: number }, port: number): boolean {
  return rule.port === undefined || rule.port === port;
}

function isLocalName(host: string): boolean {
  return !host.includes('.') || /\.(localhost|local|internal)$/.test(host);
}

function machineAddresses(): string[] {
  return Object.values(networkInterfaces())
    .flatMap((each) => each ?? [])
    .map((each) => each.address);
}
