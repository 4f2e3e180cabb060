import { Injectable, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { AuthGuard } from '@nestjs/passport';
import type { Request } from 'express';
import { ApiTokenService } from './api-token.service.js';
import { UnauthenticatedError } from './auth.errors.js';
import type { Caller } from './auth.types.js';
import { credentialsOf, isRead } from './authorization.js';
import { OPEN } from './open.decorator.js';

/**
 * Lets a request pass with a valid API token, agent token or JWT; any other is an UnauthenticatedError. It
 * stands before every route that is not named as open.
 */
@Injectable()
export class ScratchpadAuthGuard extends AuthGuard(['agent-token', 'jwt']) {
  constructor(
    private readonly reflector: Reflector,
    private readonly tokens: ApiTokenService,
  ) {
    super({ session: false });
  }

  override async canActivate(context: ExecutionContext): Promise<boolean> {
    const targets = [context.getHandler(), context.getClass()];
    if (this.reflector.getAllAndOverride<boolean | undefined>(OPEN, targets)) return true;
    const request = context.switchToHttp().getRequest<Request & { user?: Caller }>();
    const token = credentialsOf(request, 'API-Token');
    // By way of Passport it would say the same, and take as long as all else that a short request needs.
    if (token === null) return (await super.canActivate(context)) === true;
    const userId = await this.tokens.ownerOf(token, isRead(request));
    if (userId === null) throw new UnauthenticatedError();
    request.user = { userId };
    return true;
  }

  override handleRequest<User = Caller>(error: unknown, caller: User | false | null): User {
    if (error) throw error instanceof Error ? error : new Error('A strategy failed');
    if (!caller) throw new UnauthenticatedError();
    return caller;
  }
}
