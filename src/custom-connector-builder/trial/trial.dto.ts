import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { RecordDto, SummaryDto } from '../../remote-service/remote.dto.js';
import { LogLineDto, RequestDto } from '../../remote-service/runs/runs.dto.js';

const COUNT = { type: 'integer' as const, minimum: 0 };

class DisagreementDto {
  @ApiProperty({ description: 'What is missing.' })
  detail!: string;

  @ApiPropertyOptional({ description: 'Where in the result, as a JSON Pointer (RFC 6901).' })
  pointer?: string;
}

/** What a trial did, as `?trace=true` tells it. */
export class TrialTraceDto {
  @ApiProperty({ description: 'The id of the run, as in the log.', example: 'run_5kQ8sT2wYz' })
  runId!: string;

  @ApiProperty({ description: 'How long it took, in milliseconds.' })
  durationMs!: number;

  @ApiProperty({
    type: [RequestDto],
    maxItems: 1000,
    description: 'Its requests: the first 500 and the last 500.',
  })
  requests!: RequestDto[];

  @ApiProperty({ ...COUNT, description: 'Requests that are not among them.' })
  requestsDropped!: number;

  @ApiProperty({ ...COUNT, description: 'Bytes of the remote’s answers, decompressed.' })
  bytes!: number;

  @ApiProperty({ type: [LogLineDto], description: 'What it logged.' })
  log!: LogLineDto[];

  @ApiProperty({ ...COUNT, description: 'Lines of its log that are not kept.' })
  logDropped!: number;

  @ApiPropertyOptional({ type: SummaryDto, description: 'Of a read: what it came to.' })
  summary?: SummaryDto;

  @ApiPropertyOptional({
    type: [RecordDto],
    maxItems: 20,
    description: 'Of a read: its first records, mapped.',
  })
  records?: RecordDto[];

  @ApiPropertyOptional({
    ...COUNT,
    description: 'Of a read: pages that are not among the result, for it would be too large.',
  })
  pagesLeftOut?: number;

  @ApiPropertyOptional({
    type: DisagreementDto,
    description: 'Where there is no mapping: why the result can’t be taken for records as it is.',
  })
  needsMapping?: DisagreementDto;
}
