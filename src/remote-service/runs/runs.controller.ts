import { Controller, Get, Param, Query, Req, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { LINK_HEADER, nextLink, PageQuery, pageRequest } from '../../common/paging.js';
import { ConnectorNotFoundError } from '../../custom-connector/custom-connector.errors.js';
import { ID_PARAM } from '../../custom-connector/route.docs.js';
import { RunDto, RunSummaryDto } from './runs.dto.js';
import { RunNotFoundError } from './runs.errors.js';
import { RunsService } from './runs.service.js';

const RUN_PARAM = { name: 'runId', description: 'The id of the run.', example: 'run_5kQ8sT2wYz' };

@ApiTags('Runs')
@ApiParam(ID_PARAM)
@Controller('custom-connectors/:id/runs')
export class RunsController {
  constructor(private readonly runs: RunsService) {}

  @Get()
  @ApiOperation({
    summary: 'List the runs of a connector',
    description:
      'Newest first: every execution of one of its functions, for as many days as the service ' +
      'keeps them.',
  })
  @ApiOkResponse({
    type: RunSummaryDto,
    isArray: true,
    description: 'Its runs.',
    headers: LINK_HEADER,
  })
  @ApiProblems(ConnectorNotFoundError)
  async list(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Query() query: PageQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { items, next } = await this.runs.list(userId, id, pageRequest(query));
    if (next) response.set('Link', nextLink(request.path, query, next));
    return items;
  }

  @Get(':runId')
  @ApiOperation({
    summary: 'Read a run',
    description: 'With its requests, its log, and how the remote’s answers compared.',
  })
  @ApiParam(RUN_PARAM)
  @ApiOkResponse({ type: RunDto, description: 'What is kept of the run.' })
  @ApiProblems(ConnectorNotFoundError, RunNotFoundError)
  get(@CallerId() userId: string, @Param('id') id: string, @Param('runId') runId: string) {
    return this.runs.get(userId, id, runId);
  }
}
