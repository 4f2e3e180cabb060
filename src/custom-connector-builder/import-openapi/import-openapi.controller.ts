import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { BodyLimit, UnparsedBody } from '../../common/read-body.interceptor.js';
import { ImportedDto, ImportOpenApiDto } from './import-openapi.dto.js';
import { DocumentUnavailableError, ImportBusyError } from './import-openapi.errors.js';
import { ImportOpenApiService } from './import-openapi.service.js';

@ApiTags('Builder')
@Controller('rest/custom-connector-builder')
export class ImportOpenApiController {
  constructor(private readonly imports: ImportOpenApiService) {}

  @Post('import-openapi')
  @HttpCode(200)
  @BodyLimit(25)
  @UnparsedBody()
  @ApiBody({ type: ImportOpenApiDto })
  @ApiOperation({
    summary: 'Make a connector of an OpenAPI document',
    description:
      'Takes OpenAPI 3.0 and 3.1 and Swagger 2.0. Collections of the document become tables, with code that ' +
      'reads all their pages and, where there are operations for it, writes records. Nothing is ' +
      'stored: what is answered can be looked at, changed, and sent to `POST /custom-connectors`.',
  })
  @ApiOkResponse({ type: ImportedDto, description: 'The connector, and what is not in it.' })
  @ApiProblems(DocumentUnavailableError, ImportBusyError)
  import(@CallerId() userId: string, @Body() body: unknown) {
    return this.imports.import(userId, body instanceof Uint8Array ? body : new Uint8Array());
  }
}
