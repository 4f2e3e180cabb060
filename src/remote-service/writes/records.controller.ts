import {
  Body,
  Controller,
  Delete,
  Get,
  HttpCode,
  Param,
  Patch,
  Post,
  Req,
  Res,
} from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { BodyLimit } from '../../common/read-body.interceptor.js';
import { ConnectorNotFoundError } from '../../custom-connector/custom-connector.errors.js';
import { ID_PARAM } from '../../custom-connector/route.docs.js';
import { ConnectorsService } from '../connectors.service.js';
import { departureOf } from '../record-writers.js';
import { RecordDto } from '../remote.dto.js';
import { RUN_PROBLEMS, TableNotFoundError } from '../run.errors.js';
import { TABLE_PARAM } from '../table-param.docs.js';
import { ApiWrite, WRITE_LIMIT_MIB } from './api-write.decorator.js';
import { CreateRecordsDto, DeleteRecordsDto, UpdateRecordsDto } from './records.dto.js';
import { RecordNotFoundError } from './write.errors.js';
import { WriteAnswerService } from './write-answer.service.js';

const RECORD_PARAM = { name: 'recordId', description: 'The id of the record.', example: '17' };

@ApiTags('Data')
@ApiParam(ID_PARAM)
@ApiParam(TABLE_PARAM)
@Controller('custom-connectors/:id/tables/:wsId/records')
export class RecordsController {
  constructor(
    private readonly connectors: ConnectorsService,
    private readonly answers: WriteAnswerService,
  ) {}

  @Get(':recordId')
  @ApiOperation({
    summary: 'Read a record',
    description: 'Runs `getRecord` and maps what it gives.',
  })
  @ApiParam(RECORD_PARAM)
  @ApiOkResponse({ type: RecordDto, description: 'The record.' })
  @ApiProblems(ConnectorNotFoundError, TableNotFoundError, RecordNotFoundError, ...RUN_PROBLEMS)
  async get(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('wsId') wsId: string,
    @Param('recordId') recordId: string,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const connector = await this.connectors.open(userId, id);
    const record = await connector.getRecord(wsId, recordId, departureOf(request));
    if (record === null) throw new RecordNotFoundError();
    response.type('application/json').send(record);
  }

  @Post()
  @HttpCode(200)
  @BodyLimit(WRITE_LIMIT_MIB)
  @ApiWrite('Make records', 'createRecord')
  async create(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('wsId') wsId: string,
    @Body() { records }: CreateRecordsDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const connector = await this.connectors.open(userId, id);
    await this.answers.answer(
      { userId, wsId, connectorId: id, records },
      request,
      response,
      (how) => connector.createRecords(wsId, records, how),
    );
  }

  @Patch()
  @BodyLimit(WRITE_LIMIT_MIB)
  @ApiWrite('Change records', 'updateRecord')
  async update(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('wsId') wsId: string,
    @Body() { records }: UpdateRecordsDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const connector = await this.connectors.open(userId, id);
    await this.answers.answer(
      { userId, wsId, connectorId: id, records },
      request,
      response,
      (how) => connector.updateRecords(wsId, records, how),
    );
  }

  @Delete()
  @BodyLimit(WRITE_LIMIT_MIB)
  @ApiWrite('Remove records', 'deleteRecord')
  async remove(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('wsId') wsId: string,
    @Body() { ids }: DeleteRecordsDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    const connector = await this.connectors.open(userId, id);
    await this.answers.answer(
      { userId, wsId, connectorId: id, records: ids },
      request,
      response,
      (how) => connector.deleteRecords(wsId, ids, how),
    );
  }
}
