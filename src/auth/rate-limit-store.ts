import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { DbService } from '../db/db.service.js';
import { WINDOW_MS, type Grant } from './rate-limiter.js';

/** foreign_key_violation, https://www.postgresql.org/docs/current/errcodes-appendix.html */
const NO_SUCH_USER = '23503';
/** No request is held up for longer because others are counted. */
const PATIENCE_MS = 1_000;
/** A lot is this part of what is left: what a process takes and does not use is lost to the others. */
const LOT = 20;

/**
 * One statement without an explicit transaction, on one row of an unlogged table. The first of a window
 * inserts or resets the row; the others find it.
 */
const TAKE = `
  insert into rate_windows as present (user_id, used, granted, ends_at)
  values ($1, least($3::int, greatest($2::int, $3::int / ${LOT})), least($3::int, greatest($2::int, $3::int / ${LOT})),
    now() + interval '${WINDOW_MS} milliseconds')
  on conflict (user_id) do update set (used, granted, ends_at) = (
    select base.used + lot.size, lot.size, base.ends_at
    from (
      select case when present.ends_at > now() then present.used else 0 end as used,
        case when present.ends_at > now() then present.ends_at else excluded.ends_at end as ends_at
    ) base, lateral (select greatest($3::int - base.used, 0) as left_over) rest,
    lateral (select least(rest.left_over, greatest($2::int, rest.left_over / ${LOT})) as size) lot
  )
  returning granted, greatest($3::int - used, 0) as remaining,
    greatest(extract(epoch from ends_at - clock_timestamp()) * 1000, 0)::float8 as ms_left`;

interface Taken {
  granted: number;
  remaining: number;
  ms_left: number;
}

/** What users have used of their requests, as all processes on the database see it. */
@Injectable()
export class RateLimitStore {
  constructor(
    private readonly db: DbService,
    private readonly settings: Settings,
  ) {}

  /**
   * Takes requests of a user's present minute: a twentieth of what is left, or `wanted` where that is more
   * and there are so many. Rejects where the database does not answer within a second.
   */
  async take(userId: string, wanted: number): Promise<Grant> {
    const values = [userId, wanted, this.settings.RATE_LIMIT_PER_MINUTE];
    const taken = this.db.pool.query<Taken>({ name: 'take-requests', text: TAKE, values });
    try {
      const { rows } = await within(PATIENCE_MS, taken);
      const [row] = rows;
      if (!row) throw new Error('The database counted no request.');
      return { granted: row.granted, remaining: row.remaining, msLeft: row.ms_left };
    } catch (error) {
      // Of a user who was removed a moment ago and is still remembered: no failure of the database.
      if ((error as { code?: unknown }).code !== NO_SUCH_USER) throw error;
      return { granted: wanted, remaining: 0, msLeft: 1_000 };
    }
  }

  /** Removes the minutes that are over. */
  async sweep(): Promise<void> {
    await this.db.$executeRaw`delete from rate_windows where ends_at < now()`;
  }
}

async function within<T>(ms: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`The database did not answer within ${ms} ms.`));
    }, ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
