import { Controller, Delete, Get, HttpCode } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { UserDto } from './api-token.dto.js';
import { UnauthenticatedError } from './auth.errors.js';
import { CallerId } from './caller.decorator.js';
import { UserService } from './user.service.js';

@ApiTags('Users')
@Controller('users/me')
export class UserController {
  constructor(private readonly users: UserService) {}

  @Get()
  @ApiOperation({ summary: 'Who am I' })
  @ApiOkResponse({ type: UserDto, description: 'The user that the token belongs to.' })
  async me(@CallerId() userId: string) {
    const user = await this.users.find(userId);
    // Removed between the guard and here.
    if (user === null) throw new UnauthenticatedError();
    return user;
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
