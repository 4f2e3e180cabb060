import { ApiProperty, type ApiPropertyOptions } from '@nestjs/swagger';
import { Allow } from 'class-validator';
import type { SelfChecking } from '../../common/checked-input.pipe.js';
import type { Fault } from '../../common/problem.js';
import * as docs from '../../custom-connector/custom-connector.docs.js';
import type { MappedColumn } from '../../mapping/compile-mapping.js';
import type { MappingConfig } from '../../mapping/mapping.types.js';
import type { Proposal } from './propose-mapping.js';

const SAMPLE = {
  oneOf: [
    { type: 'object', additionalProperties: true },
    { type: 'array', items: {} },
  ],
  description: 'What the remote answers: to a request for a list, or for one record.',
  example: {
    data: [
      { id: 1, title: 'Lamp', price: '49.50', created_at: '2026-01-31T10:00:00Z' },
      { id: 2, title: 'Desk', price: '120.00', created_at: '2026-02-01T10:00:00Z' },
    ],
    has_more: false,
  },
} as ApiPropertyOptions;

const RESPONSE_SCHEMA = {
  type: 'object',
  additionalProperties: true,
  description:
    'A JSON Schema (draft 2020-12) of such responses, which the sample obeys. What all records have ' +
    'is required; of the rest of the response only the way to the records is.',
  example: { type: 'object', required: ['data'] },
} as ApiPropertyOptions;

export class InferDto implements SelfChecking {
  @ApiProperty(SAMPLE)
  @Allow()
  sample!: unknown;

  faults(): Fault[] {
    return this.sample === undefined ? [{ pointer: '/sample', detail: 'is required' }] : [];
  }
}

export class ProposalDto implements Proposal {
  @ApiProperty({
    ...docs.MAPPING,
    nullable: false,
    description: 'Where the records and their fields are.',
  })
  mapping!: MappingConfig;

  @ApiProperty({
    ...docs.SCHEMA,
    nullable: false,
    description: 'The columns that the mapping gives.',
  })
  schema!: MappedColumn[];

  @ApiProperty(RESPONSE_SCHEMA)
  pollRecordsResponse!: Record<string, unknown>;
}
