import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserDto } from './user.dto.js';
import { CallerId } from './caller.decorator.js';
import { ProfileService } from './profile.service.js';
import { UserService } from './user.service.js';

@ApiTags('Users')
@Controller('users/me')
export class UserController {
  constructor(
    private readonly users: UserService,
    private readonly profiles: ProfileService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Who am I, what do I have' })
  @ApiOkResponse({ type: UserDto, description: 'The user that the token belongs to.' })
  me(@CallerId() userId: string) {
    return this.profiles.of(userId);
  }

  @Delete()
  @HttpCode(202)
  @ApiOperation({
    summary: 'Remove me',
    description:
      'Removes the user and all that is theirs: connectors with their versions, runs and keys, and ' +
      'API tokens. A JWT of the same person makes a new, empty user.',
  })
  @ApiAcceptedResponse({ description: 'The user is removed.' })
  remove(@CallerId() userId: string) {
    return this.users.remove(userId);
  }
}
