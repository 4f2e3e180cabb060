import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import {
  Allow,
  ArrayMaxSize,
  IsArray,
  IsBoolean,
  IsIn,
  IsObject,
  IsOptional,
  IsString,
  Length,
  MaxLength,
  ValidateIf,
} from 'class-validator';
import type { SelfChecking } from '../common/checked-input.pipe.js';
import type { Fault } from '../common/problem.js';
import type { MappingConfig } from '../mapping/mapping.types.js';
import {
  checkDefinition,
  checkTogether,
  MAX_COLUMNS,
  MAX_HOSTS,
  MAX_TABLES,
} from './check-definition.js';
import { isMask } from './api-key-mask.js';
import type { Column, ConnectorChange } from './custom-connector.types.js';
import * as docs from './custom-connector.docs.js';
import * as functionDocs from './function.docs.js';

/** What POST and PUT have in common. */
class ConnectorChangeDto implements ConnectorChange, SelfChecking {
  @ApiPropertyOptional(docs.PROMPT)
  @IsOptional()
  @IsString()
  @MaxLength(20_000)
  prompt?: string | null;

  @ApiPropertyOptional(docs.API_KEY)
  @IsOptional()
  @IsString()
  @MaxLength(16_384)
  apiKey?: string | null;

  @ApiPropertyOptional(docs.ALLOWED_HOSTS)
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_HOSTS)
  allowedHosts?: string[] | null;

  @ApiPropertyOptional(docs.EXPOSE_API_KEY)
  @IsOptional()
  @IsBoolean()
  exposeApiKey?: boolean | null;

  @ApiPropertyOptional(functionDocs.LIST_TABLES)
  @IsOptional()
  @IsString()
  listTables?: string | null;

  @ApiPropertyOptional(functionDocs.FETCH_SCHEMA)
  @IsOptional()
  @IsString()
  fetchSchema?: string | null;

  @ApiPropertyOptional(functionDocs.POLL_RECORDS)
  @IsOptional()
  @IsString()
  pollRecords?: string | null;

  @ApiPropertyOptional(functionDocs.GET_RECORD)
  @IsOptional()
  @IsString()
  getRecord?: string | null;

  @ApiPropertyOptional(functionDocs.CREATE_RECORD)
  @IsOptional()
  @IsString()
  createRecord?: string | null;

  @ApiPropertyOptional(functionDocs.UPDATE_RECORD)
  @IsOptional()
  @IsString()
  updateRecord?: string | null;

  @ApiPropertyOptional(functionDocs.DELETE_RECORD)
  @IsOptional()
  @IsString()
  deleteRecord?: string | null;

  @ApiPropertyOptional(docs.TABLES)
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_TABLES)
  tables?: string[] | null;

  @ApiPropertyOptional(docs.SCHEMA)
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_COLUMNS)
  schema?: Column[] | null;

  @ApiPropertyOptional(docs.MAPPING)
  @IsOptional()
  @IsObject()
  mapping?: MappingConfig | null;

  @ApiPropertyOptional(docs.TABLE_MAPPINGS)
  @IsOptional()
  @IsObject()
  tableMappings?: Record<string, MappingConfig> | null;

  @ApiPropertyOptional(docs.POLL_RECORDS_RESPONSE)
  @Allow()
  pollRecordsResponse?: object | null;

  @ApiPropertyOptional(docs.GET_RECORD_RESPONSE)
  @Allow()
  getRecordResponse?: object | null;

  faults(): Promise<Fault[]> {
    return checkDefinition(this);
  }
}

export class CreateCustomConnectorDto extends ConnectorChangeDto {
  @ApiProperty(docs.NAME)
  @IsString()
  @Length(1, 255)
  name!: string;

  override async faults(): Promise<Fault[]> {
    const masked = typeof this.apiKey === 'string' && isMask(this.apiKey);
    return [
      ...(masked ? [{ pointer: '/apiKey', detail: 'is a mask and not a key' }] : []),
      ...(await super.faults()),
      ...checkTogether(this),
    ];
  }
}

export class UpdateCustomConnectorDto extends ConnectorChangeDto {
  @ApiPropertyOptional(docs.NAME)
  @ValidateIf(({ name }: UpdateCustomConnectorDto) => name !== undefined)
  @IsString()
  @Length(1, 255)
  name?: string;

  @ApiPropertyOptional({ ...docs.READ_BACK, ...docs.ID })
  @Allow()
  id?: unknown;

  @ApiPropertyOptional({ ...docs.READ_BACK, ...docs.CREATED_AT })
  @Allow()
  createdAt?: unknown;

  @ApiPropertyOptional({ ...docs.READ_BACK, ...docs.UPDATED_AT })
  @Allow()
  updatedAt?: unknown;

  @ApiPropertyOptional({ ...docs.READ_BACK, ...docs.VERSION })
  @Allow()
  version?: unknown;
}

export class RemoveQuery {
  @ApiPropertyOptional({
    description: 'Whether what uses the connector is removed with it.',
    enum: ['true', 'false'],
    type: 'string',
    default: 'false',
  })
  @IsOptional()
  @IsIn(['true', 'false'])
  cascade?: 'true' | 'false';
}
