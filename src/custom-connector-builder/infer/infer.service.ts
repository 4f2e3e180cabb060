import { setImmediate as turn } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { OwnerSlots } from '../../common/owner-slots.js';
import { Slots } from '../../common/slots.js';
import { type Proposal, proposeMapping } from './propose-mapping.js';

/** Milliseconds of work before all else gets its turn. */
const WORK_MS = 10;

/**
 * Proposes mappings without holding up the event loop: a sample of 25 MiB is a second's work. One
 * sample of a user's is looked at at a time, and of different users a little of each in turn.
 */
@Injectable()
export class InferService {
  private readonly ofUser = new OwnerSlots(1);
  private readonly work = new Slots(1);
  private readonly never = new AbortController().signal;

  /** What the sample suggests; rejects with NoRecordsError where it holds no records. */
  infer(userId: string, sample: unknown): Promise<Proposal> {
    return this.ofUser.in(userId, this.never, () => this.inTurns(proposeMapping(sample)));
  }

  private async inTurns<T>(work: Generator<void, T>): Promise<T> {
    for (;;) {
      const pass = await this.work.take(this.never);
      try {
        const until = performance.now() + WORK_MS;
        do {
          const step = work.next();
          if (step.done === true) return step.value;
        } while (performance.now() < until);
        // Before the next one begins, so that no two follow each other in one turn of the loop.
        await turn();
      } finally {
        pass();
      }
    }
  }
}
