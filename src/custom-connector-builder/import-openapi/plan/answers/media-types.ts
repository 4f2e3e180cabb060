import type { Contents } from '../../read/operation.types.js';

/** A media type and the schema of what comes in it. */
export interface Media {
  type: string;
  schema: unknown;
}

const FORM = 'application/x-www-form-urlencoded';

/** The first JSON among media types; undefined where there is none. */
export function jsonOf(contents: Contents | undefined): Media | undefined {
  for (const [type, schema] of contents ?? []) {
    if (/^application\/([\w.+-]+\+)?json$|^\*\/\*$|^application\/\*$|^text\/json$/.test(type)) {
      return { type: type.includes('*') ? 'application/json' : type, schema };
    }
  }
  return undefined;
}

/** The body of a form without files; undefined where there is none. */
export function formOf(contents: Contents | undefined): Media | undefined {
  return contents?.has(FORM) ? { type: FORM, schema: contents.get(FORM) } : undefined;
}
