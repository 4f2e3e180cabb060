import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import type { SelfChecking } from '../../common/checked-input.pipe.js';
import type { Fault } from '../../common/problem.js';
import { checkOps, MAX_OPS } from './check-ops.js';
import { EDIT_OPS, RESULT_STATES, type EditOp, type OpResult, type Values } from './edits.types.js';

class EditOpDto implements EditOp {
  @ApiProperty({
    ...{ type: 'string', enum: EDIT_OPS },
    description:
      '`create`: a record that is to be made, with `fields`. `update`: other values for some `fields`; ' +
      'one that equals the copied value takes its edit away, null clears a field. `delete`: the record ' +
      'is to be removed; of a created one, that is all. `undelete`: takes a staged delete back. ' +
      '`discard`: takes back what is staged on the record, without `id` on the whole table.',
  })
  op!: EditOp['op'];

  @ApiPropertyOptional({ description: 'The id of the record.', minLength: 1, example: '17' })
  id?: string;

  @ApiPropertyOptional({
    ...{ type: 'object', additionalProperties: true, example: { title: 'Lamp', price: 49.5 } },
    description: 'Values by field name. A numeric may be a text, which keeps all its digits.',
  })
  fields?: Values;
}

export class BulkEditDto implements SelfChecking {
  @ApiProperty({
    ...{ type: [EditOpDto], minItems: 1, maxItems: MAX_OPS },
    description: 'What is to be staged, one after another.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_OPS)
  ops!: EditOpDto[];

  faults(): Fault[] {
    return checkOps(this.ops);
  }
}

class OpResultDto implements OpResult {
  @ApiPropertyOptional({
    description: 'The record; absent where all of the table was discarded.',
    example: 'new_3Kd81mQx0T',
  })
  id?: string;

  @ApiPropertyOptional({
    description: 'What is staged for the record, where anything is.',
    example: 'chg_9sW2kLp4Zx',
  })
  changeId?: string;

  @ApiProperty({
    ...{ type: 'string', enum: RESULT_STATES },
    description:
      'Of the record after this op. `removed`: it was to be created, and is not any more.',
  })
  state!: OpResult['state'];
}

export class BulkResultsDto {
  @ApiProperty({ type: [OpResultDto], description: 'What came of each op, in their order.' })
  results!: OpResultDto[];
}

class StagedChangeDto {
  @ApiProperty({ description: 'The id of the change.', example: 'chg_9sW2kLp4Zx' })
  changeId!: string;

  @ApiProperty({ description: 'The id of the table (`wsId`).', example: 'products' })
  tableId!: string;

  @ApiProperty({ description: 'The id of the record.', example: '17' })
  id!: string;

  @ApiProperty({
    ...{ type: 'string', enum: ['create', 'update', 'delete'] },
    description: 'What is to be done.',
  })
  op!: string;

  @ApiProperty({
    ...{ type: 'string', enum: ['apply', 'conflict', 'same', 'gone'] },
    description:
      'What would come of it, by what is copied. `conflict`: the copy differs from what the change was ' +
      'made on, and from the change. `same`: the copy has it already. `gone`: the record is.',
  })
  outcome!: string;

  @ApiProperty({
    ...{ type: 'object', additionalProperties: true },
    description:
      'By field `{ base, mine, theirs }`: the copied value that it was made on, the staged one, and the ' +
      'one that is copied now; without those that are absent. Of a delete the fields that have changed.',
  })
  fields!: object;

  @ApiPropertyOptional({
    ...{ type: 'object', additionalProperties: true },
    description: 'Why the last try to publish it failed, as a problem document.',
  })
  error?: object;
}

export class StagedChangesDto {
  @ApiProperty({
    type: [StagedChangeDto],
    description: 'All that is staged, by table and record.',
  })
  changes!: StagedChangeDto[];
}
