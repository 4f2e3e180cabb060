import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { PassportStrategy } from '@nestjs/passport';
import type { Request } from 'express';
import { Strategy } from 'passport-custom';
import { Settings } from '../config/settings.js';
import type { Caller } from './auth.types.js';
import { credentialsOf, isRead } from './authorization.js';
import { UserService } from './user.service.js';

/** `Authorization: Agent-Token <shared key>:<user id>`: another service that speaks for a user. */
@Injectable()
export class AgentTokenStrategy extends PassportStrategy(Strategy, 'agent-token') {
  constructor(
    private readonly settings: Settings,
    private readonly users: UserService,
  ) {
    super();
  }

  async validate(request: Request): Promise<Caller | null> {
    const credentials = credentialsOf(request, 'Agent-Token');
    const expected = this.settings.AGENT_SHARED_KEY;
    if (credentials === null || expected === undefined) return null;
    const colon = credentials.lastIndexOf(':');
    const key = credentials.slice(0, Math.max(colon, 0));
    const userId = credentials.slice(colon + 1);
    if (!sameSecret(key, expected)) return null;
    return (await this.users.exists(userId, isRead(request))) ? { userId } : null;
  }
}

/** Compares in a time that tells nothing of either text, their lengths included. */
function sameSecret(a: string, b: string): boolean {
  const [left, right] = [a, b].map((text) => createHash('sha256').update(text).digest());
  return left !== undefined && right !== undefined && timingSafeEqual(left, right);
}
