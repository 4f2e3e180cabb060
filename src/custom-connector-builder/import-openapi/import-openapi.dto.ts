import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { Allow, ArrayMaxSize, IsArray, IsOptional, IsString, MaxLength } from 'class-validator';
import type { SelfChecking } from '../../common/checked-input.pipe.js';
import type { Fault } from '../../common/problem.js';
import { CreateCustomConnectorDto } from '../../custom-connector/custom-connector.dto.js';

/** Of a document, as text or fetched. */
export const MAX_DOCUMENT_BYTES = 10 * 1000 * 1000;
const MAX_OPERATIONS = 10_000;

export class ImportOpenApiDto implements SelfChecking {
  @ApiPropertyOptional({
    description:
      'The document: JSON, or a text of JSON or YAML; of up to 10 MB. Without it, `url` is required.',
    oneOf: [{ type: 'object', additionalProperties: true }, { type: 'string' }],
    example: { openapi: '3.1.0', info: { title: 'Shop', version: '1' }, paths: {} },
  })
  @Allow()
  document?: unknown;

  @ApiPropertyOptional({
    description: 'Where the document is, to be fetched without a key; of up to 10 MB.',
    example: 'https://api.example.com/openapi.json',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  url?: string;

  @ApiPropertyOptional({
    description:
      'The server to call: one of the document’s, or any absolute URL. Without it, the first of the document.',
    example: 'https://api.example.com/v1',
  })
  @IsOptional()
  @IsString()
  @MaxLength(2000)
  server?: string;

  @ApiPropertyOptional({
    description: 'What to take: operationIds, or calls such as `GET /pets`. Without it, all.',
    type: 'array',
    items: { type: 'string' },
    example: ['listPets', 'GET /pets/{petId}'],
  })
  @IsOptional()
  @IsArray()
  @ArrayMaxSize(MAX_OPERATIONS)
  @IsString({ each: true })
  operations?: string[];

  faults(): Fault[] {
    const { document, url } = this;
    const hasDocument = document !== undefined && document !== null;
    const hasUrl = url !== undefined && (url as unknown) !== null;
    if (hasDocument === hasUrl) {
      const detail = hasUrl ? 'goes without a url' : 'is required, or a url';
      return [{ pointer: '/document', detail }];
    }
    if (!hasDocument) return typeof url === 'string' ? faultsOfUrl(url) : [];
    if (typeof document !== 'object' && typeof document !== 'string') {
      return [{ pointer: '/document', detail: 'must be an object, or text of JSON or YAML' }];
    }
    const isTooLarge =
      typeof document === 'string' && Buffer.byteLength(document) > MAX_DOCUMENT_BYTES;
    return isTooLarge ? [{ pointer: '/document', detail: 'is larger than 10 MB' }] : [];
  }
}

function faultsOfUrl(url: string): Fault[] {
  const isFetched = URL.canParse(url) && /^https?:$/.test(new URL(url).protocol);
  return isFetched ? [] : [{ pointer: '/url', detail: 'must be an http or https URL' }];
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

  @ApiProperty({ type: SkippedOperationDto, isArray: true })
  skipped!: SkippedOperationDto[];
}
