import { Body, Controller, Get, HttpCode, Param, Post, Res } from '@nestjs/common';
import { ApiExtraModels, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { BodyLimit } from '../../common/read-body.interceptor.js';
import { DatabaseBusyError } from '../../db/db.errors.js';
import { TABLE_PARAM } from '../../remote-service/table-param.docs.js';
import { SNAPSHOT_PARAM } from '../route.docs.js';
import { SnapshotNotFoundError, SnapshotTableNotFoundError } from '../snapshot.errors.js';
import { QueryTooSlowError } from '../records/records.errors.js';
import { ChangesService } from './changes.service.js';
import { BulkEditDto, BulkResultsDto, StagedChangesDto } from './edits.dto.js';
import { TooManyChangesError, ValuesTooLargeError } from './edits.errors.js';
import { EditsService } from './edits.service.js';

const BULK_LIMIT_MIB = 25;

@ApiTags('Snapshots')
@ApiParam(SNAPSHOT_PARAM)
@Controller('snapshots/:id')
export class SnapshotEditsController {
  constructor(
    private readonly edits: EditsService,
    private readonly changes: ChangesService,
  ) {}

  @Post('tables/:wsId/records/bulk')
  @HttpCode(200)
  @BodyLimit(BULK_LIMIT_MIB)
  @ApiOperation({
    summary: 'Stage changes',
    description:
      'All of them or none, one after another; the remote is not touched. Each field keeps the copied ' +
      'value that it was made on. Up to 10,000 changes are staged in a snapshot at once.',
  })
  @ApiParam(TABLE_PARAM)
  @ApiOkResponse({ type: BulkResultsDto, description: 'What came of each op.' })
  @ApiProblems(
    ...[SnapshotNotFoundError, SnapshotTableNotFoundError],
    ...[TooManyChangesError, ValuesTooLargeError, DatabaseBusyError],
  )
  async stage(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('wsId') wsId: string,
    @Body() { ops }: BulkEditDto,
  ) {
    return { results: await this.edits.stage(userId, id, wsId, ops) };
  }

  @Get('changes')
  @ApiOperation({
    summary: 'List what is staged',
    description: 'Value by value, held against what is copied; the remote is not asked.',
  })
  @ApiExtraModels(StagedChangesDto)
  @ApiOkResponse({ type: StagedChangesDto, description: 'The changes.' })
  @ApiProblems(SnapshotNotFoundError, QueryTooSlowError)
  async list(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Res() response: Response,
  ): Promise<void> {
    await this.changes.send(userId, id, response);
  }
}
