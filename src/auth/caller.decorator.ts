import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Caller } from './auth.types.js';

/** The id of the user who calls, as the guard found it. */
export const CallerId = createParamDecorator((_data: unknown, context: ExecutionContext) => {
  const { user } = context.switchToHttp().getRequest<Request & { user: Caller }>();
  return user.userId;
});
