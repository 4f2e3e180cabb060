import type { Entry, Realm, RealmReferences } from './realm.types.js';

/**
 * What the process calls in the engine: it runs the function and hands out what comes of it. Runs
 * inside the engine, from its own text.
 */
export function createEntry(
  realm: Realm & Partial<Entry> & { references?: RealmReferences; ends?: WeakSet<object> },
): Entry {
  const { host, parse, describe, define } = realm;
  const { numberOf } = realm.references as RealmReferences;
  const ends = realm.ends as WeakSet<object>;
  const isEnd = ends.has.bind(ends);
  const { apply } = Reflect;
  const { stringify } = JSON;
  const { isArray } = Array;
  const iterator: typeof Symbol.iterator = Symbol.iterator;
  const asyncIterator: typeof Symbol.asyncIterator = Symbol.asyncIterator;
  let resumePages: (() => void) | undefined;

  /** The text of a value; fails the run and gives undefined where JSON has no text for it. */
  const toJson = (value: unknown): string | undefined => {
    try {
      const json = stringify(value) as string | undefined;
      if (json !== undefined) return json;
      const what = value === undefined ? 'undefined' : `a ${typeof value}`;
      throw new TypeError(`it is ${what}`);
    } catch (error) {
      const fault = describe(error);
      fault.notJson = true;
      host.fail(stringify(fault));
      return undefined;
    }
  };

  /** False where the run is over. */
  const emit = async (page: unknown, inSeries: boolean): Promise<boolean> => {
    const number = numberOf(page);
    const json = number === undefined ? toJson(page) : '';
    if (json === undefined) return false;
    const answer =
      number === undefined ? host.page(json, inSeries) : host.pageOutside(number, inSeries);
    if (answer === 1) {
      await new Promise<void>((resolve) => {
        resumePages = resolve;
      });
    }
    return answer !== 2;
  };

  type Stepper = Iterator<unknown> | AsyncIterator<unknown>;
  const generated = (value: unknown): Stepper | undefined => {
    if (typeof value !== 'object' || value === null || isArray(value)) return undefined;
    if (numberOf(value) !== undefined) return undefined;
    const source = value as AsyncIterable<unknown> & Iterable<unknown> & Partial<Stepper>;
    if (typeof source[asyncIterator] === 'function') return source[asyncIterator]();
    if (typeof source.next === 'function' && typeof source[iterator] === 'function') {
      return source[iterator]();
    }
    return undefined;
  };

  const readPages = async (value: unknown): Promise<void> => {
    const steps = generated(value);
    if (!steps) {
      if (await emit(value, false)) host.end();
      return;
    }
    for (;;) {
      const step = await steps.next();
      const page = (await step.value) as unknown;
      if (step.done) {
        // How `paginate` ended is no page.
        if (page !== undefined && !isEnd(page as object)) {
          const note = 'The generator returned a value; only what it yields is read.';
          host.log('warn', stringify(note));
        }
        host.end();
        return;
      }
      if (!(await emit(page, true))) return;
    }
  };

  const drive = async (
    run: (...args: unknown[]) => unknown,
    args: unknown[],
    reads: boolean,
  ): Promise<void> => {
    try {
      const value = await apply<undefined, unknown[], unknown>(run, undefined, args);
      if (reads) {
        await readPages(value);
        return;
      }
      const number = numberOf(value);
      if (number !== undefined) {
        host.resultOutside(number);
        return;
      }
      const json = value === undefined ? 'null' : toJson(value);
      if (json !== undefined) host.result(json);
    } catch (error) {
      realm.fail(error);
    }
  };

  return {
    provide: (quotedKey) => {
      define('idempotencyKey', parse(quotedKey));
    },
    start: (run, argsJson, reads) => {
      void drive(run, parse(argsJson) as unknown[], reads);
    },
    settle: (id, responseJson) => realm.settle?.(id, responseJson),
    reject: (id, errorJson) => realm.reject?.(id, errorJson),
    fire: () => realm.fire?.(),
    resume: () => {
      resumePages?.();
    },
    describe: (error) => stringify(describe(error)),
  };
}
