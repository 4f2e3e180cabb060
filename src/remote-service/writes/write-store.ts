import { Injectable } from '@nestjs/common';
import { ConnectorNotFoundError } from '../../custom-connector/custom-connector.errors.js';
import { DbService } from '../../db/db.service.js';
import { IdempotencyKeyReusedError, WriteInProgressError } from './write.errors.js';
import type { WriteRequest } from './write-request.js';

/** How long a process may say nothing before a write of it counts as broken off. */
export const LEASE_MS = 10_000;
/** How long an Idempotency-Key is kept. */
const KEPT = '24 hours';
/** Of a record that had no result when its write was broken off: it may have been written. */
const UNKNOWN = '{"status":"unknown"}';

export interface StoredResult {
  index: number;
  /** JSON. */
  text: string;
}

/** A write, beside one of its results; without one where it has none. */
interface StoredRow {
  settled: boolean;
  records: number;
  /** Whether it came with the same body. */
  same: boolean;
  kept: boolean;
  index: number | null;
  result: string | null;
}

/**
 * Writes with an Idempotency-Key and their results in the database. Whether a result may still be
 * stored is decided by one row, locked: once a write is settled nothing of it changes.
 */
@Injectable()
export class WriteStore {
  constructor(private readonly db: DbService) {}

  /**
   * Takes a lease on a write that was never seen: null. Else gives its results, one for each record.
   * Throws a WriteInProgressError, an IdempotencyKeyReusedError, or a ConnectorNotFoundError where
   * the connector is gone.
   */
  async claim(request: WriteRequest, leaseId: string): Promise<string[] | null> {
    for (;;) {
      if (await this.insert(request, leaseId)) return null;
      const results = await this.results(request);
      if (results !== null) return results;
    }
  }

  /**
   * The results of a settled write; settles one whose lease is over. Null where there is none, or
   * none that is still kept. Throws as `claim` does.
   */
  async results({ userId, keyHash, bodyHash }: WriteRequest): Promise<string[] | null> {
    await this.db.$executeRaw`
      update write_requests set settled = true
      where user_id = ${userId} and key_hash = ${keyHash} and not settled and lease_until < now()`;
    // In one look: a write may be removed at any time, and with it what came of its records.
    const rows = await this.db.$queryRaw<StoredRow[]>`
      select settled, records, body_hash = ${bodyHash}::bytea as same,
        created_at > now() - ${KEPT}::interval as kept, index, result
      from write_requests left join write_results using (user_id, key_hash)
      where user_id = ${userId} and key_hash = ${keyHash}`;
    const [row] = rows;
    if (row === undefined) return null;
    if (row.settled && !row.kept) {
      await this.db.$executeRaw`
        delete from write_requests where user_id = ${userId} and key_hash = ${keyHash}
          and settled and created_at <= now() - ${KEPT}::interval`;
      return null;
    }
    if (!row.same) throw new IdempotencyKeyReusedError();
    if (!row.settled) throw new WriteInProgressError();
    const results = Array.from({ length: row.records }, () => UNKNOWN);
    for (const { index, result } of rows) {
      if (index !== null && result !== null) results[index] = result;
    }
    return results;
  }

  /** Prolongs a lease; false where it is lost. */
  async renew({ userId, keyHash }: WriteRequest, leaseId: string): Promise<boolean> {
    const renewed = await this.db.$executeRaw`
      update write_requests set lease_until = now() + ${LEASE_MS}::int * interval '1 millisecond'
      where user_id = ${userId} and key_hash = ${keyHash} and lease_id = ${leaseId} and not settled`;
    return renewed > 0;
  }

  /** Stores results; a second time does no harm. False where the lease is lost, and nothing is stored. */
  async store(
    { userId, keyHash }: WriteRequest,
    leaseId: string,
    results: readonly StoredResult[],
  ): Promise<boolean> {
    const indexes = results.map(({ index }) => index);
    const texts = results.map(({ text }) => text);
    const [answer] = await this.db.$queryRaw<{ held: boolean }[]>`
      with lease as (
        select from write_requests
        where user_id = ${userId} and key_hash = ${keyHash} and lease_id = ${leaseId}
          and not settled
        for update
      ), stored as (
        insert into write_results (user_id, key_hash, index, result)
        select ${userId}::text, ${keyHash}::bytea, given.index, given.result
        from lease, unnest(${indexes}::int[], ${texts}::text[]) as given (index, result)
        on conflict do nothing
      )
      select exists (select from lease) as held`;
    return answer?.held === true;
  }

  /** Ends a write whose results are all stored; false where its lease is lost. */
  async settle({ userId, keyHash }: WriteRequest, leaseId: string): Promise<boolean> {
    const settled = await this.db.$executeRaw`
      update write_requests set settled = true
      where user_id = ${userId} and key_hash = ${keyHash} and lease_id = ${leaseId}`;
    return settled > 0;
  }

  /** Forgets a write of which nothing was tried. */
  async release({ userId, keyHash }: WriteRequest, leaseId: string): Promise<void> {
    await this.db.writeRequest.deleteMany({ where: { userId, keyHash, leaseId, settled: false } });
  }

  /** Removes at most so many writes that are kept no longer; gives how many it removed. */
  async removeExpired(most: number): Promise<number> {
    return this.db.$executeRaw`
      delete from write_requests where (user_id, key_hash) in (
        select user_id, key_hash from write_requests
        where created_at <= now() - ${KEPT}::interval and (settled or lease_until < now())
        order by created_at limit ${most} for update skip locked
      )`;
  }

  private async insert(request: WriteRequest, leaseId: string): Promise<boolean> {
    const { userId, keyHash, connectorId, bodyHash, records } = request;
    // From the connector's own row, so that one that has just been removed is no failure.
    const [answer] = await this.db.$queryRaw<{ known: boolean; inserted: boolean }[]>`
      with connector as (
        select id from custom_connectors where id = ${connectorId} and user_id = ${userId}
        for key share
      ), inserted as (
        insert into write_requests
          (user_id, key_hash, connector_id, body_hash, records, lease_id, lease_until)
        select ${userId}::text, ${keyHash}::bytea, id, ${bodyHash}::bytea, ${records}::int,
          ${leaseId}::text,
          now() + ${LEASE_MS}::int * interval '1 millisecond'
        from connector
        on conflict (user_id, key_hash) do nothing
        returning 1
      )
      select exists (select from connector) as known, exists (select from inserted) as inserted`;
    if (answer?.known !== true) throw new ConnectorNotFoundError();
    return answer.inserted;
  }
}
