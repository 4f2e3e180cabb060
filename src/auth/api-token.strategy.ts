import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-custom';
import { ApiTokenService } from './api-token.service.js';
import type { Caller } from './auth.types.js';
import { credentialsOf, isRead } from './authorization.js';

/** `Authorization: API-Token <token>`: a token that this service made. */
@Injectable()
export class ApiTokenStrategy extends PassportStrategy(Strategy, 'api-token') {
  constructor(private readonly tokens: ApiTokenService) {
    super();
  }

  async validate(request: Request): Promise<Caller | null> {
    const token = credentialsOf(request, 'API-Token');
    if (token === null) return null;
    const userId = await this.tokens.ownerOf(token, isRead(request));
    return userId === null ? null : { userId };
  }
}
