/** The way to a value: names of members, indices of elements. */
export type Steps = readonly (string | number)[];

const PLAIN = /^[\p{L}_][\p{L}\p{N}_-]*$/u;

/** The dotted path of these steps; what could be read as something else is quoted. */
export function writeDottedPath(steps: Steps): string {
  return steps
    .map((step, index) => {
      if (typeof step === 'number') return `[${step}]`;
      if (!PLAIN.test(step)) return `[${JSON.stringify(step)}]`;
      return index === 0 ? step : `.${step}`;
    })
    .join('');
}

// eslint-disable-next-line no-control-regex -- it is about them
const CONTROL = /[\0-\x1f]/;

/**
 * The JSONPath (RFC 9535) of these steps, from the root; undefined where one has a control character,
 * whose escapes the library of JSONPath does not take.
 */
export function writeJsonPath(steps: Steps): string | undefined {
  if (steps.some((step) => typeof step === 'string' && CONTROL.test(step))) return undefined;
  return `$${steps.map((step) => `[${JSON.stringify(step)}]`).join('')}`;
}
