import { ApiProperty } from '@nestjs/swagger';
import type { MappingConfig } from '../mapping/mapping.types.js';
import type { Column } from './custom-connector.types.js';
import * as docs from './custom-connector.docs.js';
import * as functionDocs from './function.docs.js';

/** What a version of a connector holds, as it is sent. */
class DefinitionDto {
  @ApiProperty(docs.PROMPT)
  prompt!: string | null;

  @ApiProperty({ ...docs.ALLOWED_HOSTS, nullable: false })
  allowedHosts!: string[];

  @ApiProperty({ ...docs.EXPOSE_API_KEY, nullable: false })
  exposeApiKey!: boolean;

  @ApiProperty(functionDocs.LIST_TABLES)
  listTables!: string | null;

  @ApiProperty(functionDocs.FETCH_SCHEMA)
  fetchSchema!: string | null;

  @ApiProperty(functionDocs.POLL_RECORDS)
  pollRecords!: string | null;

  @ApiProperty(functionDocs.GET_RECORD)
  getRecord!: string | null;

  @ApiProperty(functionDocs.CREATE_RECORD)
  createRecord!: string | null;

  @ApiProperty(functionDocs.UPDATE_RECORD)
  updateRecord!: string | null;

  @ApiProperty(functionDocs.DELETE_RECORD)
  deleteRecord!: string | null;

  @ApiProperty(docs.TABLES)
  tables!: string[] | null;

  @ApiProperty(docs.SCHEMA)
  schema!: Column[] | null;

  @ApiProperty(docs.MAPPING)
  mapping!: MappingConfig | null;

  @ApiProperty(docs.TABLE_MAPPINGS)
  tableMappings!: Record<string, MappingConfig> | null;

  @ApiProperty(docs.POLL_RECORDS_RESPONSE)
  pollRecordsResponse!: object | null;

  @ApiProperty(docs.GET_RECORD_RESPONSE)
  getRecordResponse!: object | null;
}

export class CustomConnectorDto extends DefinitionDto {
  @ApiProperty(docs.ID)
  id!: string;

  @ApiProperty(docs.NAME)
  name!: string;

  @ApiProperty(docs.API_KEY_MASK)
  apiKey!: string | null;

  @ApiProperty(docs.VERSION)
  version!: number;

  @ApiProperty(docs.CREATED_AT)
  createdAt!: string;

  @ApiProperty(docs.UPDATED_AT)
  updatedAt!: string;
}

export class VersionSummaryDto {
  @ApiProperty(docs.VERSION)
  version!: number;

  @ApiProperty(docs.NAME)
  name!: string;

  @ApiProperty(docs.CREATED_AT)
  createdAt!: string;
}

export class ConnectorVersionDto extends DefinitionDto {
  @ApiProperty(docs.VERSION)
  version!: number;

  @ApiProperty(docs.NAME)
  name!: string;

  @ApiProperty(docs.CREATED_AT)
  createdAt!: string;
}
