import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { ToInteger } from '../common/paging.js';
import { PG_TYPES } from '../mapping/mapping.types.js';

export const DEFAULT_JSON_LIMIT = 100;
export const MAX_JSON_LIMIT = 10_000;
const MAX_LIMIT = 1_000_000_000;

export class RecordsQuery {
  @ApiPropertyOptional({
    description:
      'How many records at most. As JSON: 100 unless given, at most 10,000; as NDJSON: all.',
    type: 'integer',
    minimum: 1,
    maximum: MAX_LIMIT,
  })
  @IsOptional()
  @ToInteger()
  @IsInt()
  @Min(1)
  @Max(MAX_LIMIT)
  limit?: number;
}

export class EntityIdDto {
  @ApiProperty({ description: 'The id as one text, as it stands in paths.', example: 'products' })
  wsId!: string;

  @ApiProperty({
    description: 'The parts of the id, as the connector’s functions know them.',
    type: [String],
    example: ['products'],
  })
  remoteId!: string[];
}

class TableDto {
  @ApiProperty({ type: EntityIdDto, description: 'The id of the table.' })
  id!: EntityIdDto;

  @ApiProperty({ description: 'What the table is called.', example: 'Products' })
  displayName!: string;
}

export class TablesDto {
  @ApiProperty({ type: [TableDto], description: 'The tables.' })
  tables!: TableDto[];
}

class ColumnDto {
  @ApiProperty({ type: EntityIdDto, description: 'The id of the column.' })
  id!: EntityIdDto;

  @ApiProperty({ description: 'What the column is called.', example: 'Title' })
  name!: string;

  @ApiProperty({ description: 'What its values are.', type: 'string', enum: PG_TYPES })
  pgType!: string;
}

export class TableSpecDto {
  @ApiProperty({ type: EntityIdDto, description: 'The id of the table.' })
  id!: EntityIdDto;

  @ApiProperty({ description: 'The table’s name, from the parts of its id.', example: 'products' })
  name!: string;

  @ApiProperty({ type: [ColumnDto], description: 'The columns.' })
  columns!: ColumnDto[];
}

export class HealthDto {
  @ApiProperty({
    description: 'Whether the functions and the remote work.',
    type: 'string',
    enum: ['ok', 'error'],
  })
  health!: string;

  @ApiPropertyOptional({
    description: 'What went wrong.',
    allOf: [{ $ref: '#/components/schemas/Problem' }],
  })
  error?: object;
}

export class RecordDto {
  @ApiProperty({ description: 'The id of the record.', example: '17' })
  id!: string;

  @ApiProperty({
    description: 'The values by field name; an absent value has no member.',
    type: 'object',
    additionalProperties: true,
    example: { Title: 'Lamp', Price: 49.5 },
  })
  fields!: Record<string, unknown>;
}

class SampleDto {
  @ApiProperty({
    description: 'The id of the record, or where it has none its index in the page.',
    oneOf: [{ type: 'string' }, { type: 'integer' }],
  })
  record!: string | number;

  @ApiPropertyOptional({ description: 'The field; absent where the whole record was not kept.' })
  field?: string;

  @ApiProperty({ description: 'Where in the page, as a JSON Pointer (RFC 6901).' })
  pointer!: string;

  @ApiProperty({ description: 'Why the value did not fit.' })
  reason!: string;
}

class WarningDto {
  @ApiProperty({ description: 'What kind of reason it is.', example: 'read.limit' })
  code!: string;

  @ApiProperty({ description: 'What was seen.' })
  detail!: string;

  @ApiPropertyOptional({
    description:
      'The request whose response shows it: its method, and its URL without credentials.',
    example: 'GET https://api.example.com/products?page=2',
  })
  request?: string;

  @ApiPropertyOptional({
    description:
      'Where it was seen, as a JSON Pointer (RFC 6901) into the page, or into the response of `request`.',
    example: '/meta/total',
  })
  pointer?: string;

  @ApiPropertyOptional({ description: 'The response header that shows it.', example: 'link' })
  header?: string;
}

const COUNT = { type: 'integer' as const, minimum: 0 };

export class SummaryDto {
  @ApiProperty({
    description:
      'False where the read was cut off, a record was not kept, a page came twice, or the remote said ' +
      'that there was more or that something failed: see `warnings`.',
  })
  complete!: boolean;

  @ApiProperty({
    description: 'What ended the read: the end of the table, or the limit asked for.',
    type: 'string',
    enum: ['end', 'limit'],
  })
  stop!: string;

  @ApiProperty({ ...COUNT, description: 'Records that were given.' })
  records!: number;

  @ApiProperty({ ...COUNT, description: 'Pages that the function gave.' })
  pages!: number;

  @ApiProperty({ ...COUNT, description: 'Records not kept: their id had come before.' })
  duplicates!: number;

  @ApiProperty({ ...COUNT, description: 'Records not kept: they have no id.' })
  rejected!: number;

  @ApiProperty({ ...COUNT, description: 'Values that do not fit their type and became null.' })
  invalid!: number;

  @ApiProperty({ type: [SampleDto], maxItems: 20, description: 'Some of what was not kept.' })
  samples!: SampleDto[];

  @ApiProperty({ ...COUNT, description: 'Requests that were made.' })
  requests!: number;

  @ApiProperty({ ...COUNT, description: 'Bytes of the remote’s answers, decompressed.' })
  bytes!: number;

  @ApiProperty({ ...COUNT, description: 'How long the run took, in milliseconds.' })
  durationMs!: number;

  @ApiProperty({ type: [WarningDto], description: 'Why the read is not complete.' })
  warnings!: WarningDto[];
}

export class RecordsDto {
  @ApiProperty({ type: [RecordDto], description: 'The records.' })
  records!: RecordDto[];

  @ApiProperty({ type: SummaryDto, description: 'What the read came to.' })
  summary!: SummaryDto;
}
