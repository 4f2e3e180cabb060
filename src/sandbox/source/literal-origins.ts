import type { AnyNode, Program } from 'acorn';
import { childNodes, parseSource } from './prepare-source.js';

const maxOrigins = 1000;

/** A URL's begin and its authority, which ends before what the URL parser takes for a path. */
const absoluteUrl = /^(https?:)\/\/([^/\\?#]*)([/\\?#])?/i;

/**
 * Scheme, host and port (as `URL.origin`) of each string or template literal of a source that
 * begins with `http://` or `https://` and whose authority ends inside that literal or with it: each
 * one once, in no set order, at most 1,000. A source that does not parse has none.
 */
export function literalOrigins(source: string): string[] {
  let program: Program;
  try {
    program = parseSource(source);
  } catch {
    return [];
  }
  const origins = new Set<string>();
  const open: AnyNode[] = [program];
  for (let node = open.pop(); node && origins.size < maxOrigins; node = open.pop()) {
    const origin = originOf(node);
    if (origin !== undefined) origins.add(origin);
    for (const child of childNodes(node)) open.push(child);
  }
  return [...origins];
}

function originOf(node: AnyNode): string | undefined {
  if (node.type === 'Literal') {
    return typeof node.value === 'string' ? originOfText(node.value, true) : undefined;
  }
  if (node.type !== 'TemplateLiteral') return undefined;
  const first = node.quasis[0]?.value.cooked;
  return typeof first === 'string' ? originOfText(first, node.expressions.length === 0) : undefined;
}

/** `isWhole`: nothing comes after the text that could go on with its authority. */
function originOfText(text: string, isWhole: boolean): string | undefined {
  const [, scheme = '', authority = '', end] = absoluteUrl.exec(text) ?? [];
  if (end === undefined && !isWhole) return undefined;
  // The parser would drop line breaks, and skip slashes to find a host after an empty authority.
  if (authority === '' || /[@\s]/.test(authority)) return undefined;
  const url = `${scheme}//${authority}/`;
  return URL.canParse(url) ? new URL(url).origin : undefined;
}
