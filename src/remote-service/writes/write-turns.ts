import { Injectable } from '@nestjs/common';
import { OwnerSlots } from '../../common/owner-slots.js';

/** Less than one user may have in the sandbox's queue, where reads want to wait as well. */
const CALLS_OF_A_USER = 32;

/**
 * Gives out turns to the calls of writes, so many to each user, that no write fails because the same
 * user's other writes have filled the sandbox's queue.
 */
@Injectable()
export class WriteTurns {
  private readonly turns = new OwnerSlots(CALLS_OF_A_USER);
  private readonly never = new AbortController().signal;

  /** Does the work in a turn of the user's. */
  take<T>(userId: string, work: () => Promise<T>): Promise<T> {
    return this.turns.in(userId, this.never, work);
  }
}
