import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsInt, IsOptional, IsString, Max, MaxLength, Min, MinLength } from 'class-validator';
import { ToInteger } from '../../common/paging.js';
import { RECORD_STATES, type RecordState } from './record-source.js';
import type { RecordsRequest } from './records.service.js';

const DEFAULT_LIMIT = 100;
const MOST_RECORDS = 1_000;
/** A request's headers, its address included, have at most 16 KiB. */
const MOST_TEXT = 16_384;

/** How a table is exported. */
export const EXPORT_FORMATS = ['ndjson', 'csv'] as const;
export type ExportFormat = (typeof EXPORT_FORMATS)[number];

export class SnapshotRecordsQuery {
  @ApiPropertyOptional({
    ...{ type: 'integer', minimum: 1, maximum: MOST_RECORDS, default: DEFAULT_LIMIT },
    description: 'How many records at most; fewer come where they are large (16 MiB a page).',
  })
  @IsOptional()
  @ToInteger()
  @IsInt()
  @Min(1)
  @Max(MOST_RECORDS)
  limit?: number;

  @ApiPropertyOptional({
    description:
      'Where to go on: `nextCursor` of the page before, with the same filter, state and sort.',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MOST_TEXT)
  cursor?: string;

  @ApiPropertyOptional({
    ...{ type: 'string', enum: RECORD_STATES },
    description:
      'Only records of this state. Without it those that are gone come only with an edit.',
  })
  @IsOptional()
  @IsIn(RECORD_STATES)
  state?: RecordState;

  @ApiPropertyOptional({
    description:
      'A condition `{"field", "op", "value"}` as JSON, or a list of up to 20 that must all hold, on the ' +
      'values with their edits. `op` is `eq`, `ne` (also of null), `lt`, `gt`, `contains` (a part of a ' +
      'text in any case, an element of a list, JSON within JSON) or `is_null` (`value` true or false).',
    example: '{"field": "price", "op": "gt", "value": 12.5}',
  })
  @IsOptional()
  @IsString()
  @MaxLength(MOST_TEXT)
  filter?: string;

  @ApiPropertyOptional({
    description:
      'A field to sort by, `-field` to sort downwards; nulls come last. Of a text the first 250 ' +
      'characters count.',
    example: '-price',
  })
  @IsOptional()
  @IsString()
  @MinLength(1)
  @MaxLength(MOST_TEXT)
  sort?: string;

  @ApiPropertyOptional({
    ...{ type: 'string', enum: ['true', 'false'], default: 'false' },
    description: 'Whether to count the records of the filter and state.',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  count?: string;
}

export class ExportQuery {
  @ApiProperty({
    ...{ type: 'string', enum: EXPORT_FORMATS },
    description:
      '`ndjson`: each record a line, as in the list. `csv`: the values with their edits.',
  })
  @IsIn(EXPORT_FORMATS)
  format!: ExportFormat;
}

class SnapshotRecordDto {
  @ApiProperty({ description: 'The id of the record.', example: '17' })
  id!: string;

  @ApiProperty({
    ...{ type: 'object', additionalProperties: true },
    description: 'Its values as last copied; empty for a record that is to be created.',
  })
  fields!: object;

  @ApiProperty({
    ...{ type: 'object', additionalProperties: true },
    description: 'The values that are staged, by field.',
  })
  edits!: object;

  @ApiProperty({
    ...{ type: 'string', enum: RECORD_STATES },
    description:
      '`created`, `updated`, `deleted`: what is staged. `gone`: missing at the remote when it was last ' +
      'read whole.',
  })
  state!: RecordState;

  @ApiPropertyOptional({
    type: [String],
    description:
      'The fields whose copied values differ from those that they were staged on, and from the staged ' +
      'ones; absent where there are none.',
  })
  conflicts?: string[];
}

export class SnapshotRecordsDto {
  @ApiProperty({ type: [SnapshotRecordDto], description: 'The records.' })
  records!: SnapshotRecordDto[];

  @ApiPropertyOptional({ description: 'Where there is more: the cursor of the next page.' })
  nextCursor?: string;

  @ApiPropertyOptional({
    ...{ type: 'integer', minimum: 0 },
    description: 'With `?count=true`: how many records the filter and state leave.',
  })
  count?: number;
}

/** What a list's query asks for. */
export function recordsRequest({ limit, count, ...rest }: SnapshotRecordsQuery): RecordsRequest {
  const { state, filter, sort, cursor } = rest;
  return {
    ...{ limit: limit ?? DEFAULT_LIMIT, isCounted: count === 'true' },
    ...(state === undefined ? {} : { state }),
    ...(filter === undefined ? {} : { filter }),
    ...(sort === undefined ? {} : { sort }),
    ...(cursor === undefined ? {} : { cursor }),
  };
}
