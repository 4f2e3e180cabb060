import { Body, Controller, Get, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { LINK_HEADER, nextLink, PageQuery, pageRequest } from '../../common/paging.js';
import { ConnectorNotFoundError } from '../../custom-connector/custom-connector.errors.js';
import { DatabaseBusyError } from '../../db/db.errors.js';
import { SNAPSHOT_PARAM } from '../route.docs.js';
import { SnapshotBusyError, SnapshotNotFoundError, TooManyJobsError } from '../snapshot.errors.js';
import { PublicationControlService } from './publication-control.service.js';
import { PublicationsService } from './publications.service.js';
import {
  JournalChangeDto,
  PublicationDto,
  PublicationSummaryDto,
  ResolveDto,
} from './publish.dto.js';
import {
  ChangeNotUnknownError,
  MappingChangedError,
  PublicationEndedError,
  PublicationNotFoundError,
} from './publish.errors.js';

const PUBLICATION_PARAM = {
  name: 'pubId',
  description: 'The id of the publication.',
  example: 'pub_7bR2mXq9Lz',
};

@ApiTags('Publishing')
@ApiParam(SNAPSHOT_PARAM)
@Controller('snapshots/:id/publications')
export class PublicationsController {
  constructor(
    private readonly publications: PublicationsService,
    private readonly control: PublicationControlService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'List publications', description: 'Newest first.' })
  @ApiOkResponse({
    type: PublicationSummaryDto,
    isArray: true,
    description: 'The snapshot’s publications.',
    headers: LINK_HEADER,
  })
  @ApiProblems(SnapshotNotFoundError)
  async list(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Query() query: PageQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { items, next } = await this.publications.list(userId, id, pageRequest(query));
    if (next) response.set('Link', nextLink(request.path, query, next));
    return items;
  }

  @Get(':pubId')
  @ApiOperation({ summary: 'Read a publication', description: 'With what became of each change.' })
  @ApiParam(PUBLICATION_PARAM)
  @ApiOkResponse({ type: PublicationDto, description: 'The publication and its changes.' })
  @ApiProblems(SnapshotNotFoundError, PublicationNotFoundError)
  async get(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('pubId') pubId: string,
    @Res() response: Response,
  ): Promise<void> {
    response.type('application/json').send(await this.publications.get(userId, id, pubId));
  }

  @Post(':pubId/stop')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Stop a publication',
    description: 'Before its next change; those that are under way go on to their end.',
  })
  @ApiParam(PUBLICATION_PARAM)
  @ApiAcceptedResponse({ description: 'It has stopped, or stops soon.' })
  @ApiProblems(
    ...[SnapshotNotFoundError, PublicationNotFoundError, PublicationEndedError, DatabaseBusyError],
  )
  stop(@CallerId() userId: string, @Param('id') id: string, @Param('pubId') pubId: string) {
    return this.control.stop({ userId, snapshotId: id, publicationId: pubId });
  }

  @Post(':pubId/resume')
  @HttpCode(202)
  @ApiOperation({
    summary: 'Go on with a publication',
    description:
      'Carries out what waits still, conflicts included: judged anew, as it is staged now, by the ' +
      'connector’s present version. Only of the snapshot’s newest publication, where it was stopped ' +
      'or failed. Changes that failed are not tried again; publish them anew.',
  })
  @ApiParam(PUBLICATION_PARAM)
  @ApiAcceptedResponse({ description: 'It goes on in the background.' })
  @ApiProblems(
    ...[SnapshotNotFoundError, PublicationNotFoundError, PublicationEndedError, SnapshotBusyError],
    ...[ConnectorNotFoundError, MappingChangedError, TooManyJobsError, DatabaseBusyError],
  )
  resume(@CallerId() userId: string, @Param('id') id: string, @Param('pubId') pubId: string) {
    return this.control.resume({ userId, snapshotId: id, publicationId: pubId });
  }

  @Post(':pubId/resolve')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Say what became of a change',
    description:
      'Of one whose outcome is `unknown`: look at the remote, then say `done` or `retry`. What is to ' +
      'be tried again waits for the publication to be resumed, with the same `idempotencyKey`.',
  })
  @ApiParam(PUBLICATION_PARAM)
  @ApiOkResponse({ type: JournalChangeDto, description: 'The change.' })
  @ApiProblems(
    ...[SnapshotNotFoundError, PublicationNotFoundError, ChangeNotUnknownError],
    ...[SnapshotBusyError, DatabaseBusyError],
  )
  async resolve(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('pubId') pubId: string,
    @Body() body: ResolveDto,
    @Res() response: Response,
  ): Promise<void> {
    const scope = { userId, snapshotId: id, publicationId: pubId };
    response.type('application/json').send(await this.control.resolve(scope, body));
  }
}
