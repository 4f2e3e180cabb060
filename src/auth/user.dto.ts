import { ApiProperty } from '@nestjs/swagger';

export class UsageDto {
  @ApiProperty({ description: 'Custom connectors.', type: 'integer', example: 12 })
  connectors!: number;

  @ApiProperty({ description: 'Snapshots.', type: 'integer', example: 3 })
  snapshots!: number;

  @ApiProperty({
    description: 'Records in the copies of all snapshots, without those that are gone.',
    type: 'integer',
    example: 48210,
  })
  copiedRecords!: number;
}

export class LimitsDto {
  @ApiProperty({ description: 'Custom connectors.', type: 'integer', nullable: true, example: 100 })
  connectors!: number | null;

  @ApiProperty({ description: 'Snapshots.', type: 'integer', nullable: true, example: null })
  snapshots!: number | null;

  @ApiProperty({
    description: 'Records in the copies of all snapshots.',
    type: 'integer',
    nullable: true,
    example: 1_000_000,
  })
  copiedRecords!: number | null;
}

export class UserDto {
  @ApiProperty({ description: 'The id of the user.', example: 'usr_8dKq2LmZ0x' })
  id!: string;

  @ApiProperty({
    description: 'Since when there is this user.',
    format: 'date-time',
    type: 'string',
  })
  createdAt!: string;

  @ApiProperty({ description: 'What the user has.', type: UsageDto })
  usage!: UsageDto;

  @ApiProperty({
    description: 'What the user may have; null where there is no limit.',
    type: LimitsDto,
  })
  limits!: LimitsDto;
}
