import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  ArrayMinSize,
  IsArray,
  IsOptional,
  IsString,
  MaxLength,
} from 'class-validator';
import type { SelfChecking } from '../common/checked-input.pipe.js';
import { splitId } from '../common/entity-id.js';
import { jsonPointer } from '../common/json-pointer.js';
import type { Fault } from '../common/problem.js';
import { SummaryDto } from '../remote-service/remote.dto.js';
import { MOST_TABLE_ID_BYTES, type NewSnapshot } from './snapshot.types.js';

const MOST_TABLES = 1_000;
const COUNT = { type: 'integer' as const, minimum: 0 };
const STATE = {
  type: 'string' as const,
  enum: ['pending', 'active', 'completed', 'incomplete', 'failed'],
};
const PROBLEM = {
  nullable: true,
  type: 'object' as const,
  additionalProperties: true,
  description: 'What went wrong, as a problem document; else null.',
};

export class CreateSnapshotDto implements NewSnapshot, SelfChecking {
  @ApiProperty({ description: 'The connector whose tables are copied.', example: 'cuc_7bR2mXq9Lz' })
  @IsString()
  connectorId!: string;

  @ApiPropertyOptional({ description: 'A name; without one the connector’s.', maxLength: 200 })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  name?: string;

  @ApiPropertyOptional({
    type: [String],
    description:
      'The ids of the tables to copy (`wsId`); without them all that the connector lists.',
    ...{ minItems: 1, maxItems: MOST_TABLES, example: ['products'] },
  })
  @IsOptional()
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MOST_TABLES)
  tables?: string[];

  faults(): Fault[] {
    if (!Array.isArray(this.tables)) return [];
    const seen = new Set<unknown>();
    return this.tables.flatMap((table: unknown, index) => {
      const pointer = jsonPointer(['tables', index]);
      if (typeof table !== 'string' || splitId(table) === null) {
        return [{ pointer, detail: 'is not the id of a table' }];
      }
      if (Buffer.byteLength(table) > MOST_TABLE_ID_BYTES) {
        return [{ pointer, detail: `has more than ${MOST_TABLE_ID_BYTES} bytes` }];
      }
      if (seen.has(table)) return [{ pointer, detail: 'comes twice' }];
      seen.add(table);
      return [];
    });
  }
}

class ReadProgressDto {
  @ApiProperty({ ...COUNT, description: 'Records copied so far.' })
  records!: number;

  @ApiProperty({ ...COUNT, description: 'Pages read so far.' })
  pages!: number;

  @ApiProperty({ ...COUNT, description: 'Requests made so far.' })
  requests!: number;

  @ApiProperty({ ...COUNT, description: 'Bytes of the remote’s answers, decompressed.' })
  bytes!: number;

  @ApiPropertyOptional({ ...COUNT, description: 'How many records the remote says there are.' })
  total?: number;

  @ApiProperty({ type: 'number', minimum: 0, description: 'On average, since the read began.' })
  recordsPerSecond!: number;

  @ApiPropertyOptional({
    ...{ type: 'integer', minimum: 0, maximum: 100 },
    description: 'How much of the total is copied, where there is one; 100 only at the end.',
  })
  percent?: number;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When the read began.' })
  startedAt!: string;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When this was so.' })
  at!: string;
}

export class SnapshotTableDto {
  @ApiProperty({ description: 'The id of the table (`wsId`).', example: 'products' })
  tableId!: string;

  @ApiProperty({ description: 'Its name.', example: 'Products' })
  name!: string;

  @ApiProperty({
    ...STATE,
    description:
      'Of the newest download. `incomplete`: it ended or broke off without being complete, and an ' +
      'older copy from a complete read was kept; else what came is readable, with what else had come ' +
      'before. `failed`: nothing was read.',
  })
  state!: string;

  @ApiProperty({ ...COUNT, description: 'Records of the copy, without those that are gone.' })
  records!: number;

  @ApiProperty({ description: 'Whether the copy came from a complete read.' })
  whole!: boolean;

  @ApiProperty({
    ...{ type: 'string', format: 'date-time', nullable: true },
    description: 'When the copy was made; null where there is none.',
  })
  copiedAt!: string | null;

  @ApiProperty({
    description:
      'What the newest read came to; null where none came to its end. Beside the reasons why it is not ' +
      'complete, `warnings` tells of characters that the database can’t hold (`snapshot.text`), which ' +
      'are U+FFFD in the copy and take nothing from its completeness.',
    nullable: true,
    allOf: [{ $ref: '#/components/schemas/SummaryDto' }],
  })
  summary!: SummaryDto | null;

  @ApiProperty({
    description: 'How far the newest read is; null before it began.',
    nullable: true,
    allOf: [{ $ref: '#/components/schemas/ReadProgressDto' }],
  })
  progress!: ReadProgressDto | null;

  @ApiProperty(PROBLEM)
  error!: object | null;
}

export class SnapshotDto {
  @ApiProperty({ description: 'The id of the snapshot.', example: 'sna_3Kd81mQx0T' })
  id!: string;

  @ApiProperty({ description: 'The connector.', example: 'cuc_7bR2mXq9Lz' })
  connectorId!: string;

  @ApiProperty({ description: 'Its name.' })
  name!: string;

  @ApiProperty({ type: 'integer', description: 'The connector’s version that is downloaded with.' })
  version!: number;

  @ApiProperty({
    ...STATE,
    description:
      'Of the newest download as a whole: `completed` where every table is, `failed` where none has ' +
      'anything new, else `incomplete`.',
  })
  state!: string;

  @ApiProperty(PROBLEM)
  error!: object | null;

  @ApiProperty({ type: 'string', format: 'date-time', description: 'When it was made.' })
  createdAt!: string;

  @ApiProperty({ type: [SnapshotTableDto], description: 'Its tables.' })
  tables!: SnapshotTableDto[];
}

/** Models that are referred to by name alone. */
export const SNAPSHOT_MODELS = [SummaryDto, ReadProgressDto];
