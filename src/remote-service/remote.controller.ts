import { Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CallerId } from '../auth/caller.decorator.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { requestIdOf } from '../common/logging.js';
import { InvalidRequestError } from '../common/request.errors.js';
import { ID_PARAM } from '../custom-connector/route.docs.js';
import { ConnectorNotFoundError } from '../custom-connector/custom-connector.errors.js';
import { healthOf } from './connector.js';
import { ConnectorsService } from './connectors.service.js';
import { departureOf, JsonRecords, NdjsonRecords } from './record-writers.js';
import {
  DEFAULT_JSON_LIMIT,
  HealthDto,
  MAX_JSON_LIMIT,
  RecordsDto,
  RecordsQuery,
  TablesDto,
  TableSpecDto,
} from './remote.dto.js';
import { RUN_PROBLEMS, TableNotFoundError } from './run.errors.js';
import { TABLE_PARAM } from './table-param.docs.js';

@ApiTags('Data')
@ApiParam(ID_PARAM)
@Controller('custom-connectors/:id')
export class RemoteController {
  constructor(private readonly connectors: ConnectorsService) {}

  @Post('test')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Try a connector',
    description: 'Runs `listTables`, or else the first page of `pollRecords`.',
  })
  @ApiOkResponse({ type: HealthDto, description: 'How it went.' })
  @ApiProblems(ConnectorNotFoundError, ...RUN_PROBLEMS.filter(({ type }) => type.status < 500))
  async test(@CallerId() userId: string, @Param('id') id: string, @Req() request: Request) {
    const connector = await this.connectors.open(userId, id);
    const problem = await connector.testConnection(departureOf(request));
    return healthOf(problem, requestIdOf(request));
  }

  @Get('tables')
  @ApiOperation({
    summary: 'List the tables',
    description: 'Runs `listTables`; without it, the tables that the connector names.',
  })
  @ApiOkResponse({ type: TablesDto, description: 'The tables.' })
  @ApiProblems(ConnectorNotFoundError, ...RUN_PROBLEMS)
  async tables(@CallerId() userId: string, @Param('id') id: string, @Req() request: Request) {
    const connector = await this.connectors.open(userId, id);
    return { tables: await connector.listTables(departureOf(request)) };
  }

  @Get('tables/:wsId/spec')
  @ApiOperation({
    summary: 'Describe a table',
    description: 'Runs `fetchSchema`; without it, the connector’s schema, else its mapping.',
  })
  @ApiParam(TABLE_PARAM)
  @ApiOkResponse({ type: TableSpecDto, description: 'The table’s columns.' })
  @ApiProblems(ConnectorNotFoundError, TableNotFoundError, ...RUN_PROBLEMS)
  async spec(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('wsId') wsId: string,
    @Req() request: Request,
  ) {
    const connector = await this.connectors.open(userId, id);
    return connector.fetchTableSpec(wsId, departureOf(request));
  }

  @Get('tables/:wsId/records')
  @ApiOperation({
    summary: 'Read a table',
    description:
      'Runs `pollRecords` and maps what it gives. With `Accept: application/x-ndjson` each record ' +
      'is a line, sent as it arrives; the last line is `{"summary": ...}`. Where the read fails ' +
      'after the first record, the last line is `{"error": problem}` and the connection is broken.',
  })
  @ApiParam(TABLE_PARAM)
  @ApiExtraModels(RecordsDto)
  @ApiOkResponse({
    description: 'The records, and whether they are all.',
    content: {
      'application/json': { schema: { $ref: getSchemaPath(RecordsDto) } },
      'application/x-ndjson': { schema: { type: 'string', description: 'A line a record.' } },
    },
  })
  @ApiProblems(ConnectorNotFoundError, TableNotFoundError, ...RUN_PROBLEMS)
  async records(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('wsId') wsId: string,
    @Query() { limit }: RecordsQuery,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const streamed = request.accepts(['application/json', 'application/x-ndjson']);
    const ndjson = streamed === 'application/x-ndjson';
    if (!ndjson && limit !== undefined && limit > MAX_JSON_LIMIT) {
      const detail = `must be at most ${MAX_JSON_LIMIT} as JSON; read more as NDJSON`;
      throw new InvalidRequestError([{ parameter: 'limit', detail }]);
    }
    const connector = await this.connectors.open(userId, id);
    const writer = ndjson
      ? new NdjsonRecords(response, requestIdOf(request))
      : new JsonRecords(response);
    const most = limit ?? (ndjson ? undefined : DEFAULT_JSON_LIMIT);
    await writer.write((onRecords) =>
      connector.downloadTableRecords(wsId, {
        onRecords,
        signal: departureOf(request),
        ...(most === undefined ? {} : { limit: most }),
      }),
    );
  }
}
