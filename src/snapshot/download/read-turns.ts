import { Injectable } from '@nestjs/common';
import { OwnerSlots } from '../../common/owner-slots.js';
import { Slots } from '../../common/slots.js';
import { SandboxPool } from '../../sandbox/pool/pool.js';

/**
 * Gives out turns to the reads of downloads, which may take long: half of the sandbox's processes to
 * one user, and all but one to all users, so that whoever waits for an answer gets a process soon.
 */
@Injectable()
export class ReadTurns {
  private readonly ofUser: OwnerSlots;
  private readonly all: Slots;

  constructor({ max }: SandboxPool) {
    this.ofUser = new OwnerSlots(Math.max(1, Math.floor(max / 2)));
    this.all = new Slots(Math.max(1, max - 1));
  }

  /** Does the work in a turn of the user's; rejects with the signal's reason where that comes first. */
  take<T>(userId: string, signal: AbortSignal, work: () => Promise<T>): Promise<T> {
    return this.ofUser.in(userId, signal, () => this.all.in(signal, work));
  }
}
