import {
  Body,
  Controller,
  Delete,
  Get,
  Headers,
  HttpCode,
  Param,
  Post,
  Put,
  Query,
  Req,
  Res,
} from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiHeader,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiResponse,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CallerId } from '../auth/caller.decorator.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { LINK_HEADER, nextLink, PageQuery, pageRequest } from '../common/paging.js';
import { PreconditionFailedError } from '../common/request.errors.js';
import { DatabaseBusyError } from '../db/db.errors.js';
import { CustomConnectorDto } from './custom-connector.answers.dto.js';
import {
  CreateCustomConnectorDto,
  RemoveQuery,
  UpdateCustomConnectorDto,
} from './custom-connector.dto.js';
import { ETAG_HEADER, ID_PARAM, IF_MATCH, IF_NONE_MATCH } from './route.docs.js';
import { ConnectorNotFoundError } from './custom-connector.errors.js';
import { ConnectorQuotaError } from '../quotas/quota.errors.js';
import { CustomConnectorService } from './custom-connector.service.js';
import { etagOf, isKnown } from './etag.js';

@ApiTags('Custom connectors')
@Controller('custom-connectors')
export class CustomConnectorController {
  constructor(private readonly connectors: CustomConnectorService) {}

  @Post()
  @ApiOperation({ summary: 'Define a custom connector' })
  @ApiCreatedResponse({
    type: CustomConnectorDto,
    description: 'The connector, with its version 1.',
    headers: {
      ...ETAG_HEADER,
      Location: { description: 'The path of the connector.', schema: { type: 'string' } },
    },
  })
  @ApiProblems(ConnectorQuotaError, DatabaseBusyError)
  async create(
    @CallerId() userId: string,
    @Body() body: CreateCustomConnectorDto,
    @Res({ passthrough: true }) response: Response,
  ) {
    const connector = await this.connectors.create(userId, body);
    response.set('ETag', etagOf(connector.version));
    response.location(`/custom-connectors/${connector.id}`);
    return connector;
  }

  @Put(':id')
  @ApiOperation({
    summary: 'Change a custom connector',
    description:
      'An absent field stays as it is, null clears it. A change that changes nothing makes no ' +
      'version; any other makes the next one and keeps the one before.',
  })
  @ApiParam(ID_PARAM)
  @ApiHeader(IF_MATCH)
  @ApiOkResponse({ type: CustomConnectorDto, description: 'As it is now.', headers: ETAG_HEADER })
  @ApiProblems(ConnectorNotFoundError, PreconditionFailedError, DatabaseBusyError)
  async update(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Body() body: UpdateCustomConnectorDto,
    @Res({ passthrough: true }) response: Response,
  ) {
    const connector = await this.connectors.update(userId, id, body, ifMatch);
    response.set('ETag', etagOf(connector.version));
    return connector;
  }

  @Get()
  @ApiOperation({
    summary: 'List custom connectors',
    description: 'Newest first. A page may hold fewer than `limit` where connectors are large.',
  })
  @ApiOkResponse({
    type: CustomConnectorDto,
    isArray: true,
    description: 'Your connectors.',
    headers: LINK_HEADER,
  })
  async list(
    @CallerId() userId: string,
    @Query() query: PageQuery,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { items, next } = await this.connectors.list(userId, pageRequest(query));
    if (next) response.set('Link', nextLink('/custom-connectors', query, next));
    return items;
  }

  @Get(':id')
  @ApiOperation({ summary: 'Read a custom connector' })
  @ApiParam(ID_PARAM)
  @ApiHeader(IF_NONE_MATCH)
  @ApiOkResponse({ type: CustomConnectorDto, description: 'The connector.', headers: ETAG_HEADER })
  @ApiResponse({ status: 304, description: 'It is still as If-None-Match says.' })
  @ApiProblems(ConnectorNotFoundError)
  async get(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ) {
    const connector = await this.connectors.get(userId, id);
    // So that a browser may keep it and ask by If-None-Match.
    response.set({ ETag: etagOf(connector.version), 'Cache-Control': 'private, no-cache' });
    if (isKnown(request.headers['if-none-match'], connector.version)) {
      response.status(304);
      return;
    }
    return connector;
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a custom connector', description: 'With all its versions.' })
  @ApiParam(ID_PARAM)
  @ApiHeader(IF_MATCH)
  @ApiNoContentResponse({ description: 'It is gone.' })
  @ApiProblems(ConnectorNotFoundError, PreconditionFailedError, DatabaseBusyError)
  remove(
    @CallerId() userId: string,
    @Param('id') id: string,
    @Headers('if-match') ifMatch: string | undefined,
    @Query() _query: RemoveQuery,
  ) {
    return this.connectors.remove(userId, id, ifMatch);
  }
}
