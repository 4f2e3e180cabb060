import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  ArrayMaxSize,
  IsArray,
  IsDefined,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  MaxLength,
} from 'class-validator';
import { Transform } from 'class-transformer';
import type { SelfChecking } from '../../common/checked-input.pipe.js';
import type { Fault } from '../../common/problem.js';
import { MAX_HOSTS } from '../../custom-connector/check-definition.js';
import * as docs from '../../custom-connector/custom-connector.docs.js';
import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import type { MappingConfig } from '../../mapping/mapping.types.js';
import type { JsonValue } from '../../sandbox/sandbox.types.js';
import { checkTrial } from './check-trial.js';
import * as executeDocs from './execute.docs.js';
import type { ExecuteBody } from './execute.types.js';

export class TraceQuery {
  @ApiPropertyOptional(executeDocs.TRACE)
  @IsOptional()
  @Transform(({ value }: { value: unknown }) =>
    value === 'true' || value === 'false' ? value === 'true' : value,
  )
  @IsIn([true, false])
  trace?: boolean;
}

/** What all trials have in common. */
abstract class ExecuteDto implements ExecuteBody, SelfChecking {
  @ApiPropertyOptional(executeDocs.API_KEY)
  @IsOptional()
  @IsString()
  @MaxLength(16_384)
  apiKey?: string | null;

  @ApiPropertyOptional(executeDocs.CONNECTOR_ID)
  @IsOptional()
  @IsString()
  connectorId?: string | null;

  @ApiPropertyOptional(executeDocs.ALLOWED_HOSTS)
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_HOSTS)
  allowedHosts?: string[] | null;

  abstract readonly functionName: FunctionName;
  abstract readonly sourceProperty: 'function' | 'functionString';

  faults(): Promise<Fault[]> {
    return checkTrial(this);
  }
}

abstract class ExecuteSourceDto extends ExecuteDto {
  @ApiProperty(executeDocs.FUNCTION)
  @IsDefined()
  @IsString()
  functionString!: string;

  get sourceProperty() {
    return 'functionString' as const;
  }
}

abstract class ExecuteTableDto extends ExecuteSourceDto {
  @ApiProperty(executeDocs.TABLE_ID)
  @IsDefined()
  tableId!: string | string[];
}

abstract class ExecuteRecordDto extends ExecuteTableDto {
  @ApiProperty(executeDocs.RECORD_ID)
  @IsDefined()
  @IsString()
  @Length(1, 4_096)
  recordId!: string;
}

export class ExecuteListTablesDto extends ExecuteSourceDto {
  get functionName() {
    return 'listTables' as const;
  }
}

export class ExecuteSchemaDto extends ExecuteTableDto {
  get functionName() {
    return 'fetchSchema' as const;
  }
}

export class ExecutePollRecordsDto extends ExecuteDto {
  @ApiProperty(executeDocs.FUNCTION)
  @IsDefined()
  @IsString()
  function!: string;

  @ApiProperty(executeDocs.TABLE_ID)
  @IsDefined()
  tableId!: string | string[];

  @ApiPropertyOptional(docs.MAPPING)
  @IsOptional()
  @IsObject()
  mapping?: MappingConfig | null;

  get functionName() {
    return 'pollRecords' as const;
  }

  get sourceProperty() {
    return 'function' as const;
  }
}

export class ExecuteGetRecordDto extends ExecuteRecordDto {
  @ApiPropertyOptional(docs.MAPPING)
  @IsOptional()
  @IsObject()
  mapping?: MappingConfig | null;

  get functionName() {
    return 'getRecord' as const;
  }
}

export class ExecuteCreateRecordDto extends ExecuteTableDto {
  @ApiProperty(executeDocs.RECORD_DATA)
  @IsDefined()
  @IsObject()
  recordData!: Record<string, JsonValue>;

  get functionName() {
    return 'createRecord' as const;
  }
}

export class ExecuteUpdateRecordDto extends ExecuteRecordDto {
  @ApiProperty(executeDocs.RECORD_DATA)
  @IsDefined()
  @IsObject()
  recordData!: Record<string, JsonValue>;

  get functionName() {
    return 'updateRecord' as const;
  }
}

export class ExecuteDeleteRecordDto extends ExecuteRecordDto {
  get functionName() {
    return 'deleteRecord' as const;
  }
}
