import type { Realm } from './realm.types.js';

/** setTimeout and clearTimeout. Runs inside the engine, from its own text. */
export function installTimers(realm: Realm): void {
  const { define, schedule, unschedule } = realm;
  const { apply } = Reflect;
  const MAX_DELAY_MS = 2 ** 31 - 1;

  define('setTimeout', function setTimeout(callback: unknown, delay?: unknown, ...args: unknown[]) {
    if (typeof callback !== 'function') throw new TypeError('setTimeout takes a function');
    const delayMs = Math.trunc(Number(delay)) || 0;
    return schedule(
      () => {
        apply(callback as () => unknown, undefined, args);
      },
      delayMs > MAX_DELAY_MS ? 1 : delayMs,
    );
  });
  define('clearTimeout', function clearTimeout(id?: unknown) {
    unschedule(Number(id));
  });
}
