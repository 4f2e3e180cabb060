import { Injectable } from '@nestjs/common';
import type { ProblemError } from './problem.js';

type Reader = (error: unknown) => ProblemError | null;

/**
 * Makes problems of errors that are no problems themselves but say of what this service stands on that
 * it fails. Whoever knows such errors adds a reader for them.
 */
@Injectable()
export class KnownFailures {
  private readonly readers: Reader[] = [];
  private readonly made = new WeakSet<ProblemError>();

  /** Adds a reader, which gives null for what it does not know. */
  add(reader: Reader): void {
    this.readers.push(reader);
  }

  /** The problem that an error means; null where nobody knows it. */
  problemOf(error: unknown): ProblemError | null {
    for (const reader of this.readers) {
      const problem = reader(error);
      if (problem === null) continue;
      this.made.add(problem);
      return problem;
    }
    return null;
  }

  /** Whether a problem was made here, so that its cause is in no log yet. */
  isOne(problem: ProblemError): boolean {
    return this.made.has(problem);
  }
}
