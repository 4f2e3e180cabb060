import { Buffer } from 'node:buffer';
import { Transform } from 'class-transformer';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { InvalidRequestError } from './request.errors.js';
import { isStorable } from './check-text.js';

export const DEFAULT_LIMIT = 100;

/** Where a page of a list begins: behind this row, in the order newest first. */
export interface Cursor {
  createdAt: Date;
  id: string;
}

/** One page of a list, and the cursor of the next where there is more. */
export interface Page<T> {
  items: T[];
  next?: Cursor;
}

/** Reads a whole number as it stands in a query; what is none becomes NaN and fails its check. */
export function ToInteger(): PropertyDecorator {
  return Transform(({ value }: { value: unknown }) =>
    typeof value === 'string' && /^-?\d{1,15}$/.test(value) ? Number(value) : Number.NaN,
  );
}

/** The query parameters of every list. */
export class PageQuery {
  @ApiPropertyOptional({
    description: 'How many items at most.',
    type: 'integer',
    minimum: 1,
    maximum: 100,
    default: DEFAULT_LIMIT,
  })
  @IsOptional()
  @ToInteger()
  @IsInt()
  @Min(1)
  @Max(100)
  limit?: number;

  @ApiPropertyOptional({
    description: 'Where to go on: taken from the `Link` header of the page before.',
    type: 'string',
    maxLength: 200,
  })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

export function encodeCursor({ createdAt, id }: Cursor): string {
  return Buffer.from(`${createdAt.getTime()} ${id}`).toString('base64url');
}

/** Reads a cursor that `encodeCursor` made; any other text is an InvalidRequestError. */
export function decodeCursor(text: string): Cursor {
  const [time = '', id = '', ...rest] = Buffer.from(text, 'base64url').toString().split(' ');
  const createdAt = new Date(/^\d{1,15}$/.test(time) ? Number(time) : Number.NaN);
  const valid = !Number.isNaN(createdAt.getTime()) && id !== '' && rest.length === 0;
  if (!valid || !isStorable(id) || encodeCursor({ createdAt, id }) !== text) {
    throw new InvalidRequestError([
      { parameter: 'cursor', detail: 'is not a cursor of this list' },
    ]);
  }
  return { createdAt, id };
}

/** The `Link` header that names the next page of the list at this path. */
export function nextLink(path: string, query: PageQuery, next: Cursor): string {
  const parameters = new URLSearchParams();
  if (query.limit !== undefined) parameters.set('limit', String(query.limit));
  parameters.set('cursor', encodeCursor(next));
  return `<${path}?${parameters.toString()}>; rel="next"`;
}

/** The page that a query for one row more than the limit gave. */
export function pageOf<T extends Cursor>(rows: T[], limit: number): Page<T> {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return rows.length > limit && last
    ? { items, next: { createdAt: last.createdAt, id: last.id } }
    : { items };
}

/** Which rows come behind a cursor, newest first, as alternatives of a Prisma filter. */
export function behind({ createdAt, id }: Cursor) {
  return [{ createdAt: { lt: createdAt } }, { createdAt, id: { lt: id } }];
}

/** Which part of a list to read, and whether from its start. */
export interface PageRequest {
  limit: number;
  after?: Cursor;
}

/** What a list's query asks for; a cursor that is none is an InvalidRequestError. */
export function pageRequest({ limit, cursor }: PageQuery): PageRequest {
  return {
    limit: limit ?? DEFAULT_LIMIT,
    ...(cursor === undefined ? {} : { after: decodeCursor(cursor) }),
  };
}

/** The header that leads from page to page, as the API docs describe it. */
export const LINK_HEADER = {
  Link: {
    description: 'Where there is more: the next page, as `<url>; rel="next"` (RFC 8288).',
    schema: { type: 'string' as const },
  },
};
