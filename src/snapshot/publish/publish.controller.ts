import { Body, Controller, HttpCode, Param, Post, Req, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiExtraModels,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { ConnectorNotFoundError } from '../../custom-connector/custom-connector.errors.js';
import { DatabaseBusyError } from '../../db/db.errors.js';
import { departureOf } from '../../remote-service/record-writers.js';
import { PoolClosedError } from '../../sandbox/sandbox.errors.js';
import { SNAPSHOT_PARAM } from '../route.docs.js';
import { SnapshotBusyError, SnapshotNotFoundError, TooManyJobsError } from '../snapshot.errors.js';
import { PlanDto, PublicationIdDto, PublishDto } from './publish.dto.js';
import { MappingChangedError, UnresolvedChangesError } from './publish.errors.js';
import { PublishService } from './publish.service.js';

@ApiTags('Publishing')
@ApiParam(SNAPSHOT_PARAM)
@ApiExtraModels(PlanDto)
@Controller('snapshots/:id/publish')
export class PublishController {
  constructor(private readonly publishing: PublishService) {}

  @Post()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Publish what is staged',
    description:
      'Carries it out at the remote, in the background: creations, then updates, then deletions; by ' +
      'table, then by id. Each change is a call of its own, written down before and after. With ' +
      '`dryRun` the answer says what would be done, and nothing is.',
  })
  @ApiOkResponse({ type: PlanDto, description: 'With `dryRun`: what would be done.' })
  @ApiAcceptedResponse({
    type: PublicationIdDto,
    description: 'The publication, still to be carried out.',
    headers: { Location: { description: 'Its path.', schema: { type: 'string' } } },
  })
  @ApiProblems(
    ...[
      SnapshotNotFoundError,
      ConnectorNotFoundError,
      SnapshotBusyError,
      MappingChangedError,
      UnresolvedChangesError,
    ],
    ...[TooManyJobsError, PoolClosedError, DatabaseBusyError],
  )
  async publish(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Body() { dryRun = false, onConflict = 'stop' }: PublishDto,
    @Req() request: Request,
    @Res() response: Response,
  ): Promise<void> {
    if (dryRun) {
      const plan = await this.publishing.plan(userId, id, departureOf(request));
      response.status(200).type('application/json').send(plan);
      return;
    }
    const publication = await this.publishing.publish(userId, id, onConflict);
    response.location(`/snapshots/${id}/publications/${publication.id}`).send(publication);
  }
}
