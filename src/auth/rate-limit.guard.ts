import {
  Injectable,
  Logger,
  type CanActivate,
  type ExecutionContext,
  type OnApplicationBootstrap,
  type OnModuleDestroy,
} from '@nestjs/common';
import type { Request, Response } from 'express';
import { Settings } from '../config/settings.js';
import { RateLimitedError } from './auth.errors.js';
import type { Caller } from './auth.types.js';
import { RateLimitStore } from './rate-limit-store.js';
import { RateLimiter, WINDOW_MS } from './rate-limiter.js';

/**
 * Holds each user to RATE_LIMIT_PER_MINUTE requests, counted by all processes on the database together, and
 * says in each answer what is left of them. 0: no limit.
 */
@Injectable()
export class RateLimitGuard implements CanActivate, OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('RateLimit');
  private readonly limit: number;
  private readonly limiter: RateLimiter;
  private timer: NodeJS.Timeout | undefined;

  constructor(
    settings: Settings,
    private readonly store: RateLimitStore,
  ) {
    this.limit = settings.RATE_LIMIT_PER_MINUTE;
    this.limiter = new RateLimiter(
      this.limit,
      (userId, wanted) => store.take(userId, wanted),
      (error) => {
        this.logger.warn({ err: error }, 'Requests are counted in this process alone for now');
      },
    );
  }

  onApplicationBootstrap(): void {
    if (this.limit === 0) return;
    this.timer = setInterval(() => {
      this.limiter.sweep();
      // What is left over is swept the next time.
      this.store.sweep().catch(() => undefined);
    }, WINDOW_MS).unref();
  }

  onModuleDestroy(): void {
    clearInterval(this.timer);
  }

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const http = context.switchToHttp();
    const { user } = http.getRequest<Request & { user?: Caller }>();
    if (this.limit === 0 || user === undefined) return true;
    const { allowed, remaining, resetSeconds } = await this.limiter.count(user.userId);
    // https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/ (since its version 08)
    http.getResponse<Response>().set({
      'RateLimit-Policy': `"user";q=${this.limit};w=${WINDOW_MS / 1000}`,
      RateLimit: `"user";r=${remaining};t=${resetSeconds}`,
    });
    if (!allowed) throw new RateLimitedError(this.limit, resetSeconds);
    return true;
  }
}
