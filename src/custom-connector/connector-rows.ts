import type { Cursor, Page, PageRequest } from '../common/paging.js';
import { Prisma } from '../db/generated/client.js';

/** A row of custom_connectors. */
export type ConnectorRow = Prisma.CustomConnectorGetPayload<object>;

/** A page of the list ends early rather than grow beyond this. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** As Prisma names them. In SQL, for its own way of putting a query together takes twice as long. */
const COLUMNS = Prisma.sql`id, user_id as "userId", version, name, definition, bytes,
  api_key as "apiKey", api_key_id as "apiKeyId", created_at as "createdAt", updated_at as "updatedAt"`;

/** A user's connector, or undefined. `lock` keeps it for the transaction. */
export async function findRow(
  db: Prisma.TransactionClient,
  userId: string,
  id: string,
  lock = false,
): Promise<ConnectorRow | undefined> {
  const rows = await db.$queryRaw<ConnectorRow[]>`
    select ${COLUMNS} from custom_connectors where id = ${id} and user_id = ${userId}
    ${lock ? Prisma.sql`for update` : Prisma.empty}`;
  return rows[0];
}

/**
 * A page of a user's connectors, newest first. It ends before it would pass 8 MiB of definitions, but never
 * before its first; what comes after that is not read.
 */
export async function findPage(
  db: Prisma.TransactionClient,
  userId: string,
  { limit, after }: PageRequest,
): Promise<Page<ConnectorRow>> {
  const rows = await db.$queryRaw<(ConnectorRow & { heads: number })[]>`
    select ${COLUMNS}, heads::int from (
      select *, count(*) over () as heads,
        sum(bytes) over (order by created_at desc, id desc) as "upTo",
        row_number() over (order by created_at desc, id desc) as place
      from (
        select * from custom_connectors where user_id = ${userId} ${behind(after)}
        order by created_at desc, id desc limit ${limit + 1}
      ) own
    ) page
    where place = 1 or (place <= ${limit} and "upTo" <= ${PAGE_BYTES})
    order by place`;
  const items = rows.map(({ heads: _heads, ...row }) => row);
  const last = rows.at(-1);
  return last && last.heads > rows.length
    ? { items, next: { createdAt: last.createdAt, id: last.id } }
    : { items };
}

function behind(after: Cursor | undefined): Prisma.Sql {
  if (after === undefined) return Prisma.empty;
  return Prisma.sql`and (created_at, id) < (${after.createdAt}, ${after.id})`;
}
