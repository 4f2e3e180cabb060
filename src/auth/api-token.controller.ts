import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiParam,
  ApiTags,
} from '@nestjs/swagger';
import type { Response } from 'express';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { LINK_HEADER, nextLink, PageQuery, pageRequest } from '../common/paging.js';
import { ApiTokenDto, CreateApiTokenDto, CreatedApiTokenDto } from './api-token.dto.js';
import { ApiTokenService } from './api-token.service.js';
import { ApiTokenNotFoundError } from './auth.errors.js';
import { CallerId } from './caller.decorator.js';

@ApiTags('API tokens')
@Controller('api-tokens')
export class ApiTokenController {
  constructor(private readonly tokens: ApiTokenService) {}

  @Post()
  @ApiOperation({ summary: 'Make an API token' })
  @ApiCreatedResponse({ type: CreatedApiTokenDto, description: 'The token, shown this once.' })
  create(@CallerId() userId: string, @Body() body: CreateApiTokenDto) {
    return this.tokens.create(userId, body.name ?? null);
  }

  @Get()
  @ApiOperation({ summary: 'List API tokens', description: 'Newest first; never in clear.' })
  @ApiOkResponse({
    type: ApiTokenDto,
    isArray: true,
    description: 'Your tokens.',
    headers: LINK_HEADER,
  })
  async list(
    @CallerId() userId: string,
    @Query() query: PageQuery,
    @Res({ passthrough: true }) response: Response,
  ) {
    const { items, next } = await this.tokens.list(userId, pageRequest(query));
    if (next) response.set('Link', nextLink('/api-tokens', query, next));
    return items;
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke an API token', description: 'It lets nobody in from then on.' })
  @ApiParam({ name: 'id', description: 'The id of the token.', example: 'atk_5hQ0zV9kXb' })
  @ApiNoContentResponse({ description: 'It is revoked.' })
  @ApiProblems(ApiTokenNotFoundError)
  revoke(@CallerId() userId: string, @Param('id') id: string) {
    return this.tokens.revoke(userId, id);
  }
}
