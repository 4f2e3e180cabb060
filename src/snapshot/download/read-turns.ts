import { Injectable } from '@nestjs/common';
import { Slots } from '../../common/slots.js';
import { SandboxPool } from '../../sandbox/pool/pool.js';

/**
 * Gives out turns to the reads of downloads, which may take long: half of the sandbox's processes to
 * one user, and all but one to all users, so that whoever waits for an answer gets a process soon.
 */
@Injectable()
export class ReadTurns {
  private readonly ofUser: number;
  private readonly all: Slots;
  private readonly users = new Map<string, { slots: Slots; reads: number }>();

  constructor({ max }: SandboxPool) {
    this.ofUser = Math.max(1, Math.floor(max / 2));
    this.all = new Slots(Math.max(1, max - 1));
  }

  /** Does the work in a turn of the user's; rejects with the signal's reason where that comes first. */
  async take<T>(userId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const user = this.users.get(userId) ?? { slots: new Slots(this.ofUser), reads: 0 };
    this.users.set(userId, user);
    user.reads += 1;
    try {
      const leave = await user.slots.take(signal);
      try {
        return await this.takeOfAll(signal, work);
      } finally {
        leave();
      }
    } finally {
      user.reads -= 1;
      if (user.reads === 0) this.users.delete(userId);
    }
  }

  private async takeOfAll<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    const leave = await this.all.take(signal);
    try {
      return await work();
    } finally {
      leave();
    }
  }
}
