import { Controller, Get, Header, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Open } from '../auth/open.decorator.js';
import { ServiceMetrics } from './service-metrics.js';

@Open()
@ApiTags('Health')
@Controller('metrics')
export class MetricsController {
  constructor(private readonly metrics: ServiceMetrics) {}

  @Get()
  @Header('Cache-Control', 'no-store')
  @ApiOperation({
    summary: 'What the process measures of itself',
    description: 'In Prometheus’ text format. No label names a user, a connector or a host.',
  })
  @ApiOkResponse({
    description: 'The metrics.',
    content: { 'text/plain': { schema: { type: 'string' } } },
  })
  async read(@Res() response: Response): Promise<void> {
    const text = await this.metrics.text();
    response.type(this.metrics.contentType).send(text);
  }
}
