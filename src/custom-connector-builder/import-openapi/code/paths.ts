import type { CallPlan } from '../plan/plan.types.js';
import { pathParts } from '../plan/path-template.js';
import { literal, templateText } from './literals.js';

/** What stands for parameters of a path, in its order. */
const PARENT_NAMES = [[], ['parent'], ['grandparent', 'parent']];

/** The names of so many parents in code, the outermost first. */
export function parentNames(count: number): string[] {
  return PARENT_NAMES[count] ?? [];
}

/**
 * A path, with its fixed query, as the text of a template literal in which `values` are the codes of
 * its parameters.
 */
export function pathTemplate({ operation, fixed }: CallPlan, values: readonly string[]): string {
  const left = [...values];
  const path = pathParts(operation.path)
    .map((part) => {
      if (typeof part === 'string') return templateText(encoded(part));
      return `\${${left.shift() ?? 'undefined'}}`;
    })
    .join('');
  const query = new URLSearchParams(fixed.query).toString();
  return query === '' ? path : `${path}?${templateText(query)}`;
}

/** A path without parameters, with its fixed query, as a literal. */
export function pathLiteral({ operation, fixed }: CallPlan): string {
  const query = new URLSearchParams(fixed.query).toString();
  return literal(`${encoded(operation.path)}${query === '' ? '' : `?${query}`}`);
}

/** What is no part of a URL's path is percent-encoded, what is encoded already stays. */
function encoded(text: string): string {
  return text.toWellFormed().replace(/[^\w\-.~!$&'()*+,;=:@/%]/gu, encodeURIComponent);
}
