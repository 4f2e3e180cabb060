import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { QuotasModule } from '../quotas/quotas.module.js';
import { AgentTokenStrategy } from './agent-token.strategy.js';
import { ApiTokenController } from './api-token.controller.js';
import { ApiTokenService } from './api-token.service.js';
import { JwtStrategy } from './jwt.strategy.js';
import { RateLimitStore } from './rate-limit-store.js';
import { ProfileService } from './profile.service.js';
import { RateLimitGuard } from './rate-limit.guard.js';
import { RecentCallers } from './recent-callers.js';
import { ScratchpadAuthGuard } from './scratchpad-auth.guard.js';
import { UserController } from './user.controller.js';
import { UserShareGuard } from './user-share.guard.js';
import { UserService } from './user.service.js';

/** Who is calling: the guard before every route, its strategies, users and API tokens. */
@Module({
  imports: [QuotasModule],
  controllers: [ApiTokenController, UserController],
  providers: [
    RecentCallers,
    ApiTokenService,
    UserService,
    ProfileService,
    RateLimitStore,
    AgentTokenStrategy,
    JwtStrategy,
    { provide: APP_GUARD, useClass: ScratchpadAuthGuard },
    { provide: APP_GUARD, useClass: UserShareGuard },
    { provide: APP_GUARD, useClass: RateLimitGuard },
  ],
  exports: [ApiTokenService, UserService],
})
export class AuthModule {}
