import { CORE_SCHEMA, load, mergeTag, YAMLException } from 'js-yaml';
import { ImportFault } from '../import.types.js';
import { asMembers, type Members } from './members.js';

/** Documents nest some 30 levels deep; what is read of them is read recursively. */
const MAX_DEPTH = 100;
const MAX_ALIASES = 10_000;
const YAML = CORE_SCHEMA.withTags(mergeTag);

/**
 * The object that a document is: JSON or YAML as text, or parsed already. Throws an ImportFault that
 * says what is wrong, with line and column where it is text.
 */
export function parseDocument(document: unknown): Members {
  const root = asMembers(typeof document === 'string' ? parseText(document) : document);
  if (!root) throw faulty('must be an OpenAPI document, which is an object');
  checkDepth(root);
  return root;
}

function parseText(text: string): unknown {
  const bare = text.replace(/^\uFEFF/, '');
  if (/^\s*\{/.test(bare)) {
    try {
      return JSON.parse(bare);
    } catch {
      // YAML takes all of JSON and more; where neither does, its parser tells the place.
    }
  }
  try {
    return load(bare, { schema: YAML, maxDepth: MAX_DEPTH, maxAliases: MAX_ALIASES });
  } catch (error) {
    if (!(error instanceof YAMLException)) throw faulty('is neither JSON nor YAML');
    const { reason, mark } = error;
    const place = mark ? { line: mark.line + 1, column: mark.column + 1 } : {};
    throw new ImportFault({
      pointer: '/document',
      detail: `is neither JSON nor YAML: ${reason.slice(0, 200)}`,
      ...place,
    });
  }
}

/** Aliases may share what they name, or put a thing into itself: each thing is seen once a depth. */
function checkDepth(root: object): void {
  const seen = new Map<object, number>();
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_DEPTH) throw faulty(`is nested more than ${MAX_DEPTH} levels deep`);
    if ((seen.get(value) ?? -1) >= depth) return;
    seen.set(value, depth);
    for (const member of Object.values(value)) visit(member, depth + 1);
  };
  visit(root, 0);
}

function faulty(detail: string): ImportFault {
  return new ImportFault({ pointer: '/document', detail });
}
