import { Injectable } from '@nestjs/common';
import { Quotas, type Amounts } from '../quotas/quotas.js';
import { UnauthenticatedError } from './auth.errors.js';
import { UserService, type User } from './user.service.js';

/** A user, with what they have and may have. */
export interface Profile extends User {
  usage: Amounts;
  limits: Amounts<number | null>;
}

/** What a user is told of themselves. */
@Injectable()
export class ProfileService {
  constructor(
    private readonly users: UserService,
    private readonly quotas: Quotas,
  ) {}

  /** Throws an UnauthenticatedError where the user was removed since they were let in. */
  async of(userId: string): Promise<Profile> {
    const [user, usage] = await Promise.all([this.users.find(userId), this.quotas.usage(userId)]);
    if (user === null) throw new UnauthenticatedError();
    return { ...user, usage, limits: this.quotas.limits };
  }
}
