import type { Page, PageRequest } from '../common/paging.js';
import type { DbService } from '../db/db.service.js';
import type { Prisma } from '../db/generated/client.js';

/** A row of custom_connectors. */
export type ConnectorRow = Prisma.CustomConnectorGetPayload<object>;

/** A page of the list ends early rather than grow beyond this. */
const PAGE_BYTES = 8 * 1024 * 1024;

/** As Prisma names them. */
const COLUMNS = `id, user_id as "userId", version, name, definition, bytes,
  api_key as "apiKey", api_key_id as "apiKeyId", created_at as "createdAt", updated_at as "updatedAt"`;

const FIRST = pageOf('');
const NEXT = pageOf('and (created_at, id) < ($4, $5)');

const FIND = `select ${COLUMNS} from custom_connectors where id = $1 and user_id = $2`;

/** A user's connector, or undefined. */
export async function findRow(
  { pool }: DbService,
  userId: string,
  id: string,
): Promise<ConnectorRow | undefined> {
  const values = [id, userId];
  const { rows } = await pool.query<ConnectorRow>({ name: 'find-connector', text: FIND, values });
  return rows[0];
}

/** The same, kept for the transaction. */
export async function lockRow(
  tx: Prisma.TransactionClient,
  userId: string,
  id: string,
): Promise<ConnectorRow | undefined> {
  const [row] = await tx.$queryRawUnsafe<ConnectorRow[]>(`${FIND} for update`, id, userId);
  return row;
}

/**
 * A page of a user's connectors, newest first. It ends before it would pass 8 MiB of definitions, but never
 * before its first; what comes after that is not read.
 */
export async function findPage(
  { pool }: DbService,
  userId: string,
  { limit, after }: PageRequest,
): Promise<Page<ConnectorRow>> {
  const { rows } = await pool.query<ConnectorRow & { heads: number }>({
    ...(after
      ? { name: 'next-connectors', text: NEXT }
      : { name: 'first-connectors', text: FIRST }),
    values: [userId, limit, PAGE_BYTES, ...(after ? [after.createdAt, after.id] : [])],
  });
  const items = rows.map(({ heads: _heads, ...row }) => row);
  const last = rows.at(-1);
  return last && last.heads > rows.length
    ? { items, next: { createdAt: last.createdAt, id: last.id } }
    : { items };
}

function pageOf(behind: string): string {
  return `select ${COLUMNS}, heads::int from (
    select *, count(*) over () as heads,
      sum(bytes) over (order by created_at desc, id desc) as "upTo",
      row_number() over (order by created_at desc, id desc) as place
    from (
      select * from custom_connectors where user_id = $1 ${behind}
      order by created_at desc, id desc limit $2::int + 1
    ) own
  ) page
  where place = 1 or (place <= $2 and "upTo" <= $3)
  order by place`;
}
