import { ImportFault } from '../import.types.js';
import { asMembers, type Members, textOf } from './members.js';

const MAX_HOPS = 50;
/** Of looks at parts of the document; those of a real one come to some thousands. */
const MAX_WORK = 3_000_000;
const SHOWN = 120;

/** Why a part of the document can't be used; the message completes "It ...". */
export class UnusableError extends Error {}

/** Follows the references of one document, those inside it alone: nothing is ever fetched. */
export class References {
  private work = 0;

  constructor(readonly root: Members) {}

  /**
   * The object that a value is or refers to. Throws an UnusableError where there is none, or it is
   * outside of the document.
   */
  resolve(value: unknown): Members {
    let current = asMembers(value);
    for (let hops = 0; current; hops += 1) {
      this.spend();
      const reference = textOf(current, '$ref');
      if (reference === undefined) return current;
      if (hops === MAX_HOPS)
        throw new UnusableError(`needs ${shown(reference)}, which refers to itself`);
      current = asMembers(this.find(reference));
      if (!current) throw new UnusableError(`needs ${shown(reference)}, which is not there`);
    }
    throw new UnusableError('has a part that is no object');
  }

  /** What a reference names; undefined where it is not there. Throws where it leads outside. */
  find(reference: string): unknown {
    if (!reference.startsWith('#')) {
      throw new UnusableError(`needs ${shown(reference)}, which is outside of the document`);
    }
    let value: unknown = this.root;
    for (const step of stepsOf(reference)) {
      this.spend();
      if (typeof value !== 'object' || value === null || !Object.hasOwn(value, step))
        return undefined;
      value = (value as Members)[step];
    }
    return value;
  }

  /** Counts work; throws an ImportFault where a document makes too much of it. */
  spend(amount = 1): void {
    this.work += amount;
    if (this.work <= MAX_WORK) return;
    throw new ImportFault({
      pointer: '/document',
      detail: 'takes too much work to read: its references multiply',
    });
  }
}

function stepsOf(reference: string): string[] {
  const [, ...steps] = reference.split('/');
  if (reference !== '#' && !reference.startsWith('#/')) {
    throw new UnusableError(`needs ${shown(reference)}, and only references by path are followed`);
  }
  return steps.map((step) => decoded(step).replaceAll('~1', '/').replaceAll('~0', '~'));
}

function decoded(step: string): string {
  try {
    return decodeURIComponent(step);
  } catch {
    return step;
  }
}

function shown(reference: string): string {
  return reference.length > SHOWN ? `${reference.slice(0, SHOWN)}…` : reference;
}
