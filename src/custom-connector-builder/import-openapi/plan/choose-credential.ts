import type { Operation } from '../read/operation.types.js';
import { type Credential, readSecurity } from '../read/read-security.js';
import { type References, UnusableError } from '../read/references.js';

/** The one credential of a connector, and which operations take it. */
export class CredentialChoice {
  private constructor(
    /** Undefined where no operation needs a key. */
    readonly credential: Credential | undefined,
    private readonly ways: ReadonlyMap<Operation, string[]>,
    private readonly reasons: ReadonlyMap<Operation, string>,
  ) {}

  /** Chooses the credential that most operations take. */
  static among(references: References, operations: readonly Operation[]): CredentialChoice {
    const ways = new Map<Operation, string[]>();
    const reasons = new Map<Operation, string>();
    const votes = new Map<string, number>();
    for (const operation of operations) {
      try {
        const found = readSecurity(references, operation.security).map(nameOf);
        ways.set(operation, found);
        for (const name of new Set(found)) votes.set(name, (votes.get(name) ?? 0) + 1);
      } catch (error) {
        if (!(error instanceof UnusableError)) throw error;
        reasons.set(operation, error.message);
      }
    }
    votes.delete(OPEN);
    const [best] = [...votes].sort(([, a], [, b]) => b - a);
    const credential = best && (JSON.parse(best[0]) as Credential);
    return new CredentialChoice(credential, ways, reasons);
  }

  /** Whether an operation goes without the key. Throws an UnusableError where it needs another. */
  isOpen(operation: Operation): boolean {
    const ways = this.ways.get(operation) ?? [];
    if (this.credential && ways.includes(nameOf(this.credential))) return false;
    if (ways.includes(OPEN)) return true;
    const reason = this.reasons.get(operation);
    throw new UnusableError(
      reason ?? 'needs another kind of key than most other operations; import it by itself',
    );
  }
}

const OPEN = 'open';

function nameOf(credential: Credential | undefined): string {
  return credential ? JSON.stringify(credential) : OPEN;
}
