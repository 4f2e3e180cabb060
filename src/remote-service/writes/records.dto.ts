import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { ArrayMaxSize, ArrayMinSize, IsArray } from 'class-validator';
import type { SelfChecking } from '../../common/checked-input.pipe.js';
import type { Fault } from '../../common/problem.js';
import { checkIds, checkRecords, MAX_RECORDS } from './check-records.js';
import type { ChangedRecord, NewRecord } from './write.types.js';

const FIELDS = {
  description: 'The values by field name, as the function gets them.',
  type: 'object' as const,
  additionalProperties: true,
  example: { title: 'Lamp', price: 49.5 },
};
const RECORD_ID = { description: 'The id of the record.', minLength: 1, example: '17' };
const LENGTH = { minItems: 1, maxItems: MAX_RECORDS };

class NewRecordDto implements NewRecord {
  @ApiProperty(FIELDS)
  fields!: Record<string, unknown>;
}

class ChangedRecordDto extends NewRecordDto implements ChangedRecord {
  @ApiProperty(RECORD_ID)
  id!: string;
}

export class CreateRecordsDto implements SelfChecking {
  @ApiProperty({ type: [NewRecordDto], ...LENGTH, description: 'The records to make.' })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RECORDS)
  records!: NewRecordDto[];

  faults(): Fault[] {
    return checkRecords(this.records, ['fields']);
  }
}

export class UpdateRecordsDto implements SelfChecking {
  @ApiProperty({
    ...{ type: [ChangedRecordDto], ...LENGTH },
    description: 'The records to change, each with those of its fields that change.',
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RECORDS)
  records!: ChangedRecordDto[];

  faults(): Fault[] {
    return checkRecords(this.records, ['id', 'fields']);
  }
}

export class DeleteRecordsDto implements SelfChecking {
  @ApiProperty({
    ...{ type: [String], ...LENGTH },
    description: 'The ids of the records to remove.',
    example: ['17'],
  })
  @IsArray()
  @ArrayMinSize(1)
  @ArrayMaxSize(MAX_RECORDS)
  ids!: string[];

  faults(): Fault[] {
    return checkIds(this.ids);
  }
}

class RecordResultDto {
  @ApiProperty({
    description:
      '`ok`: written. `error`: the call failed; one that ran out of time, or lost its connection, may ' +
      'have written all the same. `unknown`: the service ended while it was at this write.',
    type: 'string',
    enum: ['ok', 'error', 'unknown'],
  })
  status!: string;

  @ApiPropertyOptional({ description: 'The id of the record, where it was written.' })
  id?: string;

  @ApiPropertyOptional({
    description: 'What went wrong.',
    allOf: [{ $ref: '#/components/schemas/Problem' }],
  })
  error?: object;
}

export class WriteResultsDto {
  @ApiProperty({ type: [RecordResultDto], description: 'What came of each, in the order sent.' })
  results!: RecordResultDto[];
}
