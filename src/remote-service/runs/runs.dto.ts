import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { FUNCTION_NAMES } from '../../custom-connector/custom-connector.types.js';
import { SummaryDto } from '../remote.dto.js';

const COUNT = { type: 'integer' as const, minimum: 0 };

class RunErrorDto {
  @ApiProperty({ description: 'What went wrong; the API key is hidden.' })
  message!: string;

  @ApiPropertyOptional({
    description: 'Where a request could not be made: why.',
    example: 'remote.refused',
  })
  reason?: string;

  @ApiPropertyOptional({ description: 'The status of the remote’s last answer.', type: 'integer' })
  remoteStatus?: number;

  @ApiPropertyOptional({
    description: 'The line of the function’s source, from 1.',
    type: 'integer',
  })
  line?: number;

  @ApiPropertyOptional({ description: 'The column in that line, from 1.', type: 'integer' })
  column?: number;

  @ApiPropertyOptional({
    description: 'Where in the function’s result, as a JSON Pointer (RFC 6901).',
  })
  pointer?: string;
}

export class RunSummaryDto {
  @ApiProperty({ description: 'The id of the run.', example: 'run_5kQ8sT2wYz' })
  id!: string;

  @ApiProperty({
    description: 'The function that ran.',
    type: 'string',
    enum: FUNCTION_NAMES,
    example: 'pollRecords',
  })
  function!: string;

  @ApiProperty({
    description: 'The table that it was called for; null where for none.',
    type: 'string',
    nullable: true,
    example: 'products',
  })
  tableId!: string | null;

  @ApiProperty({ description: 'The connector’s version that ran.', type: 'integer', example: 1 })
  version!: number;

  @ApiProperty({ description: 'When it began.', type: 'string', format: 'date-time' })
  startedAt!: string;

  @ApiProperty({ ...COUNT, description: 'How long it took, in milliseconds.', example: 840 })
  durationMs!: number;

  @ApiProperty({
    description:
      'How it ended: `ok`; `syntax`, `type`, `remote`, `thrown`, `missing`, `cancelled` or ' +
      '`crashed`; or the limit that it reached, such as `run.time`.',
    example: 'ok',
  })
  outcome!: string;

  @ApiPropertyOptional({ type: RunErrorDto, description: 'Why it failed, where it did.' })
  error?: RunErrorDto;

  @ApiProperty({ ...COUNT, description: 'Requests that were made, or refused.', example: 3 })
  requestCount!: number;

  @ApiProperty({ ...COUNT, description: 'Bytes of the remote’s answers, decompressed.' })
  bytes!: number;

  @ApiPropertyOptional({
    type: SummaryDto,
    description: 'Of a read that did not fail: what it came to.',
  })
  summary?: SummaryDto;
}

export class RequestDto {
  @ApiProperty({ description: 'The method.', example: 'GET' })
  method!: string;

  @ApiProperty({ description: 'The address, without what looks like a credential.' })
  url!: string;

  @ApiPropertyOptional({
    description: 'The status of the answer; absent where none came.',
    type: 'integer',
  })
  status?: number;

  @ApiProperty({ description: 'How long it took, in milliseconds.' })
  durationMs!: number;

  @ApiProperty({ ...COUNT, description: 'Bytes of the answer, decompressed.' })
  bytes!: number;

  @ApiPropertyOptional({
    description: 'Why it failed, where it did.',
    example: 'remote.unreachable',
  })
  error?: string;
}

export class LogLineDto {
  @ApiProperty({ description: 'Milliseconds since the run began.' })
  atMs!: number;

  @ApiProperty({ description: 'How much it matters.', enum: ['debug', 'info', 'warn', 'error'] })
  level!: string;

  @ApiProperty({ description: 'What was logged; the API key is hidden.' })
  text!: string;
}

class ResponseFaultDto {
  @ApiPropertyOptional({
    description: 'The request; absent where the schema itself is at fault.',
    example: 'GET https://api.example.com/products',
  })
  request?: string;

  @ApiProperty({ description: 'Where in the response, as a JSON Pointer (RFC 6901).' })
  pointer!: string;

  @ApiProperty({ description: 'What is not as expected.', example: 'must be string' })
  detail!: string;
}

class ResponsesDto {
  @ApiProperty({ ...COUNT, description: 'Responses that were held against what is expected.' })
  checked!: number;

  @ApiProperty({ ...COUNT, description: 'Of these, such as break it.' })
  broken!: number;

  @ApiProperty({ ...COUNT, description: 'Responses for which there was no time or memory.' })
  unchecked!: number;

  @ApiProperty({
    type: [ResponseFaultDto],
    maxItems: 20,
    description: 'What was found, each kind once.',
  })
  faults!: ResponseFaultDto[];

  @ApiPropertyOptional({ description: 'Why the check was given up, where it was.' })
  gaveUp?: string;
}

export class RunDto extends RunSummaryDto {
  @ApiProperty({
    type: [RequestDto],
    maxItems: 1000,
    description: 'Its requests: the first 500 and the last 500.',
  })
  requests!: RequestDto[];

  @ApiProperty({ ...COUNT, description: 'Requests that are not among them.' })
  requestsDropped!: number;

  @ApiProperty({ type: [LogLineDto], description: 'What it logged.' })
  log!: LogLineDto[];

  @ApiProperty({ ...COUNT, description: 'Lines of its log that are not kept.' })
  logDropped!: number;

  @ApiPropertyOptional({
    type: ResponsesDto,
    description:
      'How the remote’s JSON answers compare with `pollRecordsResponse` or `getRecordResponse`; ' +
      'absent where the connector has none, and until it is known.',
  })
  responses?: ResponsesDto;
}
