/** A part of a path: text, or the parameter that stands there. */
export type PathPart = string | { parameter: string };

/** The parts of a path such as `/pets/{petId}`. */
export function pathParts(path: string): PathPart[] {
  return path
    .split(/(\{[^{}/]+\})/)
    .filter((part) => part !== '')
    .map((part) => (/^\{[^{}/]+\}$/.test(part) ? { parameter: part.slice(1, -1) } : part));
}

/** The parameters of a path, in order. */
export function parametersOf(path: string): string[] {
  return pathParts(path).flatMap((part) => (typeof part === 'string' ? [] : [part.parameter]));
}

/**
 * The segments of a path for comparing: without an ending such as `.json`, every parameter as `{}`.
 */
export function segmentsOf(path: string): string[] {
  return path
    .replace(/\.json$/i, '')
    .replace(/\{[^{}/]+\}/g, '{}')
    .split('/')
    .filter((segment) => segment !== '');
}
