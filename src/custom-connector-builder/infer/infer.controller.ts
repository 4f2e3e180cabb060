import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CallerId } from '../../auth/caller.decorator.js';
import { ApiProblems } from '../../common/api-problems.decorator.js';
import { BodyLimit } from '../../common/read-body.interceptor.js';
import { InferDto, ProposalDto } from './infer.dto.js';
import { NoRecordsError } from './infer.errors.js';
import { InferService } from './infer.service.js';

const SAMPLE_LIMIT_MIB = 25;

@ApiTags('Builder')
@Controller('rest/custom-connector-builder')
export class InferController {
  constructor(private readonly service: InferService) {}

  @Post('infer')
  @HttpCode(200)
  @BodyLimit(SAMPLE_LIMIT_MIB)
  @ApiOperation({
    summary: 'Propose a mapping',
    description:
      'From a sample of a response, by rules and without a model: where its records are, which value ' +
      'is their id, which fields they have and of which types. The answer goes into a connector as it ' +
      'is. For a sample that is one record itself the mapping fits `getRecord`; `pollRecords` gives ' +
      'such a record in an array.',
  })
  @ApiOkResponse({ type: ProposalDto, description: 'The proposal.' })
  @ApiProblems(NoRecordsError)
  infer(@CallerId() userId: string, @Body() { sample }: InferDto): Promise<ProposalDto> {
    return this.service.infer(userId, sample);
  }
}
