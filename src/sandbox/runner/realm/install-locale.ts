import type { Realm } from './realm.types.js';

/**
 * What needs the data of Intl says that it is not there, where the engine would give something
 * silently wrong. Runs inside the engine, from its own text.
 */
export function installLocale(realm: Realm): void {
  const { host, quote } = realm;
  const { apply } = Reflect;
  const toText: (value: unknown) => string = String;
  const refuse = (what: string): never => {
    throw new Error(
      `${what} is not available in connector code: there is no Intl here, so no locales and no time zones but UTC`,
    );
  };

  const Intl: Record<string, unknown> = {};
  const names =
    'Collator DateTimeFormat DisplayNames DurationFormat ListFormat Locale NumberFormat PluralRules RelativeTimeFormat Segmenter';
  for (const name of names.split(' ')) {
    const stub = function (): never {
      return refuse(`Intl.${name}`);
    };
    Object.defineProperty(stub, 'name', { value: name });
    Object.defineProperty(stub, 'supportedLocalesOf', { value: () => [] });
    Object.defineProperty(Intl, name, { value: stub, writable: true, configurable: true });
  }
  Object.defineProperty(Intl, Symbol.toStringTag, { value: 'Intl', configurable: true });
  realm.define('Intl', Intl);

  /** Refuses, for even without a locale it depends on one. */
  const never = (holder: object, kind: string, methods: string[]): void => {
    for (const method of methods) {
      Object.defineProperty(holder, method, {
        writable: true,
        configurable: true,
        value: { [method]: (): never => refuse(`${kind}.${method}`) }[method],
      });
    }
  };
  /** Refuses where a locale or options are given; `plain` arguments come before those. */
  const guard = (holder: object, kind: string, method: string, plain: number): void => {
    const target = holder as Record<string, (...args: unknown[]) => unknown>;
    const original = target[method];
    if (!original) return;
    Object.defineProperty(holder, method, {
      writable: true,
      configurable: true,
      value: {
        [method](this: unknown, ...args: unknown[]): unknown {
          if (args.slice(plain).some((argument) => argument !== undefined)) {
            refuse(`${kind}.${method} with a locale or options`);
          }
          return apply(original, this, args);
        },
      }[method],
    });
  };
  never(Number.prototype, 'Number', ['toLocaleString']);
  never(BigInt.prototype, 'BigInt', ['toLocaleString']);
  never(Date.prototype, 'Date', ['toLocaleString', 'toLocaleDateString', 'toLocaleTimeString']);
  guard(Array.prototype, 'Array', 'toLocaleString', 0);
  // The engine would compare code points: 'a' would come after 'B'.
  Object.defineProperty(String.prototype, 'localeCompare', {
    writable: true,
    configurable: true,
    value: function localeCompare(this: unknown, other: unknown): number {
      return host.compareTexts(quote(toText(this)), quote(toText(other)));
    },
  });
  guard(String.prototype, 'String', 'localeCompare', 1);
  guard(String.prototype, 'String', 'toLocaleUpperCase', 0);
  guard(String.prototype, 'String', 'toLocaleLowerCase', 0);
}
