import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import { UnauthenticatedError } from './auth.errors.js';
import type { Caller } from './auth.types.js';
import { OPEN } from './open.decorator.js';

/**
 * Lets a request pass with a valid API token, agent token or JWT, tried in this order; any other is
 * an UnauthenticatedError. It stands before every route that is not named as open.
 */
@Injectable()
export class ScratchpadAuthGuard extends AuthGuard(['api-token', 'agent-token', 'jwt']) {
  constructor(private readonly reflector: Reflector) {
    super({ session: false });
  }

  override canActivate(context: ExecutionContext) {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(OPEN, targets)) return true;
    return super.canActivate(context);
  }

  override handleRequest<User = Caller>(error: unknown, caller: User | false | null): User {
    if (error) throw error instanceof Error ? error : new Error('A strategy failed');
    if (!caller) throw new UnauthenticatedError();
    return caller;
  }
}
