import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { CreateCustomConnectorDto } from '../../custom-connector/custom-connector.dto.js';

/** The body as the API docs show it; it is read by `readRequest`. */
export class ImportOpenApiDto {
  @ApiPropertyOptional({
    description:
      'The document: JSON, or a text of JSON or YAML; of up to 10 MB. Without it, `url` is required.',
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
    example: { openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths: {} },
  })
  document?: unknown;

  @ApiPropertyOptional({
    description: 'Where the document is, to be fetched without a key; of up to 10 MB.',
    example: 'https://api.example.com/openapi.json',
  })
  url?: string;

  @ApiPropertyOptional({
    description:
      'The server to call: one of the document’s, or any absolute URL. Without it, the first of the document.',
    example: 'https://api.example.com/v1',
  })
  server?: string;

  @ApiPropertyOptional({
    description: 'What to take: operationIds, or calls such as `GET /pets`. Without it, all.',
    type: 'array',
    items: { type: 'string' },
    example: ['listPets', 'GET /pets/{petId}'],
  })
  operations?: string[];
}

export class SkippedOperationDto {
  @ApiProperty({
    description: 'The operation, with its operationId.',
    example: 'POST /login (logIn)',
  })
  operation!: string;

  @ApiProperty({ description: 'Why the connector has no use for it.' })
  reason!: string;
}

export class ImportedDto {
  @ApiProperty({
    type: CreateCustomConnectorDto,
    description: 'A body for `POST /custom-connectors`.',
  })
  connector!: CreateCustomConnectorDto;

  @ApiProperty({
    ...{ type: SkippedOperationDto, isArray: true },
    description: 'The operations of the document that the connector has no use for.',
  })
  skipped!: SkippedOperationDto[];
}
