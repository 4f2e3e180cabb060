import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length } from 'class-validator';
import type { SelfChecking } from '../../common/checked-input.pipe.js';
import type { Fault } from '../../common/problem.js';
import {
  CHANGE_OUTCOMES,
  CONFLICT_RULES,
  PUBLICATION_STATES,
  type OnConflict,
} from './publication.types.js';

const COUNT = { type: 'integer' as const, minimum: 0 };
const TIME = { type: 'string' as const, format: 'date-time' };
const PROBLEM = { type: 'object' as const, additionalProperties: true };
const MOST_ID_LENGTH = 4_096;

export class PublishDto {
  @ApiPropertyOptional({
    description: 'Only says what would be done; touches nothing.',
    default: false,
  })
  @IsOptional()
  @IsBoolean()
  dryRun?: boolean;

  @ApiPropertyOptional({
    description:
      'A conflict: the remote’s value is neither the one that the edit was made on nor the edit’s. ' +
      '`stop`: with any in the plan nothing at all is written; `skip`: they stay staged; ' +
      '`overwrite`: they are carried out.',
    ...{ type: 'string', enum: [...CONFLICT_RULES], default: 'stop' },
  })
  @IsOptional()
  @IsIn(CONFLICT_RULES)
  onConflict?: OnConflict;
}

export class ResolveDto implements SelfChecking {
  @ApiProperty({ description: 'The change.', example: 'chg_5kQ8sT2wYz' })
  @IsString()
  changeId!: string;

  @ApiProperty({
    description:
      '`done`: the remote has carried it out; `retry`: it has not, and it waits to be resumed.',
    ...{ type: 'string', enum: ['done', 'retry'] },
  })
  @IsIn(['done', 'retry'])
  outcome!: 'done' | 'retry';

  @ApiPropertyOptional({
    description:
      'Of a record that was made: its id at the remote. Without it, what was staged goes, and the ' +
      'record comes with the next download.',
    ...{ minLength: 1, maxLength: MOST_ID_LENGTH, example: '17' },
  })
  @IsOptional()
  @IsString()
  @Length(1, MOST_ID_LENGTH)
  id?: string;

  faults(): Fault[] {
    if (this.id === undefined || this.outcome !== 'retry') return [];
    return [{ pointer: '/id', detail: 'goes with the outcome done alone' }];
  }
}

/** Values of any type. */
const TRIPLE = {
  type: 'object' as const,
  additionalProperties: false,
  properties: {
    base: { description: 'The copied value that the edit was made on; absent where none.' },
    mine: { description: 'The staged value; absent under a deletion.' },
    theirs: { description: 'The remote’s, when it was last asked; absent where none.' },
  },
};

class ChangeDto {
  @ApiProperty({ description: 'The id of the staged change.', example: 'chg_5kQ8sT2wYz' })
  changeId!: string;

  @ApiProperty({ description: 'The table (`wsId`).', example: 'products' })
  tableId!: string;

  @ApiProperty({
    description: 'The record; one that is to be created has an id that begins with `new_`.',
    example: '17',
  })
  id!: string;

  @ApiProperty({
    description: 'What is to be done.',
    ...{ type: 'string', enum: ['create', 'update', 'delete'] },
  })
  op!: string;

  @ApiProperty({
    description:
      'The staged fields with their values; of a deletion those that differ from the remote.',
    type: 'object',
    additionalProperties: TRIPLE,
  })
  fields!: object;

  @ApiPropertyOptional({
    ...PROBLEM,
    description: 'Why it can’t be carried out, was not, or could not be judged, as a problem.',
  })
  error?: object;
}

export class PlannedChangeDto extends ChangeDto {
  @ApiProperty({
    description:
      '`apply`; `conflict`; `same`: the remote has it so already; `gone`: there is no such record. ' +
      'With an `error`, it was judged by the copy, as far as that goes, and would fail.',
    ...{ type: 'string', enum: ['apply', 'conflict', 'same', 'gone'] },
  })
  outcome!: string;
}

export class PlanDto {
  @ApiProperty({
    type: [PlannedChangeDto],
    description: 'What is staged, in the order in which it would be carried out.',
  })
  plan!: PlannedChangeDto[];
}

/** Where a dry run is not asked for. */
export class PublicationIdDto {
  @ApiProperty({ description: 'The id of the publication.', example: 'pub_7bR2mXq9Lz' })
  id!: string;
}

class CountsDto {
  @ApiProperty({ ...COUNT, description: 'Not carried out yet.' })
  waiting!: number;

  @ApiProperty({ ...COUNT, description: 'The remote has them.' })
  done!: number;

  @ApiProperty({ ...COUNT, description: 'The remote has not done them; they are still staged.' })
  failed!: number;

  @ApiProperty({ ...COUNT, description: 'Discarded meanwhile.' })
  skipped!: number;

  @ApiProperty({ ...COUNT, description: 'Conflicts that were not carried out.' })
  conflict!: number;

  @ApiProperty({ ...COUNT, description: 'Sent, and nobody knows what became of them.' })
  unknown!: number;
}

export class PublicationSummaryDto extends PublicationIdDto {
  @ApiProperty({
    description:
      '`completed`: nothing waits; `stopped`: something waits still, or is unknown; `failed`: the ' +
      'publication as a whole can’t go on.',
    ...{ type: 'string', enum: [...PUBLICATION_STATES] },
  })
  state!: string;

  @ApiProperty({
    description: 'What is done about conflicts.',
    ...{ type: 'string', enum: [...CONFLICT_RULES] },
  })
  onConflict!: string;

  @ApiProperty({ type: 'integer', description: 'The connector’s version that carries it out.' })
  version!: number;

  @ApiProperty({ ...TIME, description: 'When it was asked for.' })
  createdAt!: string;

  @ApiProperty({ ...{ ...TIME, nullable: true }, description: 'When it ended; null before.' })
  finishedAt!: string | null;

  @ApiProperty({
    ...{ ...PROBLEM, nullable: true },
    description: 'Why it stopped or failed, as a problem; null where there is nothing to say.',
  })
  error!: object | null;

  @ApiProperty({ type: CountsDto, description: 'How many changes have come to what.' })
  counts!: CountsDto;
}

export class JournalChangeDto extends ChangeDto {
  @ApiProperty({
    description: 'What became of it.',
    ...{ type: 'string', enum: [...CHANGE_OUTCOMES] },
  })
  outcome!: string;

  @ApiProperty({
    ...{ ...TIME, nullable: true },
    description: 'When its call began; null where none has.',
  })
  sentAt!: string | null;

  @ApiProperty({
    ...{ ...TIME, nullable: true },
    description: 'When it was known what became of the call; null before.',
  })
  answeredAt!: string | null;

  @ApiPropertyOptional({ description: 'The id that the remote gave to a new record.' })
  createdId?: string;
}

export class PublicationDto extends PublicationSummaryDto {
  @ApiProperty({
    type: [JournalChangeDto],
    description: 'Its changes, in the order in which they are carried out.',
  })
  changes!: JournalChangeDto[];
}
