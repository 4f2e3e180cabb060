import { Controller, Get, Headers, HttpCode, Param, Post, Query, Req, Res } from '@nestjs/common';
import { ApiHeader, ApiOkResponse, ApiOperation, ApiParam, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CallerId } from '../auth/caller.decorator.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { LINK_HEADER, nextLink, PageQuery, pageRequest } from '../common/paging.js';
import { PreconditionFailedError } from '../common/request.errors.js';
import { DatabaseBusyError } from '../db/db.errors.js';
import { ConnectorVersionService } from './connector-version.service.js';
import {
  ConnectorVersionDto,
  CustomConnectorDto,
  VersionSummaryDto,
} from './custom-connector.answers.dto.js';
import { ETAG_HEADER, ID_PARAM, IF_MATCH, VERSION_PARAM } from './route.docs.js';
import { ConnectorNotFoundError, VersionNotFoundError } from './custom-connector.errors.js';
import { etagOf } from './etag.js';

@ApiTags('Custom connectors')
@ApiParam(ID_PARAM)
@Controller('custom-connectors/:id/versions')
export class ConnectorVersionController {
  constructor(private readonly versions: ConnectorVersionService) {}

  @Get()
  @ApiOperation({
    summary: 'List the versions of a connector',
    description: 'Newest first, the present one and the 100 before it.',
  })
  @ApiOkResponse({
    type: VersionSummaryDto,
    isArray: true,
    description: 'Its versions.',
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
    const { items, next } = await this.versions.list(userId, id, pageRequest(query));
    if (next) response.set('Link', nextLink(request.path, query, next));
    return items;
  }

  @Get(':version')
  @ApiOperation({ summary: 'Read a version', description: 'Versions hold no key.' })
  @ApiParam(VERSION_PARAM)
  @ApiOkResponse({ type: ConnectorVersionDto, description: 'What the connector was.' })
  @ApiProblems(ConnectorNotFoundError, VersionNotFoundError)
  get(@CallerId() userId: string, @Param('id') id: string, @Param('version') version: string) {
    return this.versions.get(userId, id, version);
  }

  @Post(':version/restore')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Restore a version',
    description: 'Makes what it held the next version; the key stays the present one.',
  })
  @ApiParam(VERSION_PARAM)
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: CustomConnectorDto, description: 'As it is now.', headers: ETAG_HEADER })
  @ApiProblems(
    ConnectorNotFoundError,
    VersionNotFoundError,
    PreconditionFailedError,
    DatabaseBusyError,
  )
  async restore(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Param('version') version: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Res({ passthrough: true }) response: Response,
  ) {
    const connector = await this.versions.restore(userId, id, version, ifMatch);
    response.set('ETag', etagOf(connector.version));
    return connector;
  }
}
