import { lookup } from 'node:dns/promises';
import { Module } from '@nestjs/common';
import { parseEgressAllow } from '../config/egress-allow.js';
import { Settings } from '../config/settings.js';
import { AddressPolicy } from './address-policy.js';
import { ConnectionStock } from './connection-stock.js';
import type { ForbiddenListener } from './egress.types.js';

/** Provides the policy that every request of connector code is held to, and its connections. */
@Module({
  providers: [
    { provide: AddressPolicy, useFactory: openPolicy, inject: [Settings] },
    ConnectionStock,
  ],
  exports: [AddressPolicy, ConnectionStock],
})
export class EgressModule {}

/** The service's own listener is closed later, once its port is known. */
async function openPolicy(settings: Settings): Promise<AddressPolicy> {
  return new AddressPolicy({
    allow: parseEgressAllow(settings.EGRESS_ALLOW ?? '').rules,
    neverPorts: settings.DATABASE_URL ? await databaseListeners(settings.DATABASE_URL) : [],
  });
}

/** An embedded database listens on a socket alone; an external one where its URL says. */
async function databaseListeners(databaseUrl: string): Promise<ForbiddenListener[]> {
  const url = new URL(databaseUrl);
  const host = url.hostname.replace(/^\[|\]$/g, '');
  const port = Number(url.port || 5432);
  // What does not resolve names a socket; a database that can't be found ends the start elsewhere.
  const addresses = host === '' ? [] : await lookup(host, { all: true }).catch(() => []);
  if (addresses.length === 0) return [];
  return [host, ...addresses.map(({ address }) => address)].map((address) => ({ address, port }));
}
