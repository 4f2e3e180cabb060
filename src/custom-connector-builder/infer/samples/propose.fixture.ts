import { type Proposal, proposeMapping } from '../propose-mapping.js';

/** The proposal for a sample, in one go. */
export function propose(sample: unknown): Proposal {
  const work = proposeMapping(sample);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
  }
}
