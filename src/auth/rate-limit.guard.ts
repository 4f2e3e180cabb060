import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible';
import { Settings } from '../config/settings.js';
import { RateLimitedError } from './auth.errors.js';
import type { Caller } from './auth.types.js';

/** Holds each user to RATE_LIMIT_PER_MINUTE requests, counted in this process. 0: no limit. */
@Injectable()
export class RateLimitGuard implements CanActivate {
  private readonly limiter: RateLimiterMemory | null;

  constructor(private readonly settings: Settings) {
    const points = settings.RATE_LIMIT_PER_MINUTE;
    this.limiter = points > 0 ? new RateLimiterMemory({ points, duration: 60 }) : null;
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { user } = context.switchToHttp().getRequest<Request & { user?: Caller }>();
    if (this.limiter === null || user === undefined) return true;
    try {
      await this.limiter.consume(user.userId);
      return true;
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      throw new RateLimitedError(
        this.settings.RATE_LIMIT_PER_MINUTE,
        Math.max(1, Math.ceil(refusal.msBeforeNext / 1000)),
      );
    }
  }
}
