import { LIMIT_TYPES, RunLimitError } from '../../remote-service/run.errors.js';
import type { FailedRun } from '../../remote-service/run.errors.js';

const MIB = 1024 * 1024;
const MOST_BYTES = 5 * MIB;

/** The pages that a read's function gave, as they are: its result. */
export class PageCollection {
  readonly maxBytes = MOST_BYTES;
  readonly #pages: Buffer[] = [];
  #inSeries = false;

  take(json: Uint8Array, inSeries: boolean): void {
    this.#pages.push(Buffer.from(json));
    this.#inSeries = inSeries;
  }

  get count(): number {
    return this.#pages.length;
  }

  /** JSON: of a generator the array of its pages, else the one value that came. */
  text(): string {
    const pages = this.#pages.map((page) => page.toString());
    return this.#inSeries || pages.length !== 1 ? `[${pages.join(',')}]` : (pages[0] ?? 'null');
  }
}

/** That not all pages can be given as they are. */
export function pagesTooLarge({ functionName, runId }: FailedRun): RunLimitError {
  const detail =
    `${functionName}: its pages have more than ${MOST_BYTES / MIB} MB together; ` +
    'with ?trace=true the answer holds the first ones and what the whole read came to';
  const members = { function: functionName, runId };
  return new RunLimitError(LIMIT_TYPES['run.result'], detail, { members });
}
