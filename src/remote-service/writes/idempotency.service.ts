import { randomUUID } from 'node:crypto';
import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { ConnectorNotFoundError } from '../../custom-connector/custom-connector.errors.js';
import { SandboxPool } from '../../sandbox/pool/pool.js';
import { LeaseLostError } from './write.errors.js';
import { WriteLease } from './write-lease.js';
import type { WriteRequest } from './write-request.js';
import { WriteStore } from './write-store.js';
import type { RecordResult, WriteOptions } from './write.types.js';

/** Does the write; throws before its first record, or what a hook threw. */
type Write = (options: WriteOptions) => Promise<unknown>;

/** Does each write with an Idempotency-Key once, whatever happens to this process or its clients. */
@Injectable()
export class IdempotencyService implements OnApplicationShutdown {
  private readonly running = new Set<Promise<unknown>>();

  constructor(
    private readonly store: WriteStore,
    private readonly sandbox: SandboxPool,
  ) {}

  /**
   * The result of each record as JSON text: of the write that is done now, or of the one that was
   * done before under its key. `toText` makes the text of a result, once. A result is given only
   * where it is stored.
   */
  async once(
    request: WriteRequest,
    toText: (result: RecordResult) => string,
    write: Write,
  ): Promise<string[]> {
    const leaseId = randomUUID();
    const known = await this.store.claim(request, leaseId);
    if (known !== null) return known;
    const done = this.perform(request, leaseId, toText, write);
    this.running.add(done);
    try {
      return await done;
    } finally {
      this.running.delete(done);
    }
  }

  /** Lets the writes under way store what came of them, once none of them can go on. */
  async onApplicationShutdown(): Promise<void> {
    await this.sandbox.close();
    await Promise.allSettled(this.running);
  }

  private async perform(
    request: WriteRequest,
    leaseId: string,
    toText: (result: RecordResult) => string,
    write: Write,
  ): Promise<string[]> {
    const lease = new WriteLease(this.store, request, leaseId);
    const texts: string[] = [];
    const progress = { begun: false };
    try {
      await write({
        idempotencyKey: request.idempotencyKey,
        beforeRecord: async () => {
          progress.begun = true;
          await lease.confirm();
          return true;
        },
        onResult: async (index, result) => {
          const text = toText(result);
          await lease.keep(index, text);
          texts[index] = text;
        },
      });
      await lease.settle();
      return texts;
    } catch (error) {
      if (!progress.begun) await this.store.release(request, leaseId);
      if (!(error instanceof LeaseLostError)) throw error;
      return await this.settledElsewhere(request);
    } finally {
      lease.stop();
    }
  }

  /** What another process has told, or will tell, of a write that this one was at. */
  private async settledElsewhere(request: WriteRequest): Promise<string[]> {
    const results = await this.store.results(request);
    // Writes go with their connector.
    if (results === null) throw new ConnectorNotFoundError();
    return results;
  }
}
