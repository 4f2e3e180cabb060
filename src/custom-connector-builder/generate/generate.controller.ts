import { applyDecorators, Body, Controller, HttpCode, Param, Post, Req } from '@nestjs/common';
import { ApiBody, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request } from 'express';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { ConnectorNotFoundError } from '../../custom-connector/custom-connector.errors.js';
import type { FunctionName } from '../../custom-connector/custom-connector.types.js';
import { ID_PARAM } from '../../custom-connector/route.docs.js';
import { departureOf } from '../../remote-service/record-writers.js';
import { PoolBusyError, PoolClosedError } from '../../sandbox/sandbox.errors.js';
import { GenerateDto, GeneratedDto, GenerateForDto } from './generate.dto.js';
import { GENERATE_PROBLEMS } from './generate.errors.js';
import { GenerateService } from './generate.service.js';
import type { Generated } from './generate.types.js';

/** A route that has a function generated, and how the API docs show it. */
function Generate(name: string, what: string): MethodDecorator {
  return applyDecorators(
    Post(`generate-${name}`),
    HttpCode(200),
    ApiOperation({ summary: `Have a function written that ${what}` }),
    ApiOkResponse({ type: GeneratedDto, description: 'The function.' }),
    ApiProblems(PoolBusyError, PoolClosedError, ...GENERATE_PROBLEMS),
  );
}

/** The same for a connector: what it has already is known to the model, and reads are run against its hosts. */
function GenerateFor(name: string, what: string): MethodDecorator {
  return applyDecorators(
    Generate(`${name}/:id`, `${what}, for a connector`),
    ApiParam(ID_PARAM),
    ApiProblems(ConnectorNotFoundError),
  );
}

@ApiTags('Builder')
@Controller('rest/custom-connector-builder')
export class GenerateController {
  constructor(private readonly generating: GenerateService) {}

  @Generate('list-tables', 'lists the tables')
  listTables(
    @CallerId() userId: string,
    @Body() body: GenerateDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('listTables', userId, body, request);
  }

  @GenerateFor('list-tables', 'lists the tables')
  @ApiBody({ type: GenerateForDto, required: false })
  listTablesFor(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Body() body: GenerateForDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('listTables', userId, body, request, id);
  }

  @Generate('poll-records', 'gives all records')
  pollRecords(
    @CallerId() userId: string,
    @Body() body: GenerateDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('pollRecords', userId, body, request);
  }

  @GenerateFor('poll-records', 'gives all records')
  @ApiBody({ type: GenerateForDto, required: false })
  pollRecordsFor(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Body() body: GenerateForDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('pollRecords', userId, body, request, id);
  }

  @Generate('get-record', 'gives one record')
  getRecord(
    @CallerId() userId: string,
    @Body() body: GenerateDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('getRecord', userId, body, request);
  }

  @GenerateFor('get-record', 'gives one record')
  @ApiBody({ type: GenerateForDto, required: false })
  getRecordFor(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Body() body: GenerateForDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('getRecord', userId, body, request, id);
  }

  @Generate('create-record', 'makes a record')
  createRecord(
    @CallerId() userId: string,
    @Body() body: GenerateDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('createRecord', userId, body, request);
  }

  @GenerateFor('create-record', 'makes a record')
  @ApiBody({ type: GenerateForDto, required: false })
  createRecordFor(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Body() body: GenerateForDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('createRecord', userId, body, request, id);
  }

  @Generate('update-record', 'changes a record')
  updateRecord(
    @CallerId() userId: string,
    @Body() body: GenerateDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('updateRecord', userId, body, request);
  }

  @GenerateFor('update-record', 'changes a record')
  @ApiBody({ type: GenerateForDto, required: false })
  updateRecordFor(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Body() body: GenerateForDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('updateRecord', userId, body, request, id);
  }

  @Generate('delete-record', 'deletes a record')
  deleteRecord(
    @CallerId() userId: string,
    @Body() body: GenerateDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('deleteRecord', userId, body, request);
  }

  @GenerateFor('delete-record', 'deletes a record')
  @ApiBody({ type: GenerateForDto, required: false })
  deleteRecordFor(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Body() body: GenerateForDto,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('deleteRecord', userId, body, request, id);
  }

  @GenerateFor('schema', 'lists the columns of a table')
  fetchSchemaFor(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Req() request: Request,
  ): Promise<Generated> {
    return this.generate('fetchSchema', userId, {}, request, id);
  }

  private generate(
    functionName: FunctionName,
    userId: string,
    { prompt }: GenerateForDto,
    request: Request,
    connectorId?: string,
  ): Promise<Generated> {
    return this.generating.generate(userId, functionName, {
      gone: departureOf(request),
      ...(prompt === undefined || prompt === null ? {} : { prompt }),
      ...(connectorId === undefined ? {} : { connectorId }),
    });
  }
}
