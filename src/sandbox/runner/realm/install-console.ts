import type { Realm } from './realm.types.js';

/** `console` and `customLogger`, both kept in the run's log. Runs inside the engine, from its own text. */
export function installConsole(realm: Realm): void {
  const { host, quote, define } = realm;
  const { stringify } = JSON;
  const plain: (value: unknown) => string = String;
  const MAX_TEXT = 4_096;

  const show = (value: unknown): string => {
    try {
      if (typeof value === 'string') return value;
      if (typeof value === 'bigint') return `${value}n`;
      if (typeof value === 'function') return `[Function: ${value.name || 'anonymous'}]`;
      if (typeof value !== 'object' || value === null) return String(value);
      if (value instanceof Error) return showError(value);
      if (value instanceof Map)
        return `Map(${value.size}) ${show([...(value as Map<unknown, unknown>)])}`;
      if (value instanceof Set) return `Set(${value.size}) ${show([...(value as Set<unknown>)])}`;
      return showObject(value);
    } catch (error) {
      return `[cannot be shown: ${error instanceof Error ? error.message : 'unknown'}]`;
    }
  };
  const showError = (error: Error): string => {
    const frames = String(error.stack).split('\n');
    const own = frames.filter((frame) => frame.includes('connector.js:'));
    return [String(error), ...own].join('\n');
  };
  const showObject = (value: object): string => {
    const open: unknown[] = [];
    const text = stringify(value, function (this: unknown, _key: string, inner: unknown) {
      while (open.length > 0 && open[open.length - 1] !== this) open.pop();
      if (typeof inner === 'bigint') return `${inner}n`;
      if (typeof inner === 'object' && inner !== null) {
        if (open.includes(inner)) return '[circular]';
        open.push(inner);
      }
      return inner;
    }) as string | undefined;
    return text ?? plain(value);
  };
  const log = (level: string, args: unknown[]): void => {
    host.log(level, quote(args.map(show).join(' ').slice(0, MAX_TEXT)));
  };

  const levels: Record<string, string> = {
    log: 'info',
    info: 'info',
    debug: 'debug',
    trace: 'debug',
    warn: 'warn',
    error: 'error',
  };
  const console: Record<string, (...args: unknown[]) => void> = {};
  for (const [method, level] of Object.entries(levels)) {
    console[method] = (...args) => {
      log(level, args);
    };
  }
  console['assert'] = (condition, ...args) => {
    if (!condition) log('error', ['Assertion failed:', ...args]);
  };
  define('console', console);
  define('customLogger', function customLogger(...args: unknown[]) {
    log('info', args);
  });
}
