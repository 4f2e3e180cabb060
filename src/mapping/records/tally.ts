import type { MappingCounts, MappingSample, ReadWarning } from '../mapping.types.js';

type Loss = 'mapping.no_array' | 'mapping.unsafe_id' | 'mapping.rejected' | 'mapping.duplicates';

const LOSSES: Record<Loss, (times: number) => string> = {
  'mapping.no_array': (n) =>
    `${count(n, 'page')} had neither an array nor an object at recordArrayPath`,
  'mapping.unsafe_id': (n) =>
    `${count(n, 'record')} not kept: the id is an integer beyond 2^53-1 that was read as a number, ` +
    'so that its last digits may be wrong; give it as a string, or the response as it came',
  'mapping.rejected': (n) => `${count(n, 'record')} not kept: without an id`,
  'mapping.duplicates': (n) => `${count(n, 'record')} not kept: the id came before in this run`,
};

/** Counts what happens to the records of one run, and keeps the first samples of what went wrong. */
export class Tally {
  records = 0;
  pages = 0;
  #duplicates = 0;
  #rejected = 0;
  #invalid = 0;
  readonly #samples: MappingSample[] = [];
  readonly #losses = new Map<Loss, { times: number; pointer: string }>();

  constructor(private readonly maxSamples: number) {}

  /** A page held no records where they should be. */
  noArray(pointer: string): void {
    this.#lose('mapping.no_array', pointer);
  }

  /** A record has no id that can be trusted. */
  rejected(sample: MappingSample, unsafe: boolean): void {
    this.#rejected++;
    this.#lose(unsafe ? 'mapping.unsafe_id' : 'mapping.rejected', sample.pointer);
    this.#sample(sample);
  }

  /** A record's id was there before. */
  duplicate(record: string, pointer: string): void {
    this.#duplicates++;
    this.#lose('mapping.duplicates', pointer);
    this.#sample({ record, pointer, reason: 'the id came before in this run' });
  }

  /** A value did not fit its type. */
  invalid(sample: MappingSample): void {
    this.#invalid++;
    this.#sample(sample);
  }

  /** The counts so far, as a value of its own that changes no more. */
  get counts(): MappingCounts {
    return {
      records: this.records,
      pages: this.pages,
      duplicates: this.#duplicates,
      rejected: this.#rejected,
      invalid: this.#invalid,
      samples: [...this.#samples],
      warnings: Array.from(this.#losses, ([code, { times, pointer }]): ReadWarning => ({
        code,
        detail: LOSSES[code](times),
        pointer,
      })),
    };
  }

  #lose(code: Loss, pointer: string): void {
    const loss = this.#losses.get(code);
    if (loss) loss.times++;
    else this.#losses.set(code, { times: 1, pointer });
  }

  #sample(sample: MappingSample): void {
    if (this.#samples.length < this.maxSamples) this.#samples.push(sample);
  }
}

function count(times: number, noun: string): string {
  return `${times} ${noun}${times === 1 ? '' : 's'}`;
}
