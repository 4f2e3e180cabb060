import { applyDecorators, Body, Controller, HttpCode, Post, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { BodyLimit } from '../../common/read-body.interceptor.js';
import { ConnectorNotFoundError } from '../../custom-connector/custom-connector.errors.js';
import { departureOf } from '../../remote-service/record-writers.js';
import { RUN_PROBLEMS } from '../../remote-service/run.errors.js';
import { TrialTraceDto } from '../trial/trial.dto.js';
import { RESULT_SCHEMA } from './execute.docs.js';
import * as dto from './execute.dto.js';
import type { ExecuteBody } from './execute.types.js';
import { ExecuteService } from './execute.service.js';

const BODY_MIB = 25;

/** A route that tries out one function, and how the API docs show it. */
function Execute(name: string): MethodDecorator {
  return applyDecorators(
    Post(`execute-${name}`),
    HttpCode(200),
    BodyLimit(BODY_MIB),
    ApiOperation({ summary: `Try out a function: ${name.replaceAll('-', ' ')}` }),
    ApiOkResponse({ description: 'How it went.', schema: RESULT_SCHEMA }),
    ApiProblems(ConnectorNotFoundError, ...RUN_PROBLEMS),
  );
}

@ApiTags('Builder')
@ApiExtraModels(TrialTraceDto)
@Controller('rest/custom-connector-builder')
export class ExecuteController {
  constructor(private readonly executing: ExecuteService) {}

  @Execute('list-tables')
  listTables(
    @CallerId() userId: string,
    @Body() body: dto.ExecuteListTablesDto,
    @Query() query: dto.TraceQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(userId, body, query, request, response);
  }

  @Execute('schema')
  schema(
    @CallerId() userId: string,
    @Body() body: dto.ExecuteSchemaDto,
    @Query() query: dto.TraceQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(userId, body, query, request, response);
  }

  @Execute('poll-records')
  pollRecords(
    @CallerId() userId: string,
    @Body() body: dto.ExecutePollRecordsDto,
    @Query() query: dto.TraceQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(userId, body, query, request, response);
  }

  @Execute('get-record')
  getRecord(
    @CallerId() userId: string,
    @Body() body: dto.ExecuteGetRecordDto,
    @Query() query: dto.TraceQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(userId, body, query, request, response);
  }

  @Execute('create-record')
  createRecord(
    @CallerId() userId: string,
    @Body() body: dto.ExecuteCreateRecordDto,
    @Query() query: dto.TraceQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(userId, body, query, request, response);
  }

  @Execute('update-record')
  updateRecord(
    @CallerId() userId: string,
    @Body() body: dto.ExecuteUpdateRecordDto,
    @Query() query: dto.TraceQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(userId, body, query, request, response);
  }

  @Execute('delete-record')
  deleteRecord(
    @CallerId() userId: string,
    @Body() body: dto.ExecuteDeleteRecordDto,
    @Query() query: dto.TraceQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    return this.answer(userId, body, query, request, response);
  }

  /** The result is sent as the text that the sandbox wrote, in which no number has lost a digit. */
  private async answer(
    userId: string,
    body: ExecuteBody,
    { trace = false }: dto.TraceQuery,
    request: Request,
    response: Response,
  ): Promise<void> {
    const signal = departureOf(request);
    const text = await this.executing.execute(userId, body, { trace, signal });
    response.status(200).type('application/json').send(text);
  }
}
