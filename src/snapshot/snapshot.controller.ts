import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { CallerId } from '../auth/caller.decorator.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { LINK_HEADER, nextLink, PageQuery, pageRequest } from '../common/paging.js';
import { ConnectorNotFoundError } from '../custom-connector/custom-connector.errors.js';
import { DatabaseBusyError } from '../db/db.errors.js';
import { SnapshotQuotaError } from '../quotas/quota.errors.js';
import { SNAPSHOT_PARAM } from './route.docs.js';
import { CreateSnapshotDto, SNAPSHOT_MODELS, SnapshotDto } from './snapshot.dto.js';
import { SnapshotBusyError, SnapshotNotFoundError, TooManyJobsError } from './snapshot.errors.js';
import { SnapshotService } from './snapshot.service.js';

@ApiTags('Snapshots')
@ApiExtraModels(...SNAPSHOT_MODELS)
@Controller('snapshots')
export class SnapshotController {
  constructor(private readonly snapshots: SnapshotService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Make a snapshot',
    description: 'Copies the tables of a connector into the database, in the background.',
  })
  @ApiAcceptedResponse({
    type: SnapshotDto,
    description: 'The snapshot, still to be downloaded.',
    headers: { Location: { description: 'Its path.', schema: { type: 'string' } } },
  })
  @ApiProblems(ConnectorNotFoundError, SnapshotQuotaError, TooManyJobsError, DatabaseBusyError)
  async create(
    @CallerId() userId: string,
    @Body() body: CreateSnapshotDto,
    @Res({ passthrough: true }) response: Response,
  ) {
    const snapshot = await this.snapshots.create(userId, body);
    response.location(`/snapshots/${snapshot.id}`);
    return snapshot;
  }

  @Get()
  @ApiOperation({ summary: 'List snapshots', description: 'Newest first.' })
  @ApiOkResponse({
    type: SnapshotDto,
    isArray: true,
    description: 'Your snapshots.',
    headers: LINK_HEADER,
  })
  async list(
    @CallerId() userId: string,
    @Query() query: PageQuery,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { items, next } = await this.snapshots.list(userId, pageRequest(query));
    if (next) response.set('Link', nextLink('/snapshots', query, next));
    return items;
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a snapshot', description: 'With how far its download is.' })
  @ApiParam(SNAPSHOT_PARAM)
  @ApiOkResponse({ type: SnapshotDto, description: 'The snapshot.' })
  @ApiProblems(SnapshotNotFoundError)
  get(@CallerId() userId: string, @Param('id') id: string) {
    return this.snapshots.get(userId, id);
  }

  @Post(':id/download')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Download again',
    description:
      'Into the same snapshot, by the connector’s present version. What is staged is kept; a record ' +
      'that is missing at the remote becomes `gone` only where the read was complete.',
  })
  @ApiParam(SNAPSHOT_PARAM)
  @ApiAcceptedResponse({ type: SnapshotDto, description: 'The snapshot, still to be downloaded.' })
  @ApiProblems(SnapshotNotFoundError, SnapshotBusyError, TooManyJobsError, DatabaseBusyError)
  download(@CallerId() userId: string, @Param('id') id: string) {
    return this.snapshots.download(userId, id);
  }

  @Delete(':id')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Remove a snapshot',
    description: 'It is gone at once; its records are removed in the background.',
  })
  @ApiParam(SNAPSHOT_PARAM)
  @ApiAcceptedResponse({ description: 'It is gone.' })
  @ApiProblems(SnapshotNotFoundError, DatabaseBusyError)
  remove(@CallerId() userId: string, @Param('id') id: string) {
    return this.snapshots.remove(userId, id);
  }
}
