import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { addToLog } from '../common/log-context.js';
import { ServiceBusyError } from '../common/request.errors.js';
import { Settings } from '../config/settings.js';
import type { Caller } from './auth.types.js';

/** Leaves half of MAX_REQUESTS to others: one user may not have more than that served at once. */
@Injectable()
export class UserShareGuard implements CanActivate {
  private readonly most: number;
  private readonly open = new Map<string, number>();

  constructor({ MAX_REQUESTS }: Settings) {
    this.most = Math.max(1, Math.floor(MAX_REQUESTS / 2));
  }

  canActivate(context: ExecutionContext): boolean {
    const http = context.switchToHttp();
    const { user } = http.getRequest<Request & { user?: Caller }>();
    if (user === undefined) return true;
    const { userId } = user;
    addToLog({ userId });
    const open = this.open.get(userId) ?? 0;
    if (open >= this.most) throw new ServiceBusyError();
    const response = http.getResponse<Response>();
    // A client that left while its token was looked up.
    if (response.destroyed) return true;
    this.open.set(userId, open + 1);
    response.once('close', () => {
      const left = (this.open.get(userId) ?? 1) - 1;
      if (left > 0) this.open.set(userId, left);
      else this.open.delete(userId);
    });
    return true;
  }
}
