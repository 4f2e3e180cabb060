import { Controller, Get } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiProperty, ApiTags } from '@nestjs/swagger';
import { Open } from '../auth/open.decorator.js';
import { ApiProblems } from '../common/api-problems.decorator.js';
import { NotReadyError } from './health.errors.js';
import { HealthService } from './health.service.js';

class LiveDto {
  @ApiProperty({ description: 'The process answers.', type: 'string', enum: ['ok'] })
  status!: 'ok';
}

class ReadyDto extends LiveDto {
  @ApiProperty({
    description: 'What was tried.',
    type: 'object',
    required: ['database', 'sandbox'],
    properties: {
      database: { type: 'string', enum: ['ok'], description: 'A query was answered.' },
      sandbox: { type: 'string', enum: ['ok'], description: 'A function was run.' },
    },
    additionalProperties: false,
  })
  checks!: Record<string, string>;
}

@Open()
@ApiTags('Health')
@Controller('health')
export class HealthController {
  constructor(private readonly health: HealthService) {}

  @Get('live')
  @ApiOperation({ summary: 'Is the process alive' })
  @ApiOkResponse({ type: LiveDto, description: 'It is.' })
  live() {
    return { status: 'ok' };
  }

  @Get('ready')
  @ApiOperation({
    summary: 'Can requests be served',
    description: 'Asks the database and runs a function in the sandbox, at most once a second.',
  })
  @ApiOkResponse({ type: ReadyDto, description: 'They can.' })
  @ApiProblems(NotReadyError)
  async ready() {
    const checks = await this.health.check();
    if (Object.values(checks).includes('failing')) throw new NotReadyError(checks);
    return { status: 'ok', checks };
  }
}
