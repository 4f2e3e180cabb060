import { Injectable } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import { ProblemError } from '../../common/problem.js';
import { DbService } from '../../db/db.service.js';
import type { Connector } from '../../remote-service/connector.js';
import { PoolBusyError, PoolClosedError } from '../../sandbox/sandbox.errors.js';
import type { Values } from './judge-change.js';
import type { Change } from './publication.types.js';
import { readValues, storableJson } from './read-change.js';

/** Records that are asked for at once. */
const CONCURRENCY = 4;
/** How often a sandbox that is full is tried again, and how long between. */
const MOST_TRIES = 30;
const PAUSE_MS = 1_000;

/** A record as the remote has it, null where it has none; with `error`, as it was copied. */
export interface Theirs {
  record: Values | null;
  error?: ProblemError;
}

/** Knows what the remote has of the records that are to be changed. */
@Injectable()
export class RemoteRecords {
  constructor(private readonly db: DbService) {}

  /**
   * What there is of the record of each change, in their order: as `getRecord` gives it now, or as
   * copied where the connector has no such function or it fails; null for what is to be created.
   */
  async theirsOf(
    connector: Connector,
    { userId, snapshotId }: { userId: string; snapshotId: string },
    changes: readonly Change[],
    signal: AbortSignal,
  ): Promise<Theirs[]> {
    const found: Theirs[] = changes.map(() => ({ record: null }));
    const copied: number[] = [];
    const places = [...changes.keys()].filter((place) => changes[place]?.op !== 'create');
    await eachOf(places, CONCURRENCY, async (place) => {
      const { tableId, id } = changes[place] as Change;
      const asked = connector.has('getRecord')
        ? await this.ask(connector, tableId, id, signal)
        : null;
      if (asked === null || asked.error) copied.push(place);
      if (asked !== null) found[place] = asked;
    });
    const wanted = copied.map((place) => changes[place] as Change);
    const copies = await this.copiesOf(userId, snapshotId, wanted);
    for (const [index, place] of copied.entries()) {
      found[place] = { ...found[place], record: copies[index] ?? null };
    }
    return found;
  }

  /** One record as `getRecord` gives it, in a turn of the user's; `error` where that fails. */
  async ask(
    connector: Connector,
    tableId: string,
    id: string,
    signal: AbortSignal,
  ): Promise<Theirs> {
    for (let tries = 1; ; tries += 1) {
      try {
        return readRecord(await connector.getRecordInTurn(tableId, id, signal));
      } catch (error) {
        signal.throwIfAborted();
        if (!(error instanceof ProblemError) || error instanceof PoolClosedError) throw error;
        if (!(error instanceof PoolBusyError) || tries === MOST_TRIES) {
          return { record: null, error };
        }
        await sleep(PAUSE_MS, undefined, { signal });
      }
    }
  }

  private async copiesOf(
    userId: string,
    snapshotId: string,
    wanted: readonly Change[],
  ): Promise<(Values | null)[]> {
    if (wanted.length === 0) return [];
    const rows = await this.db.$queryRaw<{ place: number; fields: string }[]>`
      select wanted.place::int as place, r.fields::text as fields
      from unnest(${wanted.map(({ tableId }) => tableId)}::text[],
        ${wanted.map(({ id }) => id)}::text[]) with ordinality as wanted (table_id, id, place)
      join snapshot_tables t on t.user_id = ${userId} and t.snapshot_id = ${snapshotId}
        and t.table_id = wanted.table_id
      join snapshot_records r on r.user_id = ${userId} and r.generation = t.generation
        and r.id = wanted.id and not r.gone`;
    const copies = new Map(rows.map(({ place, fields }) => [place - 1, readValues(fields)]));
    return wanted.map((_change, place) => copies.get(place) ?? null);
  }
}

/** Reads the text of a record that `getRecord` gave. */
export function readRecord(text: string | null): Theirs {
  if (text === null) return { record: null };
  const { fields } = readValues(storableJson(text)) as { fields: Values };
  return { record: fields };
}

/** Works on each item, so many at once; rejects with the first failure once nothing runs any more. */
export async function eachOf<T>(
  items: readonly T[],
  concurrency: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const left = items.values();
  let failed = false;
  async function worker(): Promise<void> {
    for (const item of left) {
      if (failed) return;
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
    }
  }
  const ends = await Promise.allSettled(Array.from({ length: concurrency }, worker));
  for (const end of ends) if (end.status === 'rejected') throw end.reason;
}
