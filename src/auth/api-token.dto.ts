import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';

const NAME = { description: 'What the token is for, in its owner’s words.', maxLength: 255 };

export class CreateApiTokenDto {
  @ApiPropertyOptional({ ...NAME, type: 'string', minLength: 1, example: 'nightly pipeline' })
  @IsOptional()
  @IsString()
  @Length(1, 255)
  name?: string | null;
}

export class ApiTokenDto {
  @ApiProperty({ description: 'The id of the token; not the token.', example: 'atk_5hQ0zV9kXb' })
  id!: string;

  @ApiProperty({ ...NAME, type: 'string', nullable: true, example: 'nightly pipeline' })
  name!: string | null;

  @ApiProperty({ description: 'When it was made.', format: 'date-time', type: 'string' })
  createdAt!: string;

  @ApiProperty({
    description: 'From when on it lets nobody in: 180 days after it was made.',
    format: 'date-time',
    type: 'string',
  })
  expiresAt!: string;
}

export class CreatedApiTokenDto extends ApiTokenDto {
  @ApiProperty({
    description: 'The token itself. It is shown here once and kept nowhere.',
    example: 'ccs_3QfVq0nYhT2b7XwLr9sKdGm5JpZc8EaUiNvBtRyH',
  })
  token!: string;
}
