import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsDefined, IsOptional, IsString, MaxLength } from 'class-validator';
import { CHECK_NAMES, type Check, type Generated } from './generate.types.js';

const MOST_PROMPT = 20_000;

export class GenerateDto {
  @ApiProperty({
    description: 'What the function is to do, and with which API.',
    maxLength: MOST_PROMPT,
    example: 'All products of https://api.example.com/v2/products; the key is a bearer token.',
  })
  @IsDefined()
  @IsString()
  @MaxLength(MOST_PROMPT)
  prompt!: string;
}

export class GenerateForDto {
  static readonly mayBeAbsent = true;

  @ApiPropertyOptional({
    description: 'What the function is to do; without it, the connector’s own prompt.',
    maxLength: MOST_PROMPT,
  })
  @IsOptional()
  @IsString()
  @MaxLength(MOST_PROMPT)
  prompt?: string | null;
}

class CheckDto implements Check {
  @ApiProperty({
    ...{ type: 'string', enum: CHECK_NAMES },
    description:
      '`answer`: the model gave code. `source`: it parses and defines exactly the function. `contract`: run in ' +
      'the sandbox, it gives what its contract says. `complete`: it reads every record.',
  })
  name!: Check['name'];

  @ApiProperty({
    ...{ type: 'string', enum: ['passed', 'failed', 'skipped'] },
    description: 'How it went. `skipped`: there was nothing to hold it against.',
  })
  status!: Check['status'];

  @ApiPropertyOptional({ description: 'What was seen, or was missing.' })
  detail?: string;

  @ApiPropertyOptional({ description: 'The line of the code, from 1.', type: 'integer' })
  line?: number;

  @ApiPropertyOptional({ description: 'The column in that line, from 1.', type: 'integer' })
  column?: number;
}

export class GeneratedDto implements Generated {
  @ApiProperty({ description: 'JavaScript source that defines the function.' })
  function!: string;

  @ApiProperty({ type: [CheckDto], description: 'How it stood its checks, up to one that failed.' })
  checks!: CheckDto[];
}
