import { Injectable } from '@nestjs/common';
import { Slots } from '../../common/slots.js';

/** Less than one user may have in the sandbox's queue, where reads want to wait as well. */
const CALLS_OF_A_USER = 32;

/**
 * Gives out turns to the calls of writes, so many to each user, that no write fails because the same
 * user's other writes have filled the sandbox's queue.
 */
@Injectable()
export class WriteTurns {
  private readonly users = new Map<string, { slots: Slots; calls: number }>();
  private readonly never = new AbortController().signal;

  /** Does the work in a turn of the user's. */
  async take<T>(userId: string, work: () => Promise<T>): Promise<T> {
    const user = this.users.get(userId) ?? { slots: new Slots(CALLS_OF_A_USER), calls: 0 };
    this.users.set(userId, user);
    user.calls += 1;
    const leave = await user.slots.take(this.never);
    try {
      return await work();
    } finally {
      leave();
      user.calls -= 1;
      if (user.calls === 0) this.users.delete(userId);
    }
  }
}
