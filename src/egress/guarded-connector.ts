import { lookup as resolve } from 'node:dns/promises';
import type { LookupFunction } from 'node:net';
import { buildConnector } from 'undici';
import type { AddressPolicy, Destination } from './address-policy.js';
import { EgressError } from './egress.errors.js';
import { normalizeHost } from '../common/host-name.js';

/** Resolves a name to all its addresses. */
export type Lookup = (host: string) => Promise<{ address: string; family: number }[]>;

export interface GuardedConnectorOptions {
  policy: AddressPolicy;
  /** The system's resolver unless given. */
  lookup?: Lookup | undefined;
  /** Destroys every connection, made or in the making. */
  signal: AbortSignal;
}

const connectTimeoutMs = 10_000;

/**
 * Makes connections for undici, to addresses alone that the policy admits: it checks the host,
 * each address that the host resolves to, and the address that was connected to in the end.
 */
export function guardedConnector(options: GuardedConnectorOptions): buildConnector.connector {
  const { policy, signal } = options;
  const connectors = new Map<string, buildConnector.connector>();
  return (target, callback) => {
    const destination = destinationOf(target);
    const refusal = policy.hostRefusal(destination);
    if (refusal !== undefined) {
      callback(new EgressError('remote.refused', refusal), null);
      return;
    }
    // One for each destination, since a lookup is told the host but not the port.
    const key = `${destination.host} ${destination.port}`;
    const lookup = guardedLookup(policy, destination, options.lookup ?? resolveAll);
    const connect =
      connectors.get(key) ?? buildConnector({ lookup, signal, timeout: connectTimeoutMs });
    connectors.set(key, connect);
    connect(target, (...[error, socket]) => {
      if (error) {
        callback(error, null);
        return;
      }
      const wrong = connectedWrongly(policy, destination, socket.remoteAddress);
      if (wrong) {
        socket.destroy();
        callback(wrong, null);
      } else {
        callback(null, socket);
      }
    });
  };
}

function destinationOf({ hostname, port, protocol }: buildConnector.Options): Destination {
  const usual = protocol === 'https:' ? 443 : 80;
  return { host: normalizeHost(hostname) ?? '', port: port === '' ? usual : Number(port) };
}

function guardedLookup(policy: AddressPolicy, to: Destination, lookup: Lookup): LookupFunction {
  return (_hostname, { all }, callback) => {
    resolveSafely(policy, to, lookup).then(
      (found) => {
        const [first] = found;
        if (all) callback(null, found);
        else callback(null, first?.address ?? '', first?.family);
      },
      (error: unknown) => {
        callback(error as NodeJS.ErrnoException, '');
      },
    );
  };
}

async function resolveSafely(policy: AddressPolicy, to: Destination, lookup: Lookup) {
  const found = await lookup(to.host);
  if (found.length === 0) {
    throw new EgressError('remote.unreachable', `${to.host} has no address`);
  }
  // One bad address is enough: which of them is taken is not decided here.
  for (const { address } of found) {
    const refusal = policy.addressRefusal(address, to);
    if (refusal !== undefined) throw new EgressError('remote.refused', refusal);
  }
  return found;
}

function connectedWrongly(policy: AddressPolicy, to: Destination, remote: string | undefined) {
  if (remote === undefined) {
    return new EgressError('remote.unreachable', `the connection to ${to.host} broke`, true);
  }
  const refusal = policy.addressRefusal(remote, to);
  return refusal === undefined ? undefined : new EgressError('remote.refused', refusal);
}

function resolveAll(host: string) {
  return resolve(host, { all: true });
}
