import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { TABLE_PARAM } from '../../remote-service/table-param.docs.js';
import { SNAPSHOT_PARAM } from '../route.docs.js';
import { SnapshotNotFoundError, SnapshotTableNotFoundError } from '../snapshot.errors.js';
import { ExportService } from './export.service.js';
import {
  ExportQuery,
  recordsRequest,
  SnapshotRecordsDto,
  SnapshotRecordsQuery,
} from './records.dto.js';
import { ExportBusyError, QueryTooSlowError } from './records.errors.js';
import { RecordsService } from './records.service.js';

@ApiTags('Snapshots')
@ApiParam(SNAPSHOT_PARAM)
@ApiParam(TABLE_PARAM)
@Controller('snapshots/:id/tables/:wsId')
export class SnapshotRecordsController {
  constructor(
    private readonly records: RecordsService,
    private readonly exports: ExportService,
  ) {}

  @Get('records')
  @ApiOperation({
    summary: 'Read a copied table',
    description:
      'Its records with what is staged on each, by their ids or by a field. From page to page no ' +
      'record comes twice or is missed that is there, and in its place, all the time.',
  })
  @ApiExtraModels(SnapshotRecordsDto)
  @ApiOkResponse({ type: SnapshotRecordsDto, description: 'A page of records.' })
  @ApiProblems(SnapshotNotFoundError, SnapshotTableNotFoundError, QueryTooSlowError)
  async list(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('wsId') wsId: string,
    @Query() query: SnapshotRecordsQuery,
    @Res() response: Response,
  ): Promise<void> {
    const page = await this.records.list(userId, id, wsId, recordsRequest(query));
    response.type('application/json').send(page);
  }

  @Get('export')
  @ApiOperation({
    summary: 'Export a copied table',
    description:
      'All its records, by their ids, as they are sent. Where something fails on the way the ' +
      'connection is broken: an export that ends properly is whole.',
  })
  @ApiOkResponse({
    description: 'The records.',
    content: {
      'application/x-ndjson': { schema: { type: 'string', description: 'A line a record.' } },
      'text/csv': { schema: { type: 'string', description: 'A header, then a line a record.' } },
    },
  })
  @ApiProblems(
    ...[SnapshotNotFoundError, SnapshotTableNotFoundError, QueryTooSlowError, ExportBusyError],
  )
  async export(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('wsId') tableId: string,
    @Query() { format }: ExportQuery,
    @Req() req: Request,
    @Res() res: Response,
  ): Promise<void> {
    await this.exports.send({ userId, id, tableId }, format, { req, res });
  }
}
